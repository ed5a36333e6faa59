// Which part of what a room lists is in the page: at most some 200 rows. Pure.
//
// A room lists its events, then our messages on their way to it. The range is
// told by places, so that it stays where it is when rows come in above or below:
// an event's place is its sequence number; what has none yet comes after all.
import type { OutboxItem } from './outbox';
import type { SyncEvent } from './sync';
import { indexOf } from './window';

export const RANGE_ROWS = 200;
const SLACK = 60; // grows by this much before it is cut
const PENDING = 2 ** 52;

export interface Listed {
	readonly events: readonly SyncEvent[];
	readonly pending: readonly OutboxItem[];
}

export interface Range {
	from: number; // first place; 0: RANGE_ROWS before the end
	to: number; // last place; Infinity: the newest, whatever comes
}

export const NEWEST: Range = { from: 0, to: Infinity };

export function pendingPlace(item: OutboxItem): number {
	return PENDING + item.madeMs;
}

// The indices lo <= i < hi of what is in the range.
export function bounds(listed: Listed, range: Range): { lo: number; hi: number } {
	const hi = range.to === Infinity ? count(listed) : indexAt(listed, range.to + 1);
	const lo = range.from === 0 ? Math.max(0, hi - RANGE_ROWS) : Math.min(hi, indexAt(listed, range.from));
	return { lo, hi };
}

// The range around what is at the top of the view.
export function around(listed: Listed, place: number): Range {
	const at = indexAt(listed, place);
	const lo = Math.max(0, at - Math.floor(RANGE_ROWS * 0.6));
	const hi = Math.min(count(listed), lo + RANGE_ROWS);
	return {
		from: placeAt(listed, lo),
		to: hi === count(listed) ? Infinity : placeAt(listed, hi - 1),
	};
}

// The range after rows came in or went, the view being at the bottom or at `place`.
export function settle(listed: Listed, range: Range, stuck: boolean, place: number): Range {
	if (stuck && range.to === Infinity) return NEWEST;
	const { lo, hi } = bounds(listed, range);
	if (hi - lo > RANGE_ROWS + SLACK) return around(listed, place);
	// Messages on their way have become events, which are before it.
	if (range.from > PENDING && hi - lo < RANGE_ROWS - SLACK) return around(listed, place);
	return range.from ? range : { ...range, from: placeAt(listed, lo) };
}

const count = ({ events, pending }: Listed): number => events.length + pending.length;

// Index of what has this place, or of the first above it.
function indexAt({ events, pending }: Listed, place: number): number {
	if (place <= PENDING) return indexOf(events, place);
	const i = pending.findIndex((item) => pendingPlace(item) >= place);
	return events.length + (i < 0 ? pending.length : i);
}

// 0: nothing is there.
function placeAt({ events, pending }: Listed, i: number): number {
	const item = pending[i - events.length];
	return events[i]?.seq ?? (item ? pendingPlace(item) : 0);
}
