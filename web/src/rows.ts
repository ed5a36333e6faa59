// The rows of a room's list: its events with days, the line "new" and holes
// between them. Pure; keys stay the same from one rendering to the next.
import { missing, type Room, type SyncEvent } from './sync';
import { dayKey } from './time';

const TOGETHER_MS = 5 * 60 * 1000; // one head for what one person says in a row

export type Row =
	| { kind: 'message'; key: string; event: SyncEvent; head: boolean }
	| { kind: 'note'; key: string; event: SyncEvent }
	| { kind: 'day'; key: string; timeMs: number }
	| { kind: 'new'; key: string }
	| { kind: 'hole'; key: string; index: number; count: number };

// Rows of the events with index lo <= i < hi; line: the last seq above "new".
export function buildRows(room: Room, lo: number, hi: number, line: number): Row[] {
	const rows: Row[] = [];
	let previous: SyncEvent | undefined;
	let lined = !line;
	for (let i = lo; i < hi; i++) {
		const event = room.events[i]!;
		if (i > 0 && missing(room, i)) {
			rows.push({ kind: 'hole', key: `hole ${event.seq}`, index: i, count: missing(room, i) });
			previous = undefined;
		}
		if (event.kind === 'unknown') continue;
		if (!previous || dayKey(previous.timeMs) !== dayKey(event.timeMs)) {
			rows.push({ kind: 'day', key: `day ${dayKey(event.timeMs)}`, timeMs: event.timeMs });
			previous = undefined;
		}
		if (!lined && event.seq > line) {
			lined = true;
			// Not above what is merely the first that was loaded.
			if (event.seq === line + 1 || (room.events[i - 1]?.seq ?? Infinity) <= line) {
				rows.push({ kind: 'new', key: 'new' });
				previous = undefined;
			}
		}
		rows.push(rowOf(event, previous));
		previous = event;
	}
	const after = hi === room.events.length && hi > 0 ? missing(room, hi) : 0;
	if (after) rows.push({ kind: 'hole', key: 'hole end', index: hi, count: after });
	return dropRepeatedDays(rows);
}

function rowOf(event: SyncEvent, previous: SyncEvent | undefined): Row {
	const key = `seq ${event.seq}`;
	if (event.kind !== 'message') return { kind: 'note', key, event };
	const together = previous?.kind === 'message' && previous.author === event.author
		&& previous.name === event.name && event.timeMs - previous.timeMs < TOGETHER_MS;
	return { kind: 'message', key, event, head: !together };
}

// A hole within a day made the day be said twice; a key must be there once.
function dropRepeatedDays(rows: Row[]): Row[] {
	const seen = new Set<string>();
	return rows.filter((r) => r.kind !== 'day' || (!seen.has(r.key) && seen.add(r.key)));
}
