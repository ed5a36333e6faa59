// The page's client without a browser: as much of one as the client asks for,
// and a server whose every answer the test gives. Other tabs are played too:
// they have the same storage and the same cookie.
import { appchat } from 'gen/all.js';
import { Client } from 'web/client';
import { toHex } from 'web/uuid';

const WAIT_MS = 10000;
const realTimeout = setTimeout;

type Answer = Omit<appchat.ServerFrame.$Properties, 'request' | '$unknowns'>;
type Kind = NonNullable<appchat.ClientFrame.$Properties['body']>;

// A request that came to the server.
export interface Asked {
	readonly frame: appchat.ClientFrame;
	readonly cookie: string; // of the socket's handshake
	answer(body: Answer): void;
}

class Socket {
	static readonly OPEN = 1;
	readyState = 0;
	binaryType = '';
	onopen = () => {};
	onclose = () => {};
	onmessage = (_: { data: ArrayBuffer }) => {};
	private readonly browser = Browser.now!;
	private readonly cookie = this.browser.cookie;

	constructor() {
		this.browser.sockets.push(this);
		queueMicrotask(() => {
			this.readyState = 1;
			this.onopen();
		});
	}

	send(bytes: Uint8Array): void {
		const frame = appchat.ClientFrame.decode(bytes);
		const answer = (body: Answer) => this.say({ ...body, request: frame.request });
		for (const list of [this.browser.all, this.browser.asked]) list.push({ frame, cookie: this.cookie, answer });
	}

	say(frame: appchat.ServerFrame.$Properties): void {
		const data = Uint8Array.from(appchat.ServerFrame.encode(frame).finish()).buffer;
		if (this.readyState === 1) this.onmessage({ data });
	}

	close(): void {
		if (this.readyState === 3) return;
		this.readyState = 3;
		this.onclose();
	}
}

export class Browser {
	static now: Browser | undefined;
	cookie = '';
	readonly stored = new Map<string, string>();
	readonly all: Asked[] = []; // that ever came
	readonly asked: Asked[] = []; // not taken by the test yet
	readonly sockets: Socket[] = [];
	readonly told: string[] = []; // POST TOKEN, POST (the cookie again) and DELETE TAG
	private readonly listeners: [string, (event: unknown) => void][] = [];

	private readonly clients: Client[] = [];

	// The one before is closed.
	constructor() {
		for (const client of Browser.now?.clients ?? []) client.connection.stop('');
		Browser.now = this;
		const stored = this.stored;
		const storage = { getItem: (k: string) => stored.get(k) ?? null, setItem: (k: string, v: string) => void stored.set(k, v), removeItem: (k: string) => void stored.delete(k) };
		const listen = (what: string, told: (event: unknown) => void) => void this.listeners.push([what, told]);
		Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
		const unref = <T extends { unref(): void }>(timer: T): T => (timer.unref(), timer);
		const realInterval = setInterval;
		Object.assign(globalThis, {
			WebSocket: Socket,
			localStorage: new Proxy(storage, { ownKeys: () => [...stored.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) }),
			addEventListener: listen,
			document: { addEventListener: listen, visibilityState: 'visible', hasFocus: () => true },
			requestAnimationFrame: () => 0,
			cancelAnimationFrame: () => {},
			fetch: (_: string, init: { method: string; headers: Record<string, string> }) => this.fetch(init.method, init.headers),
			// What the page still means to do later does not keep the test from ending.
			setTimeout: (f: () => void, ms: number) => unref(realTimeout(f, ms)),
			setInterval: (f: () => void, ms: number) => unref(realInterval(f, ms)),
		});
	}

	// A page is opened and says Hello.
	open(): Client {
		const client = new Client('ws://played', 'test');
		this.clients.push(client);
		client.start();
		return client;
	}

	// A page is opened, and its person becomes a guest in one room.
	async guest(user: appchat.User.$Properties): Promise<Client> {
		const client = this.open();
		(await this.next('hello')).answer({ welcome: {} });
		const done = client.become(`guest ${user.name}`, (token) => ({ claim: { name: user.name!, token } }));
		(await this.next('claim')).answer({ signedIn: signedIn(user) });
		await done;
		return client;
	}

	// The next request of this kind; others that come are not answered.
	async next(kind: Kind): Promise<Asked> {
		let found: Asked | undefined;
		await until(`asked ${kind}`, () => (found = this.asked.shift())?.frame.body === kind);
		return found!;
	}

	// Another tab does this with what all tabs share.
	otherTab(who: string, cookie: string): void {
		this.cookie = cookie;
		this.stored.set('appchat.who', who);
		this.happen('storage', { key: 'appchat.who', newValue: who });
	}

	// The page is told of this.
	happen(event: string, details: unknown = {}): void {
		for (const [what, told] of this.listeners) if (what === event) told(details);
	}

	// The connection is lost.
	cut(): void {
		this.sockets[this.sockets.length - 1]!.close();
	}

	// To forget takes the server longer than to keep.
	private async fetch(method: string, headers: Record<string, string>): Promise<Pick<Response, 'ok' | 'status' | 'headers'>> {
		if (method === 'DELETE') await new Promise((resolve) => realTimeout(resolve, 30));
		const token = (headers['Authorization'] ?? '').replace('Bearer ', '');
		const meant = headers['If-Match'] ?? '';
		this.told.push(`${method} ${token || meant}`.trim());
		if (method === 'DELETE' && meant !== tagOf(this.cookie)) return { ok: false, status: 412, headers: new Headers() };
		if (token || method === 'DELETE') this.cookie = token;
		return { ok: true, status: 204, headers: new Headers({ ETag: tagOf(this.cookie) }) };
	}
}

export const tagOf = (token: string): string => `"${token.slice(0, 16)}"`;

export function signedIn(user: appchat.User.$Properties): appchat.SignedIn.$Properties {
	return { user, session: user.id!, rooms: [{ id: 1, name: 'lobby', epoch: 1, floor: 1 }] };
}

export const tokenOf = (asked: Asked): string => toHex((asked.frame.hello ?? asked.frame.claim)!.token!);

// Lets everything happen that does not wait for the server or for time.
export async function turns(): Promise<void> {
	for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

export async function until(what: string, check: () => boolean): Promise<void> {
	const end = performance.now() + WAIT_MS;
	while (!check()) {
		if (performance.now() > end) throw new Error(`not so within ${WAIT_MS} ms: ${what}`);
		await new Promise((resolve) => realTimeout(resolve, 2));
	}
}
