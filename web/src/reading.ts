// What the person has read: marks rooms as read while they are looked at, and
// remembers where the line "new" stands.
import type { Client } from './client';
import type { Room, SyncEvent } from './sync';

const TELL_MS = 1000; // the server is told at most this often per room

export class Reading {
	atBottom = true; // of the room on screen; the list says so
	private lines = new Map<number, number>(); // room -> last seq above the line
	private timer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly client: Client) {}

	// The last event above the line "new" in this room; 0: no line.
	line(room: Room): number {
		if (room.unread && !this.lines.has(room.id)) this.lines.set(room.id, room.read);
		return this.lines.get(room.id) ?? 0;
	}

	// Is the person looking at the newest messages of this room?
	watching(room: Room): boolean {
		return room.id === this.client.active && this.atBottom
			&& document.visibilityState === 'visible' && document.hasFocus();
	}

	// Something new came, and perhaps it is being read this moment.
	arrived(room: Room, event: SyncEvent): void {
		if (this.watching(room)) this.read(room, event.seq);
		else if (room.unread && !this.lines.has(room.id)) this.lines.set(room.id, event.seq - 1);
	}

	// The view shows the newest: everything has been read.
	looked(room: Room): void {
		if (!this.watching(room) || room.read >= room.cursor) return;
		this.line(room);
		this.read(room, room.cursor);
	}

	left(room: Room): void {
		if (!room.unread) this.lines.delete(room.id);
	}

	// The person wrote here: the line has done its duty.
	wrote(id: number): void {
		this.lines.delete(id);
	}

	// Another device of this user read up to seq.
	told(id: number, seq: number): void {
		const room = this.client.sync.find(id);
		if (room) room.told = Math.max(room.told, seq);
		if (room && this.client.sync.read(room, seq) && !room.unread && id !== this.client.active) this.lines.delete(id);
	}

	forget(id: number): void {
		this.lines.delete(id);
	}

	// Tells the server, a little later, of marks it does not know.
	report(): void {
		if (this.client.sync.rooms.some((r) => r.read > r.told)) this.timer ??= setTimeout(() => this.tell(), TELL_MS);
	}

	private read(room: Room, seq: number): void {
		if (!this.client.sync.read(room, seq)) return;
		this.client.touch();
		this.report();
	}

	private tell(): void {
		this.timer = undefined;
		if (!this.client.online) return;
		for (const room of this.client.sync.rooms) {
			if (room.read <= room.told) continue;
			room.told = room.read;
			void this.client.call({ markRead: { room: room.id, seq: room.read } }).catch(() => {});
		}
	}
}
