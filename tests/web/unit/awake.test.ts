// When to connect again: after a sleep of the machine, while the server does not
// want us back, after a greeting; and what is told once one is back.
import assert from 'node:assert/strict';
import test from 'node:test';
import { appchat } from 'gen/all.js';
import { Browser, signedIn, turns, until } from '../support/played';

const carol = { id: 1, name: 'carol', guest: true };
const HOUR_MS = 3600000;

// The machine sleeps, and its monotonic clock with it; this is put back after the test.
function sleeps(context: { after(done: () => void): void }): void {
	const now = Date.now;
	Date.now = () => now() + HOUR_MS;
	context.after(() => { Date.now = now; });
}

test('after a sleep that only the wall clock knows of, it is asked at once whether the connection lives', async (t) => {
	const browser = new Browser();
	await browser.guest(carol);
	const pings = () => browser.all.filter((asked) => asked.frame.ping).length;
	await until('all is calm', () => pings() === 2); // that for the room, and the fair one
	sleeps(t);
	await until('asked', () => pings() === 3);
});

test('after a sleep the wait for the next try is over', async (t) => {
	const browser = new Browser();
	const client = await browser.guest(carol);
	const random = Math.random;
	t.after(() => { Math.random = random; });
	Math.random = () => 0.9999;
	for (let i = 0; i < 8; i++) client.connection.reconnect('');
	assert.ok(client.connection.retryAt - Date.now() > 20000);
	sleeps(t);
	await browser.next('hello');
});

test('a look at the page is no reason to come back before the server wants it', async () => {
	const browser = new Browser();
	const client = await browser.guest(carol);
	browser.sockets[0]!.say({ bye: { reason: appchat.CloseReason.CLOSE_SHUTDOWN, retryAfterMs: HOUR_MS } });
	for (const sign of ['focus', 'online', 'pageshow', 'keydown']) browser.happen(sign);
	await turns();
	assert.deepEqual([client.connection.state, browser.sockets.length], ['waiting', 1]);
	client.connection.hurry();
	await browser.next('hello');
});

test('on the first screen too, each greeting lets the waits begin anew', async (t) => {
	const browser = new Browser();
	const client = browser.open();
	const random = Math.random;
	t.after(() => { Math.random = random; });
	Math.random = () => 0.9999;
	for (let i = 0; i < 4; i++) {
		(await browser.next('hello')).answer({ welcome: {} });
		await turns();
		browser.cut();
		assert.ok(client.connection.retryAt - Date.now() <= 250);
	}
});

test('what was read while away is told once one is back', async () => {
	const browser = new Browser();
	const client = await browser.guest(carol);
	client.reading.atBottom = false;
	browser.sockets[0]!.say({ events: { room: 1, event: [{ seq: 1, timeMs: 1, message: { author: 2, name: 'dave', text: 'hello' } }] } });
		browser.cut();
	client.sync.read(client.room!, 1);
	const room1 = { id: 1, name: 'lobby', epoch: 1, floor: 1, head: 1 };
	(await browser.next('hello')).answer({ welcome: { signedIn: { ...signedIn(carol), rooms: [room1] } } });
	const mark = await browser.next('markRead');
	assert.equal(mark.frame.markRead!.seq, 1);
});
