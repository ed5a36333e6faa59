// Messages on their way, the twin of proto/client/outbox. Each has its id from
// the start and keeps it, so it may be sent again for ever and is stored once.
// Sent one at a time per room, so order holds whatever is refused for a while.
// What is not stored is kept in a Keeper: a closed tab's messages are sent, or
// shown as failed, by the next.
//
//   waiting -> sent -> stored (until its event is seen, then gone)
//      ^--------+ \-> failed (until dismissed or tried again)
import { fromHex, toHex, uuid7 } from './uuid';

export const OUTBOX_MAX = 500;
export const OUTBOX_FULL = 'Too many messages wait to be sent; wait until some have gone.';
export const OUTBOX_AGE_MS = 29 * 24 * 3600 * 1000; // the server remembers ids for 30 days

export type OutboxState = 'waiting' | 'sent' | 'stored' | 'failed';

export interface OutboxItem {
	readonly id: Uint8Array;
	readonly key: string; // the id in hex
	readonly room: number;
	readonly text: string;
	readonly madeMs: number; // wall clock, out of the id
	readonly state: OutboxState;
	readonly seq: number; // once stored
	readonly tries: number; // how often it was sent
	readonly notBeforeMs: number; // monotonic; after a temporary error
	readonly reason: string; // why it failed, or why it waits
}

export interface Kept {
	readonly key: string;
	readonly room: number;
	readonly text: string;
	readonly failed?: string | undefined; // why
}

// Where items outlive the page.
export interface Keeper {
	load(): Kept[];
	put(item: Kept): void;
	drop(key: string): void;
}

export class Outbox {
	items: readonly OutboxItem[] = [];
	private keeper: Keeper | null = null;

	constructor(private readonly changed: (room: number) => void = () => {}) {}

	// Keeps it from now on, and takes over what was kept. Null: another person.
	keep(keeper: Keeper | null): void {
		this.keeper = keeper;
		if (!keeper) {
			this.items = [];
			return;
		}
		const known = new Set(this.items.map((i) => i.key));
		const found = keeper.load().filter((k) => !known.has(k.key)).map(make);
		this.items = [...this.items, ...found.filter((i) => i !== null)]
			.sort((a, b) => (a.key < b.key ? -1 : 1));
		for (const room of new Set(this.items.map((i) => i.room))) this.changed(room);
	}

	// Puts a message last, kept when this returns. Null: full.
	add(room: number, text: string, id: Uint8Array = uuid7()): OutboxItem | null {
		if (this.unsent() >= OUTBOX_MAX) return null;
		const kept = { key: toHex(id), room, text };
		const item = make(kept)!;
		this.keeper?.put(kept);
		this.items = [...this.items, item];
		this.changed(room);
		return item;
	}

	// What to send now: the first of each room in which nothing is on its way.
	// waitMs: how long until there may be one, 0: not by waiting.
	next(nowMs: number, wallMs: number): { item: OutboxItem | null; waitMs: number } {
		const busy = new Set<number>();
		let waitMs = 0;
		for (const item of this.items) {
			if (item.state === 'stored' || item.state === 'failed' || busy.has(item.room)) continue;
			busy.add(item.room);
			if (item.state === 'sent') continue;
			if (wallMs - item.madeMs > OUTBOX_AGE_MS) {
				this.fail(item, 'It waited for 29 days; send it again if it still matters.');
				busy.delete(item.room);
				continue;
			}
			if (item.notBeforeMs <= nowMs) return { item, waitMs: 0 };
			const wait = item.notBeforeMs - nowMs;
			waitMs = waitMs ? Math.min(waitMs, wait) : wait;
		}
		return { item: null, waitMs };
	}

	sent(item: OutboxItem): void {
		this.set(item, { state: 'sent', tries: item.tries + 1 });
	}

	// The acknowledgement; seen: its event has been shown already.
	stored(id: Uint8Array, seq: number, seen = false): void {
		const item = this.find(id);
		if (!item) return;
		this.keeper?.drop(item.key);
		if (seen) this.remove(item);
		else this.set(item, { state: 'stored', seq, reason: '' });
	}

	// Refused: tried again after retryMs when temporary, else failed.
	refused(id: Uint8Array, reason: string, temporary: boolean, nowMs: number, retryMs: number): void {
		const item = this.find(id);
		if (!item || item.state === 'stored') return;
		if (temporary) this.set(item, { state: 'waiting', reason, notBeforeMs: nowMs + Math.max(retryMs, 100) });
		else this.fail(item, reason);
	}

	// Our own message's event was seen: its item is done. True when there was one.
	seen(room: number, tag: number, seq: number): boolean {
		const item = this.items.find((i) => i.room === room && (i.state === 'stored' ? i.seq === seq : outboxTag(i.id) === tag));
		if (!item) return false;
		this.keeper?.drop(item.key);
		this.remove(item);
		return true;
	}

	// Everything up to seq was seen, or can't be: forget stored items up to there.
	passed(room: number, seq: number): void {
		const gone = this.items.filter((i) => i.room === room && i.state === 'stored' && i.seq <= seq);
		for (const item of gone) this.remove(item);
	}

	// The connection is gone: what was sent waits again.
	lost(): void {
		for (const item of this.items) if (item.state === 'sent') this.set(item, { state: 'waiting' });
	}

	dismiss(item: OutboxItem): void {
		this.keeper?.drop(item.key);
		this.remove(item);
	}

	// Gives a failed item a new id and another try. False: full, and it stays failed.
	retry(item: OutboxItem): boolean {
		if (!this.add(item.room, item.text)) return false;
		this.dismiss(item);
		return true;
	}

	find(id: Uint8Array): OutboxItem | undefined {
		const key = toHex(id);
		return this.items.find((i) => i.key === key);
	}

	of(room: number): OutboxItem[] {
		return this.items.filter((i) => i.room === room);
	}

	// How many are not stored yet, failed ones not counted.
	unsent(): number {
		return this.items.filter((i) => i.state === 'waiting' || i.state === 'sent').length;
	}

	private fail(item: OutboxItem, reason: string): void {
		this.keeper?.put({ key: item.key, room: item.room, text: item.text, failed: reason });
		this.set(item, { state: 'failed', reason });
	}

	private set(item: OutboxItem, change: Partial<OutboxItem>): void {
		this.items = this.items.map((i) => (i.key === item.key ? { ...i, ...change } : i));
		this.changed(item.room);
	}

	private remove(item: OutboxItem): void {
		this.items = this.items.filter((i) => i.key !== item.key);
		this.changed(item.room);
	}
}

// The last four bytes of an id, as Message.tag carries them.
export function outboxTag(id: Uint8Array): number {
	return new DataView(id.buffer, id.byteOffset, id.byteLength).getUint32(12);
}

function make({ key, room, text, failed }: Kept): OutboxItem | null {
	const id = fromHex(key);
	if (id?.length !== 16) return null;
	const madeMs = parseInt(key.slice(0, 12), 16);
	const state = failed === undefined ? 'waiting' : 'failed';
	return { id, key, room, text, madeMs, state, seq: 0, tries: 0, notBeforeMs: 0, reason: failed ?? '' };
}
