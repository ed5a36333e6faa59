// The list's rows and range, and small things beside them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { backoffMs } from 'web/backoff';
import { fold } from 'web/fold';
import { mentions } from 'web/mention';
import type { OutboxItem } from 'web/outbox';
import { around, bounds, NEWEST, pendingPlace, settle, type Listed } from 'web/range';
import { buildRows } from 'web/rows';
import { byName, type Room, type SyncEvent } from 'web/sync';
import { toHex, uuid7 } from 'web/uuid';

const DAY = 86400000;
const NOON = new Date(2026, 4, 5, 12).getTime();

function event(seq: number, author = 1, timeMs = NOON): SyncEvent {
	return { seq, author, timeMs, kind: 'message', tag: 0, name: `u${author}`, text: `t${seq}` };
}

function room(events: SyncEvent[]): Room {
	const head = events[events.length - 1]?.seq ?? 0;
	return {
		id: 1, name: 'r', topic: '', epoch: 1, online: 1, head, floor: 1, read: 0, told: 0, cursor: head, unread: 0,
		follow: false, following: false, anchor: 0, events, version: 0,
	};
}

const kinds = (r: Room, line = 0) => buildRows(r, 0, r.events.length, line).map((x) => (x.kind === 'message' ? (x.head ? 'head' : 'more') : x.kind));

test('one head for what one person says in a row', () => {
	assert.deepEqual(kinds(room([event(1), event(2), event(3, 2), event(4, 2, NOON + 10 * 60000)])), ['day', 'head', 'more', 'head', 'head']);
});

test('a day, the line and a hole each begin anew', () => {
	assert.deepEqual(kinds(room([event(1), event(2, 1, NOON + DAY)])), ['day', 'head', 'day', 'head']);
	assert.deepEqual(kinds(room([event(1), event(2), event(3)]), 2), ['day', 'head', 'more', 'new', 'head']);
	assert.deepEqual(kinds(room([event(8), event(9)]), 2), ['day', 'head', 'more'], 'the line is not loaded');
	assert.deepEqual(kinds(room([event(1), event(5)])), ['day', 'head', 'hole', 'head']);
});

test('keys are there once', () => {
	const rows = buildRows(room([event(1), event(5), event(9, 1, NOON + DAY)]), 0, 3, 4);
	assert.equal(new Set(rows.map((r) => r.key)).size, rows.length);
});

test('the range is bounded and follows the newest', () => {
	const r = { events: Array.from({ length: 1000 }, (_, i) => event(i + 1)), pending: [] };
	assert.deepEqual(bounds(r, NEWEST), { lo: 800, hi: 1000 });
	const middle = around(r, 500);
	const { lo, hi } = bounds(r, middle);
	assert.equal(hi - lo, 200);
	assert.ok(r.events[lo]!.seq < 500 && r.events[hi - 1]!.seq > 500);
	assert.equal(settle(r, NEWEST, true, 990), NEWEST);
	let range = settle(r, NEWEST, false, 990);
	for (let i = 0; i < 500; i++) {
		r.events.push(event(1001 + i));
		range = settle(r, range, false, 990);
		const b = bounds(r, range);
		assert.ok(b.hi - b.lo <= 260);
		assert.ok(r.events[b.lo]!.seq <= 990 && r.events[b.hi - 1]!.seq >= 990);
	}
});

function onItsWay(madeMs: number): OutboxItem {
	return { id: new Uint8Array(16), key: `${madeMs}`, room: 1, text: '', madeMs, state: 'waiting', seq: 0, tries: 0, notBeforeMs: 0, reason: '' };
}

