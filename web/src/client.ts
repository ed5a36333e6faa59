// A person's client without a face: connects, says who one is, follows the
// rooms, sends the outbox. Components draw what sync and outbox hold when the
// store says that it changed. Requests of people and rooms are in actions.ts.
import { backoffMs } from './backoff';
import { CloseReason, type Bye, ErrorCode, type Limits, type Request, type ServerFrame,
	type SignedIn, type User } from './codec';
import { Connection, RequestError } from './connection';
import { keep } from './cookie';
import { History } from './history';
import { canInflate } from './inflate';
import { Outbox, type OutboxItem } from './outbox';
import { Reading } from './reading';
import { load, outboxKeeper, save, watch } from './storage';
import { Store } from './store';
import { behind, Sync, type Room, type SyncEvent } from './sync';
import { toHex } from './uuid';

const FOLLOW_AGAIN_MS = 1000;
const CALM_MS = 2000; // by then the page has nothing else to do: a fair round trip
// Refusals that say something of the session and not of the message.
const OF_THE_SESSION: ErrorCode[] = [ErrorCode.ERROR_NOT_SIGNED_IN, ErrorCode.ERROR_STATE];
const NO_TOKEN = new Uint8Array();
interface Chosen { readonly wish: string; readonly token: Uint8Array; tag: string } // tag: once it is kept

const NOTHING_CHOSEN: Chosen = { wish: '', token: NO_TOKEN, tag: '' };

// Who we are, as far as we know: 'unknown' until the server has told.
export type Who = 'unknown' | 'nobody' | 'somebody';

export class Client extends Store {
	who: Who;
	user: User | null = null;
	online = false; // signed in over a standing connection
	ended = ''; // why one is nobody again, a sentence
	limits: Limits | null = null;
	server = '';
	motd = '';
	notice = ''; // from the operator
	rttMs = 0;
	active = 0; // the room on screen
	readonly sync: Sync;
	readonly outbox: Outbox;
	readonly connection: Connection;
	readonly history: History;
	readonly reading: Reading;
	onFresh: (room: Room, event: SyncEvent) => void = () => {};
	cookieTag = ''; // of our session's cookie, as far as we know
	private session = 0;
	private token: Uint8Array = NO_TOKEN;
	private chosen = NOTHING_CHOSEN; // of the session that was asked for last
	private readonly instance = crypto.getRandomValues(new Uint8Array(16));
	private greeting: Promise<void> = Promise.resolve(); // the last Hello
	private pumpTimer: ReturnType<typeof setTimeout> | undefined;
	private following = false;

	constructor(url: string, private readonly program: string) {
		super();
		this.who = load('who') ? 'unknown' : 'nobody';
		this.outbox = new Outbox(() => this.touch());
		this.history = new History(this);
		this.reading = new Reading(this);
		this.sync = new Sync({
			onEvent: (room, event, fresh) => this.seen(room, event, fresh),
			onGone: (room) => this.reading.forget(room.id),
		});
		this.connection = new Connection(url, {
			state: (state) => this.connectionChanged(state === 'open'),
			pushed: (frame) => this.pushed(frame),
			late: () => this.touch(),
			quiet: () => void this.ping().catch(() => {}),
		});
	}

	start(): void {
		watch('who', (value) => {
			if (value && this.who === 'nobody') this.connection.reconnect('');
			if (value && this.connection.state !== 'open') this.connection.hurry(true);
		});
		this.connection.start();
	}

	// Sends a request; answers that change what we know are taken in first.
	async call(body: Request): Promise<ServerFrame> {
		const frame = await this.connection.request(body);
		if (frame.signedIn) this.enter(frame.signedIn, (body.claim ?? body.signUp ?? body.signIn)?.token ?? NO_TOKEN);
		if (frame.roomState) this.roomState(frame);
		this.touch();
		return frame;
	}

	get room(): Room | undefined {
		return this.sync.find(this.active);
	}

