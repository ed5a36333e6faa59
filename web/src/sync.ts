// What the page knows of its rooms. Pure logic, the twin of proto/client/sync:
// the same cases (tests/vectors/sync) run there and here.
//
// Each room has a cursor, the last sequence number pushed to us without a
// break, and a window, the events kept in memory. The log is dense, so a hole
// in the window shows as a jump in the numbers and needs no record of its own.
import type { Events, Gap, Head, HistoryPage, RoomState, SignedIn, WireEvent } from './codec';
import { indexOf, insert, trim } from './window';

export type EventKind = 'message' | 'topic' | 'created' | 'unknown';

// text and name are as the server sent them: sanitise before showing.
export interface SyncEvent {
	readonly seq: number;
	readonly timeMs: number;
	readonly author: number;
	readonly kind: EventKind;
	readonly tag: number;
	readonly name: string;
	readonly text: string; // the message, or the topic
}

export interface Room {
	readonly id: number;
	name: string;
	topic: string;
	epoch: number;
	online: number;
	head: number; // the last event the server is known to have
	floor: number; // the first it still keeps
	read: number;
	told: number; // what the server knows of read
	cursor: number; // pushed without a break up to here
	unread: number; // events in (read, cursor] but those known not to count
	follow: boolean; // a Follow must be sent
	following: boolean; // one was sent, its answer is not here yet
	anchor: number; // the view's place: 0 at the newest, else near this seq
	events: SyncEvent[]; // the window, rising by seq
	version: number; // moves when the window changes
}

export interface SyncListener {
	// An event entered the window. fresh: pushed and not known before.
	onEvent?(room: Room, event: SyncEvent, fresh: boolean): void;
	// The room's window was emptied: another epoch, or a log that went back.
	onReset?(room: Room): void;
	onGone?(room: Room): void;
}

export class Sync {
	self = 0;
	rooms: Room[] = []; // by name

	constructor(private readonly listener: SyncListener = {}) {}

	clear(): void {
		for (const room of this.rooms) this.listener.onGone?.(room);
		this.rooms = [];
		this.self = 0;
	}

	find(id: number): Room | undefined {
		return this.rooms.find((r) => r.id === id);
	}

