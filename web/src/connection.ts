// A connection to the server that is kept: opens the socket, matches answers
// to requests, watches for silence, and connects again with full jitter until
// told to stop. What a frame means is client.ts's affair.
//
//   start -> connecting -> open -> waiting -> connecting ...
import { backoffMs } from './backoff';
import { decodeFrame, encodeRequest, ErrorCode, type Request, type ServerFrame } from './codec';
import { inflate } from './inflate';

export const SUBPROTOCOL = 'appchat.v1';
const TICK_MS = 1000;
const STALL_MS = 5000; // timers later than this: the page was asleep
const CONNECT_MS = 10000;
const HURRY_MS = 2000; // a try gets so long before a sign of life starts another
const LATE_MS = 4000; // an answer that takes longer is worth a word

export type ConnectionState = 'stopped' | 'connecting' | 'open' | 'waiting';

// A request that was refused, or not answered because the connection was lost.
export class RequestError extends Error {
	constructor(
		readonly code: ErrorCode,
		message: string,
		readonly temporary: boolean,
		readonly retryMs: number,
		readonly lost = false,
	) {
		super(message);
	}
}

export interface ConnectionEvents {
	state(state: ConnectionState): void;
	pushed(frame: ServerFrame): void; // a frame that answers no request
	late(): void; // an answer is overdue: every second
	quiet(): void; // nothing was heard for a while: send something that is answered
}

interface Waiting {
	readonly since: number; // performance.now()
	resolve(frame: ServerFrame): void;
	reject(error: RequestError): void;
}