	behind(): number {
		return this.sync.rooms.reduce((sum, room) => sum + behind(room), 0);
	}

	// Shows this room: it is served first and its newest page is fetched.
	activate(id: number): void {
		const left = this.room;
		if (left && left.id !== id) this.reading.left(left);
		this.active = id;
		save('room', String(id));
		const room = this.room;
		if (room && this.online) {
			this.history.fill(room);
			void this.ping().catch(() => {});
		}
		this.touch();
	}

	// Puts a message in the outbox; it goes out when it can. False: full.
	send(room: number, text: string): boolean {
		const item = this.outbox.add(room, text);
		this.reading.wrote(room);
		this.pump();
		return item !== null;
	}

	// Sends a message again that was refused. False: the outbox is full.
	retry(item: OutboxItem): boolean {
		const again = this.outbox.retry(item);
		this.pump();
		return again;
	}

	// Measures the round trip and learns how far behind we are.
	async ping(): Promise<number> {
		const start = performance.now();
		const { pong } = await this.call({ ping: { active: this.active } });
		this.rttMs = performance.now() - start;
		if (pong) this.sync.pong(pong.head);
		this.follow();
		return this.rttMs;
	}

	// Asks to be somebody, or, as a guest, an account. When it turns out meanwhile
	// that we are somebody already, or not that guest any more, that holds and the
	// wish is given up. So it is when it is refused for good: else the next Hello
	// would ask with its token and not by the cookie, which may be another tab's by
	// then.
	async become(wish: string, request: (token: Uint8Array) => Request): Promise<void> {
		const asked = this.user;
		await this.greeted();
		const chosen = asked ? NOTHING_CHOSEN : await this.choose(wish);
		await this.greeted();
		if (asked && this.user?.id !== asked.id) throw new Error(`You are not ${asked.name} any more.`);
		if (!asked && this.user) return this.found(wish);
		try {
			await this.call(request(chosen.token));
		} catch (e) {
			if (!(e as RequestError).temporary && this.chosen === chosen) this.chosen = NOTHING_CHOSEN;
			throw e;
		}
	}

	// The token of the session to be. The browser has it in its cookie before the
	// server hears of it: so the same wish can be asked for again when the answer
	// is lost, even by a page opened anew.
	private async choose(wish: string): Promise<Chosen> {
		if (this.user) return NOTHING_CHOSEN;
		if (this.chosen.wish === wish) return this.chosen;
		const chosen = { wish, token: crypto.getRandomValues(new Uint8Array(32)), tag: '' };
		this.chosen = chosen;
		await keep(toHex(chosen.token)).then((tag) => { chosen.tag = tag; }, () => {}); // else once more in enter()
		return chosen;
	}

	// Resolves when no Hello is under way, whose answer may tell who we are.
	private async greeted(): Promise<void> {
		for (let hello; hello !== this.greeting; await hello) hello = this.greeting;
	}

	private found(wish: string): void {
		if (!wish.endsWith(` ${this.user?.name}`)) this.notice = `You are ${this.user?.name} here already.`;
		this.touch();
	}

	// Nobody again: the token is not (or no longer) good. A void cookie may stay
	// where it is: to take it away might hit the newer one of another tab.
	nobody(why: string): void {
		this.who = 'nobody';
		this.ended = why;
		this.online = false;
		this.user = null;
		this.token = NO_TOKEN;
		this.cookieTag = '';
		this.active = 0;
		this.sync.clear();
		this.outbox.keep(null);
		save('who', null);
		this.touch();
	}