test('what is on its way is in the range like the rest', () => {
	const pending = Array.from({ length: 500 }, (_, i) => onItsWay(NOON + i));
	const events = Array.from({ length: 50 }, (_, i) => event(i + 1));
	assert.deepEqual(bounds({ events, pending }, NEWEST), { lo: 350, hi: 550 });
	assert.deepEqual(bounds({ events, pending }, around({ events, pending }, pendingPlace(pending[20]!))), { lo: 0, hi: 200 });
	assert.deepEqual(bounds({ events, pending }, around({ events, pending }, 10)), { lo: 0, hi: 200 });
});

test('what is at the top of the view stays in the range while what is on its way is stored', () => {
	const pending = Array.from({ length: 500 }, (_, i) => onItsWay(NOON + i));
	let listed: Listed = { events: Array.from({ length: 50 }, (_, i) => event(i + 1)), pending };
	let place = pendingPlace(pending[300]!);
	let range = around(listed, place);
	for (let stored = 1; stored <= 500; stored++) {
		listed = { events: [...listed.events, event(50 + stored)], pending: pending.slice(stored) };
		if (stored === 301) place = 351; // it has a sequence number now
		range = settle(listed, range, false, place);
		const { lo, hi } = bounds(listed, range);
		const at = 350;
		assert.ok(hi - lo <= 260 && hi - lo >= 100, `${hi - lo} rows after ${stored}`);
		assert.ok(lo <= at && at < hi, `${lo} to ${hi} after ${stored}`);
	}
});

test('back-off is jittered and bounded', () => {
	assert.equal(backoffMs(0, 0), 0);
	assert.ok(backoffMs(0, 0.999) <= 250);
	assert.ok(backoffMs(3, 0.999) <= 2000);
	assert.ok(backoffMs(99, 0.9999) <= 30000);
});

test('ids are UUIDs of version 7 that rise', () => {
	const ids = Array.from({ length: 1000 }, () => toHex(uuid7()));
	assert.deepEqual([...ids].sort(), ids);
	for (const id of ids) assert.match(id, /^.{12}7.{3}[89ab]/);
});

test('a name is said as a word of its own, wherever in the text', () => {
	for (const text of ['ada', 'Hello, ADA!', '@ada: hello', 'nevada and ada', '(ada)', 'ada-like', '\u{1f600}ada\u{1f600}'])
		assert.ok(mentions(text, 'ada'), text);
	for (const text of ['nevada', 'adamant', 'ada_', 'ad a', '\u00e9ada', 'ada\u0301', '\u{1d5ba}ada', ''])
		assert.ok(!mentions(text, 'ada'), text);
	assert.ok(!mentions('anything', ''));
});

test('a long text is shown in part, one that is a little long is not', () => {
	const lines = (n: number) => Array.from({ length: n }, (_, i) => `${i}`).join('\n');
	assert.equal(fold(lines(32)), lines(32));
	assert.equal(fold(lines(33)), lines(24));
	assert.equal(fold('x'.repeat(32 * 90)), 'x'.repeat(32 * 90));
	assert.equal(fold('x'.repeat(32 * 90 + 1)), 'x'.repeat(24 * 90));
	assert.equal(fold(`${lines(23)}\n${'x'.repeat(5000)}`), `${lines(23)}\n${'x'.repeat(90)}`);
	assert.equal(fold(`a${'\n'.repeat(16000)}b`), `a${'\n'.repeat(23)}`);
	assert.equal(fold('```\n' + lines(40) + '\n```'), '```\n' + lines(23) + '\n```');
	assert.equal(fold(`x${'\u{1f600}'.repeat(3000)}`), `x${'\u{1f600}'.repeat(1079)}`);
	assert.equal(fold(''), '');
});

test('rooms come as a person looks for them: numbers by their size, capitals and accents among their like', () => {
	const rooms = ['room10', 'Zoo', 'lobby', 'room9', '\u00c4pfel', 'ops', 'birds'].map((name, id) => ({ name, id }));
	assert.deepEqual(rooms.sort(byName).map((r) => r.name), ['\u00c4pfel', 'birds', 'lobby', 'ops', 'room9', 'room10', 'Zoo']);
});
