// Messages on their way: kept, one at a time per room, each once.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Outbox, OUTBOX_AGE_MS, OUTBOX_MAX, outboxTag, type Keeper, type Kept } from 'web/outbox';

function memoryKeeper(): Keeper & { kept: Map<string, Kept> } {
	const kept = new Map<string, Kept>();
	return {
		kept,
		load: () => [...kept.values()],
		put: (item) => void kept.set(item.key, item),
		drop: (key) => void kept.delete(key),
	};
}

const now = () => Date.now();

test('one at a time per room, in order', () => {
	const o = new Outbox();
	const a = o.add(1, 'a')!;
	o.add(1, 'b');
	o.add(2, 'c');
	assert.equal(o.next(0, now()).item?.text, 'a');
	o.sent(a);
	assert.equal(o.next(0, now()).item?.text, 'c');
	o.sent(o.next(0, now()).item!);
	assert.equal(o.next(0, now()).item, null);
	o.stored(a.id, 7);
	assert.equal(o.next(0, now()).item?.text, 'b');
});

test('a temporary refusal holds the room back, with the same id', () => {
	const o = new Outbox();
	const a = o.add(1, 'a')!;
	o.add(1, 'b');
	o.sent(a);
	o.refused(a.id, 'full', true, 1000, 500);
	assert.deepEqual(o.next(1100, now()), { item: null, waitMs: 400 });
	assert.equal(o.next(1500, now()).item?.key, a.key);
});

test('a refusal for good lets the others go; retry gives another id', () => {
	const o = new Outbox();
	const a = o.add(1, 'a')!;
	o.add(1, 'b');
	o.sent(a);
	o.refused(a.id, 'no', false, 0, 0);
	assert.equal(o.next(0, now()).item?.text, 'b');
	o.retry(o.items[0]!);
	assert.equal(o.items.length, 2);
	assert.notEqual(o.items[1]!.key, a.key);
	assert.equal(o.items[1]!.text, 'a');
});

test('acknowledgement and event come in any order', () => {
	const o = new Outbox();
	const a = o.add(1, 'a')!;
	o.sent(a);
	assert.ok(o.seen(1, outboxTag(a.id), 5));
	o.stored(a.id, 5);
	assert.equal(o.items.length, 0);
	const b = o.add(1, 'b')!;
	o.sent(b);
	o.stored(b.id, 6);
	assert.equal(o.items[0]!.state, 'stored');
	assert.ok(o.seen(1, outboxTag(b.id), 6));
	assert.equal(o.items.length, 0);
});

test('what failed and turns up all the same is done', () => {
	const o = new Outbox();
	const a = o.add(1, 'a')!;
	o.refused(a.id, 'no', false, 0, 0);
	assert.ok(o.seen(1, outboxTag(a.id), 5));
	assert.equal(o.items.length, 0);
});

test('what was sent waits again when the connection is lost', () => {
	const o = new Outbox();
	const a = o.add(1, 'a')!;
	o.sent(a);
	o.lost();
	assert.equal(o.next(0, now()).item?.key, a.key);
});

test('kept until stored, and taken over by the next page', () => {
	const keeper = memoryKeeper();
	const first = new Outbox();
	first.keep(keeper);
	const a = first.add(1, 'a')!;
	first.add(1, 'b');
	const second = new Outbox();
	second.keep(keeper);
	assert.deepEqual(second.items.map((i) => [i.key, i.text]), first.items.map((i) => [i.key, i.text]));
	second.stored(a.id, 3);
	assert.equal(keeper.kept.size, 1);
});

test('what failed is kept as failed, until it is given up', () => {
	const keeper = memoryKeeper();
	const first = new Outbox();
	first.keep(keeper);
	const a = first.add(1, 'a')!;
	const b = first.add(2, 'b')!;
	first.refused(a.id, 'no', false, 0, 0);
	first.next(0, b.madeMs + OUTBOX_AGE_MS + 60000); // too old
	const second = new Outbox();
	second.keep(keeper);
	assert.deepEqual(second.items.map((i) => [i.state, i.reason]), first.items.map((i) => [i.state, i.reason]));
	assert.deepEqual(second.items.map((i) => i.state), ['failed', 'failed']);
	assert.equal(second.next(0, now()).item, null);
	second.dismiss(second.find(a.id)!);
	second.retry(second.find(b.id)!);
	assert.deepEqual([...keeper.kept.values()].map((k) => [k.text, k.failed]), [['b', undefined]]);
});

test('full, and too old', () => {
	const o = new Outbox();
	const a = o.add(1, 'a')!;
	for (let i = 1; i < OUTBOX_MAX; i++) o.add(1, 'x');
	assert.equal(o.add(1, 'y'), null);
	assert.equal(o.next(0, a.madeMs + OUTBOX_AGE_MS + 60000).item, null);
	assert.equal(o.items[0]!.state, 'failed');
});

test('full: what failed stays when it is tried again, and is not lost', () => {
	const o = new Outbox();
	const a = o.add(1, 'a')!;
	o.refused(a.id, 'no', false, 0, 0);
	for (let i = 0; i < OUTBOX_MAX; i++) o.add(1, 'x');
	assert.equal(o.retry(o.find(a.id)!), false);
	assert.equal(o.find(a.id)?.state, 'failed');
	o.stored(o.items[1]!.id, 1);
	assert.equal(o.retry(o.find(a.id)!), true);
	assert.equal(o.items.at(-1)!.text, 'a');
});

test('gap: what was stored up to it is done', () => {
	const o = new Outbox();
	const a = o.add(1, 'a')!;
	o.stored(a.id, 40);
	o.passed(1, 39);
	assert.equal(o.items.length, 1);
	o.passed(1, 40);
	assert.equal(o.items.length, 0);
});