	// Sends what waits in the outbox, as far as it may be sent now.
	pump(): void {
		clearTimeout(this.pumpTimer);
		while (this.online) {
			const { item, waitMs } = this.outbox.next(performance.now(), Date.now());
			if (!item) {
				if (waitMs) this.pumpTimer = setTimeout(() => this.pump(), waitMs);
				return;
			}
			this.outbox.sent(item);
			this.call({ send: { room: item.room, clientMsgId: item.id, text: item.text } })
				.then((f) => this.stored(item.id, item.room, f.sendAck?.seq ?? 0))
				.catch((e: RequestError) => this.notStored(item, e))
				.finally(() => this.pump());
		}
	}

	// Asks for the events of every room that needs it.
	follow(): void {
		const rooms = this.sync.rooms.filter((r) => r.follow);
		if (!this.online || this.following || !rooms.length) return;
		this.following = true;
		for (const room of rooms) this.sync.followSent(room);
		const cursor = rooms.map((r) => ({ room: r.id, epoch: r.epoch, after: r.cursor }));
		const done = (ok: boolean) => {
			this.following = false;
			this.sync.followDone(ok);
			if (ok) this.follow();
			else setTimeout(() => this.follow(), FOLLOW_AGAIN_MS);
		};
		this.call({ follow: { cursor, active: this.active } }).then(() => done(true), () => done(false));
	}

	// We are not in this room any more.
	roomLeft(id: number): void {
		this.sync.left(id);
		if (this.active === id) this.activate(this.firstRoom());
		this.touch();
	}

	private connectionChanged(open: boolean): void {
		if (open) this.greeting = this.hello();
		else if (this.online || this.following) {
			this.online = this.following = false;
			this.sync.lost();
			this.outbox.lost();
		}
		this.touch();
	}

	private async hello(): Promise<void> {
		const token = this.token.length ? this.token : this.chosen.token;
		try {
			const { welcome } = await this.connection.request({ hello: {
				versionMin: 1, versionMax: 1, capabilities: canInflate ? ['deflate'] : [],
				token, instance: this.instance, client: this.program,
			} });
			if (!welcome) return;
			this.limits = welcome.limits;
			this.server = welcome.server;
			this.motd = welcome.motd;
			if (welcome.limits?.pingSeconds) this.connection.pingMs = welcome.limits.pingSeconds * 1000;
			if (welcome.limits?.hangupSeconds) this.connection.hangupMs = welcome.limits.hangupSeconds * 1000;
			if (welcome.signedIn) this.enter(welcome.signedIn, token);
			else if (this.token.length) this.goByCookie();
			else this.greetedAsNobody();
			this.touch();
		} catch (e) {
			this.refused(e as RequestError);
		}
	}

	private greetedAsNobody(): void {
		this.connection.settled();
		this.nobody(this.who === 'nobody' ? this.ended : 'Your session has ended.');
	}

	// Our own token is void; since then another tab may have become somebody.
	private goByCookie(): void {
		this.token = NO_TOKEN;
		this.connection.reconnect('');
		this.connection.hurry();
	}

	// The server would not greet us.
	private refused(e: RequestError): void {
		if (e.lost) return;
		if (e.code === ErrorCode.ERROR_BANNED) this.connection.stop(e.message);
		else if (e.code === ErrorCode.ERROR_VERSION) this.connection.stop('The server has changed: reload this page.');
		else this.connection.reconnect(e.message, e.retryMs);
	}

	// asked: the token that we asked with; empty: by the cookie, or as who we are.
	private enter(signed: SignedIn, asked: Uint8Array): void {
		const changed = this.user?.id !== signed.user?.id;
		const isChosen = asked.length > 0 && asked === this.chosen.token;
		if (this.session !== signed.session) this.cookieTag = '';
		if (isChosen) this.cookieTag = this.chosen.tag;
		this.session = signed.session;
		if (signed.token.length) this.token = signed.token.slice();
		else if (asked.length) this.token = asked;
		this.user = signed.user;
		void this.remember(isChosen && !this.cookieTag ? this.token : signed.token, !asked.length && !this.cookieTag);
		this.chosen = NOTHING_CHOSEN;
		this.who = 'somebody';
		this.online = true;
		this.ended = '';
		this.connection.settled();
		this.sync.signedIn(signed);
		this.reading.report(); // what was read while the connection was away
		if (changed) this.outbox.keep(null);
		this.outbox.keep(outboxKeeper(signed.user?.id ?? 0)); // with what tabs closed since have left
		this.follow();
		this.activate(this.room?.id ?? this.firstRoom());
		this.pump();
		setTimeout(() => this.online && void this.ping().catch(() => {}), CALM_MS);
	}

