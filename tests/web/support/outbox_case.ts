// Replays a case of sync/outbox*.txt; tests/vectors/README.md has the format.
import { Outbox, outboxTag, type OutboxItem } from 'web/outbox';

export class OutboxCase {
	private readonly outbox = new Outbox();
	private readonly ids = new Map<string, { id: Uint8Array; room: number }>();
	private time = 0;

	happen([what, ...rest]: string[]): void {
		const [name = '', second = '', third = ''] = rest;
		const known = this.ids.get(name);
		switch (what) {
			case 'send': this.send(name, Number(second)); break;
			case 'sent': this.outbox.sent(this.item(name)!); break;
			case 'ack': this.outbox.stored(known!.id, Number(second)); break;
			case 'refuse': this.outbox.refused(known!.id, 'why', second === 'temporary', this.time, Number(third)); break;
			case 'seen': this.outbox.seen(known!.room, outboxTag(known!.id), Number(second)); break;
			case 'passed': this.outbox.passed(Number(name), Number(second)); break;
			case 'lost': this.outbox.lost(); break;
			case 'time': this.time = Number(name); break;
			default: throw new Error(`what is ${what}?`);
		}
	}

	tell([what, name]: string[]): string {
		const { item, waitMs } = this.outbox.next(this.time, Date.now());
		switch (what) {
			case 'next': return item ? this.nameOf(item) : '-';
			case 'wait': return String(waitMs);
			case 'state': return this.item(name!)?.state ?? 'gone';
			case 'unsent': return String(this.outbox.unsent());
			default: throw new Error(`what is ${what}?`);
		}
	}

	private send(name: string, room: number): void {
		this.ids.set(name, { id: this.outbox.add(room, name)!.id, room });
	}

	private item(name: string): OutboxItem | undefined {
		return this.outbox.find(this.ids.get(name)!.id);
	}

	private nameOf(item: OutboxItem): string {
		return [...this.ids].find(([, v]) => this.outbox.find(v.id) === item)![0];
	}
}
