// The connection goes and comes: nothing is lost and nothing is there twice.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, WebSocketRoute } from 'playwright-core';
import { Line } from '../support/line';
import { launch, Person, until } from '../support/person';
import { Server } from '../support/server';

const server = new Server();
let browser: Browser;
let ada: Person;
let bob: Person;

before(async () => {
	await server.start();
	browser = await launch();
	ada = await Person.guest(browser, server.url, 'ada');
	bob = await Person.guest(browser, server.url, 'bob');
});
after(async () => {
	await browser?.close();
	await server.remove();
});

// The numbered messages of a run, as this person has them.
async function run(person: Person, prefix: string): Promise<string[]> {
	return (await person.texts()).filter((t) => t.startsWith(prefix));
}

const numbered = (prefix: string, n: number) => Array.from({ length: n }, (_, i) => `${prefix}${i}`);

test('a server killed and started again: each message once, in order, for both', async () => {
	for (const text of numbered('before-', 3)) await ada.say(text);
	await bob.sees('before-2');
	await server.stop('SIGKILL');
	await ada.page.locator('.banner').waitFor();
	for (const text of numbered('during-', 5)) await ada.say(text);
	await ada.page.locator('.pending', { hasText: 'during-4' }).waitFor();
	await ada.page.getByText('5 to be sent').waitFor();
	await server.start();
	await bob.sees('during-4');
	await ada.sees('during-4');
	await bob.say('after');
	await ada.sees('after');
	for (const person of [ada, bob]) {
		assert.deepEqual(await run(person, 'before-'), numbered('before-', 3));
		assert.deepEqual(await run(person, 'during-'), numbered('during-', 5));
	}
	await until('nothing waits', async () => (await ada.page.locator('.pending').count()) === 0);
});

test('a tab closed while offline: the next one sends what it left, once', async () => {
	await server.stop();
	await ada.page.locator('.banner').waitFor();
	for (const text of numbered('left-', 3)) await ada.say(text);
	await ada.page.locator('.pending', { hasText: 'left-2' }).waitFor();
	await ada.page.close();
	await server.start();
	ada = await Person.visit(browser, server.url, {}, ada.context);
	await ada.ready();
	await bob.sees('left-2');
	await ada.sees('left-2');
	for (const person of [ada, bob]) assert.deepEqual(await run(person, 'left-'), numbered('left-', 3));
	assert.deepEqual(await ada.page.evaluate(() => Object.keys(localStorage).filter((k) => k.includes('outbox'))), []);
});

test('a tab that stays open sends what a closed one left', async () => {
	const other = await Person.visit(browser, server.url, {}, ada.context);
	await other.ready();
	await server.stop();
	await other.page.locator('.banner').waitFor();
	await other.say('left to the other tab');
	await other.page.locator('.pending').waitFor();
	await other.page.close();
	await server.start();
	await bob.sees('left to the other tab');
	await ada.sees('left to the other tab');
	assert.deepEqual(await run(bob, 'left to'), ['left to the other tab']);
});

test('many restarts under talk', async () => {
	for (let i = 0; i < 12; i++) {
		await ada.say(`talk-a-${i} `);
		await bob.say(`talk-b-${i} `);
		if (i % 4 === 1) await server.stop('SIGKILL');
		if (i % 4 === 3) await server.start();
	}
	await ada.sees('talk-b-11');
	await bob.sees('talk-a-11');
	await until('all is sent', async () => (await ada.page.locator('.pending').count()) + (await bob.page.locator('.pending').count()) === 0);
	for (const person of [ada, bob])
		for (const prefix of ['talk-a-', 'talk-b-']) assert.deepEqual(await run(person, prefix), numbered(prefix, 12));
	const [a, b] = [await ada.texts(), await bob.texts()];
	assert.deepEqual(a.slice(-24), b.slice(-24));
});

