// Who one is, over lost connections and other tabs; what becomes of messages.
import assert from 'node:assert/strict';
import test from 'node:test';
import { appchat } from 'gen/all.js';
import { signOut } from 'web/actions';
import { type Asked, Browser, signedIn, tagOf, tokenOf, turns, until } from '../support/played';

const carol = { id: 1, name: 'carol', guest: true };
const dave = { id: 2, name: 'dave', guest: true };
const idOf = (asked: Asked) => Buffer.from(asked.frame.send!.clientMsgId!).toString('hex');
const DAVES = 'da'.repeat(32);

test('a void token: another tab is somebody else by now, and so are we', async () => {
	const browser = new Browser();
	const client = await browser.guest(carol);
	const cookies = browser.told.length;
	browser.cut();
	browser.otherTab('2', DAVES);
	const hello = await browser.next('hello');
	assert.equal(`POST ${tokenOf(hello)}`, browser.told[0]);
	hello.answer({ welcome: { tokenRefused: true } });
	const again = await browser.next('hello');
	assert.deepEqual([tokenOf(again), again.cookie], ['', DAVES]);
	again.answer({ welcome: { signedIn: signedIn(dave) } });
	await until('dave', () => client.user?.name === 'dave');
	assert.deepEqual([browser.cookie, browser.stored.get('appchat.who')], [DAVES, '2']);
	assert.deepEqual(browser.told.slice(cookies), ['POST']);
	browser.cut();
	assert.equal(tokenOf(await browser.next('hello')), '');
});

test('a void token, and a void cookie: nobody, told once', async () => {
	const browser = new Browser();
	const client = await browser.guest(carol);
	browser.cut();
	(await browser.next('hello')).answer({ welcome: { tokenRefused: true } });
	(await browser.next('hello')).answer({ welcome: { tokenRefused: true } });
	await until('nobody', () => client.who === 'nobody');
	assert.equal(client.ended, 'Your session has ended.');
	assert.equal(browser.sockets.length, 3);
	assert.ok(!browser.told.some((t) => t.startsWith('DELETE')), 'the cookie may be newer than the one refused');
});

test('another tab became somebody, and a name is asked for before Welcome says so: that tab counts', async () => {
	const browser = new Browser();
	const client = browser.open();
	(await browser.next('hello')).answer({ welcome: {} });
	const cookie = 'ca'.repeat(32);
	browser.otherTab('1', cookie);
	const hello = await browser.next('hello');
	const done = client.become('guest erin', (token) => ({ claim: { name: 'erin', token } }));
	await turns();
	hello.answer({ welcome: { signedIn: signedIn(carol) } });
	await done;
	assert.deepEqual([client.user?.name, browser.cookie, browser.told], ['carol', cookie, ['POST']]);
	assert.match(client.notice, /You are carol/);
	browser.cut();
	const again = await browser.next('hello');
	assert.deepEqual([tokenOf(again), again.cookie], ['', cookie]);
	assert.ok(!browser.all.some((asked) => asked.frame.claim));
});

test('a name was refused, then another tab became somebody: so are we', async () => {
	const browser = new Browser();
	const client = browser.open();
	(await browser.next('hello')).answer({ welcome: {} });
	const done = assert.rejects(client.become('guest erin', (token) => ({ claim: { name: 'erin', token } })), /taken/);
	(await browser.next('claim')).answer({ error: { code: appchat.ErrorCode.ERROR_NAME_TAKEN, text: 'That name is taken.' } });
	await done;
	browser.otherTab('2', DAVES);
	const hello = await browser.next('hello');
	assert.deepEqual([tokenOf(hello), hello.cookie], ['', DAVES]);
	hello.answer({ welcome: { signedIn: signedIn(dave) } });
	await until('dave', () => client.user?.name === 'dave');
});

test('who is somebody does not connect again because another tab is somebody too', async () => {
	const browser = new Browser();
	const client = await browser.guest(carol);
	browser.otherTab('2', DAVES);
	await turns();
	assert.deepEqual([client.online, client.user?.name, browser.sockets.length], [true, 'carol', 1]);
});

test('a guest registers, and turns out to be somebody else by now: nobody is given that password', async () => {
	const browser = new Browser();
	const client = await browser.guest(carol);
	browser.cut();
	browser.otherTab('2', DAVES);
	(await browser.next('hello')).answer({ welcome: { tokenRefused: true } });
	const hello = await browser.next('hello');
	const done = assert.rejects(client.become('new ', (token) => ({ signUp: { password: 'of carol', token } })), /not carol any more/);
	await turns();
	hello.answer({ welcome: { signedIn: signedIn(dave) } });
	await done;
	assert.equal(client.user?.name, 'dave');
	assert.ok(!browser.all.some((asked) => asked.frame.signUp));
});

test('a page that is somebody by its cookie has it renewed, once', async () => {
	const browser = new Browser();
	browser.otherTab('2', DAVES);
	const client = browser.open();
	(await browser.next('hello')).answer({ welcome: { signedIn: signedIn(dave) } });
	await until('dave', () => client.online);
	browser.cut();
	(await browser.next('hello')).answer({ welcome: { signedIn: signedIn(dave) } });
	await until('dave again', () => client.online);
	await turns();
	assert.deepEqual([browser.told, browser.cookie], [['POST'], DAVES]);
});