export class Connection {
	state: ConnectionState = 'stopped';
	why = ''; // what went wrong last, a sentence
	retryAt = 0; // wall clock, while waiting
	pingMs = 20000;
	hangupMs = 60000;
	private socket: WebSocket | null = null;
	private waiting = new Map<number, Waiting>();
	private lastRequest = 0;
	private tries = 0;
	private heardAt = 0;
	private askedAt = 0;
	private tickedAt = 0;
	private tickedWall = 0; // goes on while the machine sleeps, as the monotonic clock may not
	private triedAt = 0;
	private politeUntil = 0; // before that the server does not want us back
	private inflating: Promise<void> | null = null;
	private retryTimer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly url: string, private readonly events: ConnectionEvents) {}

	start(): void {
		this.tickedAt = performance.now();
		this.tickedWall = Date.now();
		setInterval(() => this.tick(), TICK_MS);
		addEventListener('online', () => this.awake());
		addEventListener('offline', () => this.probe());
		addEventListener('pagehide', () => this.socket?.close(1000));
		addEventListener('pageshow', () => this.awake());
		addEventListener('focus', () => this.awake());
		for (const sign of ['keydown', 'pointerdown']) addEventListener(sign, () => this.somebodyIsHere(), { capture: true, passive: true });
		document.addEventListener('resume', () => this.awake());
		document.addEventListener('visibilitychange', () => {
			if (document.visibilityState === 'visible') this.awake();
		});
		this.connect();
	}

	// Closes and stays closed, until hurry(true).
	stop(why: string): void {
		clearTimeout(this.retryTimer);
		this.drop(why);
		this.become('stopped');
	}

	// Drops the connection and tries again, at the earliest after minMs.
	reconnect(why: string, minMs = 0): void {
		this.drop(why);
		this.politeUntil = performance.now() + minMs;
		const delay = minMs + backoffMs(this.tries++, Math.random());
		this.retryAt = Date.now() + delay;
		clearTimeout(this.retryTimer);
		this.retryTimer = setTimeout(() => this.connect(), delay);
		this.become('waiting');
	}

	// The next try starts now instead of after the wait; force: even when stopped.
	hurry(force = false): void {
		if (this.state === 'waiting' || (force && this.state !== 'connecting')) this.connect();
	}

	// The network is back, or the page is looked at again: a try that was begun
	// before may wait for what is long lost, and an open socket may be dead.
	private awake(): void {
		if (this.state === 'connecting' && performance.now() - this.triedAt > HURRY_MS) this.connect();
		else if (this.wanted()) this.hurry();
		this.probe();
	}

	// Who acts does not want to wait for the next try, nor to cause one a key.
	private somebodyIsHere(): void {
		if (this.state === 'waiting' && performance.now() - this.triedAt > HURRY_MS && this.wanted()) this.hurry();
	}

	// Has the time passed for which the server did not want us back?
	private wanted(): boolean {
		return performance.now() >= this.politeUntil;
	}

	// The other side proved able to talk: the next loss starts the back-off anew.
	settled(): void {
		this.tries = 0;
	}

	// Sends a request; its answer, or a RequestError.
	request(body: Request): Promise<ServerFrame> {
		const socket = this.socket;
		if (this.state !== 'open' || !socket) return Promise.reject(lostError('Not connected.'));
		const request = (this.lastRequest = (this.lastRequest % 0xffffffff) + 1);
		return new Promise((resolve, reject) => {
			this.waiting.set(request, { since: performance.now(), resolve, reject });
			socket.send(encodeRequest(request, body) as Uint8Array<ArrayBuffer>);
		});
	}

	// Whole seconds for which the oldest request has had no answer; 0 while that is no wonder.
	lateSeconds(): number {
		const oldest = this.waiting.values().next().value;
		const late = oldest ? performance.now() - oldest.since : 0;
		return late > LATE_MS ? Math.floor(late / 1000) : 0;
	}

	private connect(): void {
		clearTimeout(this.retryTimer);
		this.drop('');
		this.become('connecting');
		this.heardAt = this.askedAt = this.triedAt = performance.now();
		const socket = new WebSocket(this.url, SUBPROTOCOL);
		socket.binaryType = 'arraybuffer';
		this.socket = socket;
		socket.onopen = () => {
			if (socket !== this.socket) return;
			this.heardAt = performance.now();
			this.become('open');
		};
		socket.onmessage = (e) => {
			if (socket === this.socket) this.receive(socket, e.data as ArrayBuffer);
		};
		socket.onclose = () => {
			if (socket === this.socket) this.reconnect(this.why || 'The connection was lost.');
		};
	}

	// Frames are taken in the order they came: behind one that is being
	// inflated, all wait.
	private receive(socket: WebSocket, data: ArrayBuffer): void {
		this.heardAt = this.askedAt = performance.now();
		try {
			const frame = decodeFrame(new Uint8Array(data));
			const packed = frame.body === 'deflated';
			if (!packed && !this.inflating) return this.take(frame);
			const opened = packed ? inflate(frame.deflated).then(decodeFrame) : frame;
			const turn = (this.inflating ?? Promise.resolve()).then(() => opened).then(
				(f) => { if (socket === this.socket) this.take(f); },
				() => { if (socket === this.socket) this.broken(); },
			).then(() => { if (this.inflating === turn) this.inflating = null; });
			this.inflating = turn;
		} catch {
			this.broken();
		}
	}

	private broken(): void {
		this.reconnect('The server sent something that is no frame.');
	}

	private take(frame: ServerFrame): void {
		if (!frame.request) {
			this.events.pushed(frame);
			return;
		}
		const waiting = this.waiting.get(frame.request);
		if (!waiting) return;
		if (this.lateSeconds()) this.events.late();
		this.waiting.delete(frame.request);
		const e = frame.error;
		if (e) waiting.reject(new RequestError(e.code, e.text, e.temporary, e.retryAfterMs));
		else waiting.resolve(frame);
	}

	// Leaves the socket behind; whatever was asked is not answered.
	private drop(why: string): void {
		this.why = why;
		const socket = this.socket;
		this.socket = null;
		this.inflating = null;
		if (socket && socket.readyState <= WebSocket.OPEN) socket.close(1000);
		const waiting = [...this.waiting.values()];
		this.waiting.clear();
		for (const w of waiting) w.reject(lostError(why || 'The connection was lost.'));
	}

	private become(state: ConnectionState): void {
		if (this.state === state) return;
		this.state = state;
		this.events.state(state);
	}

	private tick(): void {
		const now = performance.now();
		const wall = Date.now();
		const stalled = Math.max(now - this.tickedAt, wall - this.tickedWall) > TICK_MS + STALL_MS;
		this.tickedAt = now;
		this.tickedWall = wall;
		if (stalled) this.awake();
		const silent = now - this.heardAt;
		if (this.state === 'connecting' && silent > CONNECT_MS) this.reconnect('The server does not answer.');
		if (this.state !== 'open' || stalled) return;
		if (this.lateSeconds()) this.events.late();
		if (silent > this.hangupMs) this.reconnect('The server fell silent.');
		else if (now - this.askedAt > this.pingMs) this.ask();
	}

	// After a sleep nothing is known: ask at once, and give a fresh, short grace.
	private probe(): void {
		if (this.state !== 'open') return;
		this.heardAt = Math.max(this.heardAt, performance.now() - this.hangupMs + STALL_MS);
		this.ask();
	}

	private ask(): void {
		this.askedAt = performance.now();
		this.events.quiet();
	}
}

function lostError(why: string): RequestError {
	return new RequestError(ErrorCode.ERROR_UNSPECIFIED, why, true, 0, true);
}
