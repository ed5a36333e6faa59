// The window of a room: a sorted array of the events kept in memory.
import type { Room, SyncEvent } from './sync';

export const WINDOW_EVENTS = 2000;

// Index of the event with this seq, or of the first above it.
export function indexOf(events: readonly SyncEvent[], seq: number): number {
	let lo = 0;
	let hi = events.length;
	while (lo < hi) {
		const mid = (lo + hi) >> 1;
		if (events[mid]!.seq < seq) lo = mid + 1;
		else hi = mid;
	}
	return lo;
}

// Puts an event into the window; false when it was there.
export function insert(events: SyncEvent[], event: SyncEvent): boolean {
	const newest = events[events.length - 1];
	if (!newest || newest.seq < event.seq) {
		events.push(event);
		return true;
	}
	const i = indexOf(events, event.seq);
	if (events[i]!.seq === event.seq) return false;
	events.splice(i, 0, event);
	return true;
}

// Drops what is too much, from the end that is farther from the view.
export function trim(room: Room): void {
	const { events, anchor } = room;
	while (events.length > WINDOW_EVENTS) {
		const newest = events[events.length - 1]!.seq;
		const oldest = events[0]!.seq;
		const excess = events.length - WINDOW_EVENTS;
		if (anchor === 0 || newest - anchor < anchor - oldest) events.splice(0, excess);
		else events.splice(WINDOW_EVENTS, excess);
	}
}