test('the answer to a claim is lost: Hello asks with its token, and that is ours from then on', async () => {
	const browser = new Browser();
	const client = browser.open();
	(await browser.next('hello')).answer({ welcome: {} });
	const done = assert.rejects(client.become('guest carol', (token) => ({ claim: { name: 'carol', token } })));
	const token = tokenOf(await browser.next('claim'));
	browser.cut();
	await done;
	const hello = await browser.next('hello');
	assert.equal(tokenOf(hello), token);
	const again = client.become('guest carol', (t) => ({ claim: { name: 'carol', token: t } }));
	hello.answer({ welcome: { signedIn: signedIn(carol) } });
	await again;
	assert.deepEqual([client.user?.name, client.notice, browser.told], ['carol', '', [`POST ${token}`]]);
	browser.cut();
	assert.equal(tokenOf(await browser.next('hello')), token);
});

test('who signs out leaves no cookie, and the next one is not taken for it', async () => {
	const browser = new Browser();
	const client = await browser.guest(carol);
	const { cookie } = browser;
	const done = signOut(client);
	(await browser.next('signOut')).answer({ done: {} });
	await done;
	(await browser.next('hello')).answer({ welcome: {} });
	await until('greeted', () => client.connection.state === 'open');
	const became = client.become('guest dave', (token) => ({ claim: { name: 'dave', token } }));
	const claim = await browser.next('claim');
	claim.answer({ signedIn: signedIn(dave) });
	await became;
	assert.deepEqual(browser.told.slice(-2), [`DELETE ${tagOf(cookie)}`, `POST ${tokenOf(claim)}`]);
});

for (const way of ['by a token of its own', 'by the cookie'])
	test(`who was signed in ${way} and signs out leaves another tab's newer cookie`, async () => {
		const browser = new Browser();
		browser.cookie = 'ca'.repeat(32);
		if (way === 'by the cookie') browser.stored.set('appchat.who', '1');
		const client = way === 'by the cookie' ? browser.open() : await browser.guest(carol);
		if (way === 'by the cookie') (await browser.next('hello')).answer({ welcome: { signedIn: signedIn(carol) } });
		await until('the cookie is known', () => client.cookieTag === tagOf(browser.cookie));
		browser.cookie = DAVES;
		const done = signOut(client);
		(await browser.next('signOut')).answer({ done: {} });
		await done;
		await until('told', () => browser.told.some((t) => t.startsWith('DELETE')));
		await turns();
		assert.equal(browser.cookie, DAVES);
	});

test('a message refused for the session\'s sake waits, and goes out under its id when one is signed in again', async () => {
	const browser = new Browser();
	const client = await browser.guest(carol);
	client.send(1, 'hello');
	const first = await browser.next('send');
	first.answer({ error: { code: appchat.ErrorCode.ERROR_NOT_SIGNED_IN, text: 'Sign in first.' } });
	await until('it waits', () => client.outbox.items[0]?.state === 'waiting');
	const second = await browser.next('send');
	second.answer({ error: { code: appchat.ErrorCode.ERROR_STATE, text: 'Not now.' } });
	browser.cut();
	(await browser.next('hello')).answer({ welcome: { signedIn: signedIn(carol) } });
	const third = await browser.next('send');
	assert.deepEqual([second, third].map(idOf), [first, first].map(idOf));
	third.answer({ error: { code: appchat.ErrorCode.ERROR_TOO_LARGE, text: 'Too long.' } });
	await until('it failed', () => client.outbox.items[0]?.state === 'failed');
	assert.equal(client.outbox.items[0]!.reason, 'Too long.');
});

test('what failed is there again in the next page, as failed', async () => {
	const browser = new Browser();
	const client = await browser.guest(carol);
	client.send(1, 'hello');
	(await browser.next('send')).answer({ error: { code: appchat.ErrorCode.ERROR_TOO_LARGE, text: 'Too long.' } });
	await until('it failed', () => client.outbox.items[0]?.state === 'failed');
	const next = browser.open();
	(await browser.next('hello')).answer({ welcome: { signedIn: signedIn(carol) } });
	await until('signed in', () => next.online);
	assert.deepEqual(next.outbox.items.map((i) => [i.state, i.text, i.reason]), [['failed', 'hello', 'Too long.']]);
});

test('a message to a room that was left: confirmed it is gone, refused it is told of', async () => {
	const browser = new Browser();
	const client = await browser.guest(carol);
	client.send(1, 'stored before');
	client.send(1, 'too late');
	client.roomLeft(1);
	(await browser.next('send')).answer({ sendAck: { seq: 7 } });
	const late = await browser.next('send');
	assert.deepEqual([client.outbox.items.map((i) => i.text), client.notice], [['too late'], '']);
	late.answer({ error: { code: appchat.ErrorCode.ERROR_NOT_FOUND, text: 'No such room.' } });
	await until('told', () => client.notice !== '');
	assert.equal(client.notice, 'You left the room before this was confirmed: too late');
	assert.equal(client.outbox.items.length, 0);
});

for (const reason of ['CLOSE_BANNED', 'CLOSE_KICKED'] as const)
	test(`${reason}: away, with the words of the server`, async () => {
		const browser = new Browser();
		const client = await browser.guest(carol);
		browser.sockets.at(-1)!.say({ bye: { reason: appchat.CloseReason[reason], text: 'The operator says no: be kinder' } });
		await turns();
		assert.deepEqual([client.connection.state, client.connection.why], ['stopped', 'The operator says no: be kinder']);
	});