	// Has the browser keep who we are; then other tabs may be it too. renew: by the
	// cookie that we came with; if that fails, the next page does it.
	private async remember(token: Uint8Array, renew: boolean): Promise<void> {
		if (token.length || renew) await keep(toHex(token)).then((tag) => { this.cookieTag = tag; }, () => {});
		if (this.user) save('who', String(this.user.id));
	}

	// The room of last time, else the lobby, else any.
	private firstRoom(): number {
		const last = this.sync.find(Number(load('room')));
		return (last ?? this.sync.findName('lobby') ?? this.sync.rooms[0])?.id ?? 0;
	}

	private seen(room: Room, event: SyncEvent, fresh: boolean): void {
		if (event.kind === 'message' && event.author === this.user?.id) this.outbox.seen(room.id, event.tag, event.seq);
		if (!fresh) return;
		this.reading.arrived(room, event);
		this.onFresh(room, event);
	}

	private notStored(item: OutboxItem, e: RequestError): void {
		if (e.lost) return;
		const temporary = e.temporary || OF_THE_SESSION.includes(e.code);
		const waitMs = e.retryMs + backoffMs(e.retryMs ? 0 : this.outbox.find(item.id)?.tries ?? 0, Math.random());
		this.outbox.refused(item.id, e.message, temporary, performance.now(), waitMs);
		if (temporary || this.sync.find(item.room)) return;
		this.outbox.dismiss(item); // the room it would be shown in is gone
		// It may have been stored, and only the acknowledgement lost.
		this.notice = `You left the room before this was confirmed: ${item.text.slice(0, 200)}`;
	}

	private stored(id: Uint8Array, room: number, seq: number): void {
		const known = this.sync.find(room);
		this.outbox.stored(id, seq, !known || seq <= known.cursor);
	}

	private roomState(frame: ServerFrame): void {
		const room = this.sync.roomState(frame.roomState!);
		this.follow();
		if (room.id === this.active) this.history.fill(room);
	}

	private pushed(frame: ServerFrame): void {
		const { sync } = this;
		if (frame.events) sync.events(frame.events);
		else if (frame.gap) this.gap(frame);
		else if (frame.roomState) this.roomState(frame);
		else if (frame.roomLeft) this.roomLeft(frame.roomLeft.room);
		else if (frame.presence) sync.presence(frame.presence.room, frame.presence.online);
		else if (frame.readMark) this.reading.told(frame.readMark.room, frame.readMark.seq);
		else if (frame.notice) this.notice = frame.notice.text;
		else if (frame.bye) this.bye(frame.bye);
		this.follow();
		this.reading.report();
		this.touch();
	}

	private gap(frame: ServerFrame): void {
		const { room, to } = frame.gap!;
		this.sync.gap(frame.gap!);
		this.outbox.passed(room, to);
	}

	private bye(bye: Bye): void {
		const over = bye.reason === CloseReason.CLOSE_SIGNED_OUT || bye.reason === CloseReason.CLOSE_REVOKED;
		if (over) this.nobody(bye.reason === CloseReason.CLOSE_REVOKED ? 'This session was ended from another device.' : '');
		if (bye.reason === CloseReason.CLOSE_BANNED || bye.reason === CloseReason.CLOSE_KICKED) this.connection.stop(bye.text);
		else this.connection.reconnect(bye.text, bye.retryAfterMs);
		if (over) this.connection.hurry();
	}
}