	findName(name: string): Room | undefined {
		const wanted = name.replace(/^#/, '').toLowerCase();
		return this.rooms.find((r) => r.name.toLowerCase() === wanted);
	}

	// Signed in as somebody: rooms not in the list are gone, all are to be followed.
	signedIn(to: SignedIn): void {
		const user = to.user?.id ?? 0;
		if (user !== this.self) this.clear();
		this.self = user;
		const kept = new Set(to.rooms.map((r) => r.id));
		for (const room of this.rooms.filter((r) => !kept.has(r.id))) this.left(room.id);
		for (const state of to.rooms) this.roomState(state).follow = true;
	}

	// A room is new or changed. Another epoch or a head below our cursor resets it.
	roomState(state: RoomState): Room {
		let room = this.find(state.id);
		const fresh = !room;
		if (!room) this.rooms.push((room = empty(state.id)));
		const other = !fresh && (room.epoch !== state.epoch || state.head < room.cursor);
		Object.assign(room, { name: state.name, topic: state.topic, online: state.online, floor: state.floor });
		if (fresh || other)
			Object.assign(room, { epoch: state.epoch, cursor: state.head, head: state.head, read: state.read, follow: true });
		if (other) this.reset(room);
		room.head = Math.max(room.head, state.head);
		room.read = Math.max(room.read, state.read);
		room.told = state.read;
		this.recount(room);
		this.rooms = this.rooms.slice().sort(byName);
		return room;
	}

	left(id: number): void {
		const room = this.find(id);
		if (!room) return;
		this.rooms = this.rooms.filter((r) => r !== room);
		this.listener.onGone?.(room);
	}

	// The connection is gone: every room must be followed again when it is back.
	lost(): void {
		for (const room of this.rooms) {
			room.follow = true;
			room.following = false;
		}
	}

	followSent(room: Room): void {
		room.follow = false;
		room.following = true;
	}

	followDone(ok: boolean): void {
		for (const room of this.rooms) {
			if (room.following && !ok) room.follow = true;
			room.following = false;
		}
	}

	// Pushed events. Duplicates are dropped; a hole asks to follow and drops the rest.
	events(pushed: Events): void {
		const room = this.find(pushed.room);
		if (!room) return;
		for (const wire of pushed.event) {
			if (wire.seq <= room.cursor) continue;
			if (wire.seq !== room.cursor + 1) {
				if (!room.following) room.follow = true;
				break;
			}
			this.advance(room, toEvent(wire));
		}
		room.version++;
		trim(room);
	}

	// Skipped: the cursor is at `to`; what lies between can be had as history.
	gap(gap: Gap): void {
		const room = this.find(gap.room);
		if (!room || gap.to <= room.cursor) return;
		room.cursor = gap.to;
		room.head = Math.max(room.head, gap.to);
		room.version++;
		this.recount(room);
	}

	// A page of history; asked: its `before`. Returns how many events were new.
	page(page: HistoryPage, forward: boolean, asked = 0): number {
		const room = this.find(page.room);
		if (!room || page.epoch !== room.epoch) return 0;
		let fresh = 0;
		for (const event of page.event.map(toEvent)) {
			if (!insert(room.events, event)) continue;
			fresh++;
			this.listener.onEvent?.(room, event, false);
		}
		if (!page.more && !forward)
			room.floor = Math.max(room.floor, page.event[0]?.seq ?? (asked || room.cursor + 1));
		room.version++;
		trim(room);
		this.recount(room);
		return fresh;
	}

	// A Pong's heads. Sent more than we have, or a room not in it: ask again.
	pong(heads: readonly Head[]): void {
		for (const room of this.rooms) {
			const head = heads.find((h) => h.room === room.id);
			if (head) room.head = Math.max(room.head, head.head);
			if (!room.following && (!head || head.sent > room.cursor)) room.follow = true;
		}
	}

	presence(id: number, online: number): void {
		const room = this.find(id);
		if (room) room.online = online;
	}

	// Read up to seq, said by us or another device. True when it moved.
	read(room: Room, seq: number): boolean {
		if (seq <= room.read) return false;
		room.read = seq;
		this.recount(room);
		return true;
	}

	private reset(room: Room): void {
		Object.assign(room, { anchor: 0, events: [], version: room.version + 1 });
		this.listener.onReset?.(room);
	}

	// The next event in order; a page may have brought it before.
	private advance(room: Room, event: SyncEvent): void {
		const fresh = insert(room.events, event);
		room.cursor = event.seq;
		room.head = Math.max(room.head, room.cursor);
		if (!this.counts(event)) {
			// Who answers at once has read what was there.
			if (!room.unread && room.read === event.seq - 1) room.read = event.seq;
		} else if (event.seq > room.read) room.unread++;
		if (event.kind === 'topic') room.topic = event.text;
		if (fresh) this.listener.onEvent?.(room, event, true);
	}

	private counts(event: SyncEvent): boolean {
		return event.kind === 'message' && event.author !== this.self;
	}

	private recount(room: Room): void {
		const known = room.events.slice(indexOf(room.events, room.read + 1));
		const silent = known.filter((e) => e.seq <= room.cursor && !this.counts(e)).length;
		room.unread = Math.max(0, room.cursor - room.read - silent);
	}
}

// Events the server has and we have not been sent.
export function behind(room: Room): number {
	return Math.max(0, room.head - room.cursor);
}

function empty(id: number): Room {
	return {
		id, name: '', topic: '', epoch: 0, online: 0, head: 0, floor: 0, read: 0, told: 0, cursor: 0, unread: 0,
		follow: true, following: false, anchor: 0, events: [], version: 0,
	};
}

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }); // #room9 before #room10

export function byName(a: { name: string; id: number }, b: { name: string; id: number }): number {
	return names.compare(a.name, b.name) || a.id - b.id;
}

// How many events are missing just before index i of the window; at its
// length: between the newest kept and the cursor.
export function missing(room: Room, i: number): number {
	const below = i > 0 ? room.events[i - 1]!.seq : Math.max(1, room.floor) - 1;
	const above = i < room.events.length ? room.events[i]!.seq : room.cursor + 1;
	return Math.max(0, above - below - 1);
}

function toEvent(wire: WireEvent): SyncEvent {
	const base = { seq: wire.seq, timeMs: wire.timeMs, tag: 0 };
	const { message, topicChanged, roomCreated } = wire;
	if (message)
		return { ...base, kind: 'message', author: message.author, name: message.name, text: message.text, tag: message.tag };
	if (topicChanged)
		return { ...base, kind: 'topic', author: topicChanged.author, name: topicChanged.name, text: topicChanged.topic };
	if (roomCreated) return { ...base, kind: 'created', author: roomCreated.author, name: roomCreated.name, text: '' };
	return { ...base, kind: 'unknown', author: 0, name: '', text: '' };
}
