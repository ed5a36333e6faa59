// Which part of a room's window is in the page: at most some 200 rows. Pure.
//
// The range is told by sequence numbers, so that it stays where it is when
// events come in above or below.
import type { Room } from './sync';
import { indexOf } from './window';

export const RANGE_ROWS = 200;
const SLACK = 60; // grows by this much before it is cut

export interface Range {
	from: number; // first seq; 0: RANGE_ROWS before the end
	to: number; // last seq; Infinity: the newest, whatever comes
}

export const NEWEST: Range = { from: 0, to: Infinity };

// The indices lo <= i < hi of the events in the range.
export function bounds(room: Room, range: Range): { lo: number; hi: number } {
	const hi = range.to === Infinity ? room.events.length : indexOf(room.events, range.to + 1);
	const lo = range.from === 0 ? Math.max(0, hi - RANGE_ROWS) : Math.min(hi, indexOf(room.events, range.from));
	return { lo, hi };
}

// The range around the event at the top of the view.
export function around(room: Room, seq: number): Range {
	const at = indexOf(room.events, seq);
	const lo = Math.max(0, at - Math.floor(RANGE_ROWS * 0.6));
	const hi = Math.min(room.events.length, lo + RANGE_ROWS);
	return {
		from: room.events[lo]?.seq ?? 0,
		to: hi === room.events.length ? Infinity : room.events[hi - 1]!.seq,
	};
}

// The range after events came in, the view being at the bottom or at `seq`.
export function settle(room: Room, range: Range, stuck: boolean, seq: number): Range {
	if (stuck && range.to === Infinity) return NEWEST;
	const { lo, hi } = bounds(room, range);
	if (hi - lo <= RANGE_ROWS + SLACK) return range.from ? range : { ...range, from: room.events[lo]?.seq ?? 0 };
	return around(room, seq);
}