test('a server that stands still is told of, and all is right when it goes on', async () => {
	server.signal('SIGSTOP');
	try {
		await ada.say('into the silence');
		await ada.page.locator('.banner', { hasText: 'does not answer' }).waitFor();
		await ada.page.locator('.connection.late', { hasText: 'No answer for' }).waitFor();
	} finally {
		server.signal('SIGCONT');
	}
	await bob.sees('into the silence');
	await ada.sees('into the silence');
	await ada.page.locator('.connection.on').waitFor();
	await until('the banner is away', async () => (await ada.page.locator('.banner').count()) === 0);
	assert.deepEqual(await run(bob, 'into the'), ['into the silence']);
});

test('a page that was away reads on where it was, all of it', async () => {
	const line = await Line.of(ada);
	await line.cut();
	await ada.page.locator('.banner').waitFor();
	for (const text of numbered('away-', 30)) await bob.say(text);
	await bob.sees('away-29');
	await ada.say('wrote while away');
	line.mend();
	await ada.sees('away-29');
	await bob.sees('wrote while away');
	assert.deepEqual(await run(ada, 'away-'), numbered('away-', 30));
	assert.deepEqual([...ada.problems, ...bob.problems], []);
});

test('rooms looked for while away are there when one is back', async () => {
	await bob.say('/create elsewhere');
	await bob.page.getByRole('heading', { name: 'elsewhere' }).waitFor();
	const line = await Line.of(ada);
	await line.cut();
	await ada.page.locator('.connection.off').waitFor();
	await ada.page.keyboard.press('Control+k');
	await ada.page.locator('.problem', { hasText: 'Not connected' }).waitFor();
	line.mend();
	await ada.page.getByRole('option', { name: /#elsewhere/ }).waitFor();
	assert.equal(await ada.page.locator('.problem').innerText(), '');
	await ada.page.keyboard.press('Escape');
});

// Lets the first answer through (Welcome), and does this instead of giving the second.
async function losingTheSecond(person: Person, instead: (route: WebSocketRoute) => void): Promise<void> {
	let lost = false;
	await person.page.routeWebSocket(/\/ws$/, (route) => {
		let answers = 0;
		route.connectToServer().onMessage((message) => {
			if (lost || ++answers < 2) return route.send(message);
			lost = true;
			instead(route);
		});
	});
	await person.page.reload();
}

test('the answer to a claim is lost: the name is there after the next connection', async () => {
	const eve = await Person.visit(browser, server.url);
	await losingTheSecond(eve, (route) => void route.close());
	await eve.claim('eve');
	await eve.say('here after all');
	await eve.sees('here after all');
	await eve.page.reload(); // the browser has kept who she is
	await eve.ready();
	await eve.context.close();
});

test('the page is closed before the answer to a claim: it is that person when opened again', async () => {
	let fay = await Person.visit(browser, server.url);
	const closed = new Promise<void>((resolve) => {
		void losingTheSecond(fay, () => void fay.page.close().then(resolve)).then(async () => {
			await fay.page.getByLabel('Name').fill('fay');
			await fay.page.getByRole('button', { name: 'Start chatting' }).click().catch(() => {});
		});
	});
	await closed;
	fay = await Person.visit(browser, server.url, {}, fay.context);
	await fay.ready();
	await fay.say('still fay');
	await fay.sees('still fay');
	await fay.context.close();
});

test('a long wait for the next try ends when a key is pressed', async () => {
	await server.stop();
	await ada.page.locator('.banner').waitFor();
	await ada.page.evaluate(() => { Math.random = () => 0.999999; }); // the whole wait
	await until('the wait is long', async () => /in ([6-9]|[1-3]\d) s/.test(await ada.page.locator('.banner').innerText()));
	await ada.page.setViewportSize({ width: 320, height: 800 });
	const button = (await ada.page.locator('.banner .link').boundingBox())!;
	assert.ok(button.height < 30, `${button.height} px: the button is broken into two lines`);
	await ada.page.setViewportSize({ width: 1280, height: 800 });
	await server.start();
	const began = Date.now();
	await until('she is back', async () => {
		await ada.page.keyboard.press('Shift'); // not at once after a try, which was in vain
		return ada.page.locator('.connection.on').isVisible();
	});
	assert.ok(Date.now() - began < 4000);
});
