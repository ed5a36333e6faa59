// Replays a case of sync/rooms*.txt; tests/vectors/README.md has the format.
import type { Events, Gap, Head, HistoryPage, RoomState, SignedIn, WireEvent } from 'web/codec';
import { behind, missing, Sync, type Room } from 'web/sync';

export class RoomsCase {
	private fresh: number[] = [];
	private resets: number[] = [];
	private signing: { self: number; rooms: RoomState[] } | null = null;
	private readonly sync = new Sync({
		onEvent: (_, event, fresh) => { if (fresh) this.fresh.push(event.seq); },
		onReset: (room) => this.resets.push(room.id),
	});

	// Something happens to the client.
	happen([what, ...rest]: string[]): void {
		const [a = 0, b = 0, c = 0] = rest.map(Number);
		const { sync } = this;
		switch (what) {
			case 'signed-in': this.signing = { self: a, rooms: [] }; break;
			case 'end': sync.signedIn({ user: { id: this.signing!.self }, rooms: this.signing!.rooms } as SignedIn); this.signing = null; break;
			case 'state': this.state(rest); break;
			case 'left': sync.left(a); break;
			case 'lost': sync.lost(); break;
			case 'follow-sent': for (const r of sync.rooms) if (r.follow) sync.followSent(r); break;
			case 'follow-done': sync.followDone(rest[0] === 'ok'); break;
			case 'events': sync.events({ room: a, event: rest.slice(1).map(event) } as Events); break;
			case 'gap': sync.gap({ room: a, from: b, to: c } as Gap); break;
			case 'page': this.page(rest); break;
			case 'pong': sync.pong(rest.map(head)); break;
			case 'read': sync.read(this.room(a), b); break;
			default: throw new Error(`what is ${what}?`);
		}
	}

	// What is so, as the file writes it.
	tell([what, id, index]: string[]): string {
		const { sync } = this;
		const room = id === undefined ? undefined : this.room(Number(id));
		switch (what) {
			case 'rooms': return list(sync.rooms.map((r) => r.id));
			case 'follow': return list(sync.rooms.filter((r) => r.follow).map((r) => r.id));
			case 'cursor': return String(room!.cursor);
			case 'head': return String(room!.head);
			case 'floor': return String(room!.floor);
			case 'mark': return String(room!.read);
			case 'unread': return String(room!.unread);
			case 'behind': return String(behind(room!));
			case 'window': return ranges(room!.events.map((e) => e.seq));
			case 'missing': return String(missing(room!, index === 'end' ? room!.events.length : Number(index)));
			case 'fresh': return list(this.fresh.splice(0));
			case 'reset': return list(this.resets.splice(0));
			default: throw new Error(`what is ${what}?`);
		}
	}

	private room(id: number): Room {
		const room = this.sync.find(id);
		if (!room) throw new Error(`no room ${id}`);
		return room;
	}

	private state(words: string[]): void {
		const [id, epoch, head, floor, read] = words.map(Number) as [number, number, number, number, number];
		const state: RoomState = { id, epoch, head, floor, read, name: words[5]!, topic: '', online: 0 };
		if (this.signing) this.signing.rooms.push(state);
		else this.sync.roomState(state);
	}

	private page([room, epoch, direction, asked, end, ...events]: string[]): void {
		const page = { room: Number(room), epoch: Number(epoch), more: end === 'more', event: events.map(event) };
		this.sync.page(page as HistoryPage, direction === 'after', Number(asked));
	}
}

function event(word: string): WireEvent {
	const [seq, kind, author] = word.split(':');
	const who = { author: Number(author), name: 'n' };
	return {
		seq: Number(seq), timeMs: 0,
		message: kind === 'm' ? { ...who, text: 't', tag: 0 } : null,
		topicChanged: kind === 't' ? { ...who, topic: 't' } : null,
		roomCreated: kind === 'c' ? who : null,
	} as WireEvent;
}

function head(word: string): Head {
	const [room, top, sent] = word.split(':').map(Number);
	return { room, head: top, sent } as Head;
}

export function list(numbers: number[]): string {
	return [...numbers].sort((a, b) => a - b).join(',') || '-';
}

// 1-5,8
function ranges(seqs: number[]): string {
	const parts: string[] = [];
	for (let i = 0; i < seqs.length; i++) {
		const from = i;
		while (seqs[i + 1] === seqs[i]! + 1) i++;
		parts.push(from === i ? `${seqs[i]}` : `${seqs[from]}-${seqs[i]}`);
	}
	return parts.join(',') || '-';
}
