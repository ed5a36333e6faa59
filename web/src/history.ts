// Pages of history, asked for when the view comes near events that are not in
// the window: one request at a time per room and direction.
import type { Client } from './client';
import { missing, type Room } from './sync';

const PAGE = 100;
const AGAIN_MS = 2000; // after an error

export class History {
	private busy = new Map<string, number>(); // until when, performance.now()

	constructor(private readonly client: Client) {}

	// The newest page, when none of it is there.
	fill(room: Room): void {
		if (missing(room, room.events.length)) this.ask(room, room.events.length, false);
	}

	isBusy(room: Room): boolean {
		return this.busy.has(`${room.id} back`) || this.busy.has(`${room.id} on`);
	}

	// Asks for the events missing just before index i of the window; forward:
	// for those that come first among them.
	ask(room: Room, i: number, forward: boolean): void {
		const key = `${room.id} ${forward ? 'on' : 'back'}`;
		const until = this.busy.get(key);
		if (!this.client.online || (until && until > performance.now()) || !missing(room, i)) return;
		this.busy.set(key, Infinity);
		const limit = Math.min(PAGE, this.client.limits?.historyEvents || PAGE);
		const asked = forward
			? (i ? room.events[i - 1]!.seq : room.floor - 1)
			: i < room.events.length ? room.events[i]!.seq : room.cursor + 1;
		const place = forward ? { forward, after: asked } : { before: asked };
		this.client.call({ history: { room: room.id, limit, ...place } }).then(
			({ historyPage }) => {
				this.busy.delete(key);
				if (historyPage) this.client.sync.page(historyPage, forward, asked);
				this.client.outbox.passed(room.id, room.cursor);
			},
			() => this.busy.set(key, performance.now() + AGAIN_MS),
		).finally(() => this.client.touch());
	}
}
