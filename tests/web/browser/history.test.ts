// A long room: few rows in the page, history on the way up, and nothing jumps.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { fillRoom } from '../support/fill';
import { launch, Person, until } from '../support/person';
import { Server } from '../support/server';

const COUNT = 900;
const server = new Server();
let browser: Browser;
let ada: Person;
let bob: Person;

before(async () => {
	await server.start();
	browser = await launch();
	ada = await Person.guest(browser, server.url, 'ada');
	await fillRoom(ada, Array.from({ length: COUNT }, (_, i) => `line ${i} ${'word '.repeat((i * 7) % 40)}`));
	bob = await Person.guest(browser, server.url, 'bob');
});
after(async () => {
	await browser?.close();
	await server.remove();
});

// Scrolls by dy and watches how far any row that is in view moves by itself
// from then on, until the list has been still for a while; the worst, in pixels.
function scrollAndWatch(person: Person, dy: number): Promise<number> {
	return person.page.evaluate(async (by) => {
		const box = document.querySelector('.scroller')!;
		const places = () => {
			const view = box.getBoundingClientRect();
			const rows = [...document.querySelectorAll<HTMLElement>('.message')].map((r) => [r.dataset['key']!, r.getBoundingClientRect()] as const);
			return new Map(rows.filter(([, r]) => r.bottom > view.top + 2 && r.top < view.bottom - 2).map(([k, r]) => [k, r.top]));
		};
		let still = 0; // frames since something changed
		const observer = new MutationObserver(() => { still = 0; });
		observer.observe(box, { childList: true, subtree: true, characterData: true });
		box.scrollTop += by;
		const start = places();
		let worst = 0;
		while (still++ < 10) {
			await new Promise((resolve) => requestAnimationFrame(resolve));
			for (const [key, top] of places()) if (start.has(key)) worst = Math.max(worst, Math.abs(top - start.get(key)!));
		}
		observer.disconnect();
		return worst;
	}, dy);
}

test('the newest page is shown at the bottom, in few rows', async () => {
	await bob.sees(`line ${COUNT - 1} `);
	const at = await bob.page.evaluate(() => {
		const box = document.querySelector('.scroller')!;
		return { rest: box.scrollHeight - box.scrollTop - box.clientHeight, rows: document.querySelectorAll('.message').length };
	});
	assert.ok(at.rest < 2, `${at.rest} px from the bottom`);
	assert.ok(at.rows <= 260, `${at.rows} rows`);
});

test('scrolling up brings history and nothing jumps', async () => {
	let worst = 0;
	for (let i = 0; i < 40; i++) {
		worst = Math.max(worst, await scrollAndWatch(bob, -900));
		const rows = await bob.page.locator('.message').count();
		assert.ok(rows <= 320, `${rows} rows`);
		if (await bob.stored('line 0 ').count()) break;
	}
	assert.ok(worst <= 1, `rows moved by ${worst} px`);
});

test('what comes while one reads above moves nothing, and is told of', async () => {
	const key = await bob.page.evaluate(() => document.querySelector('.scroller')!.scrollTop);
	await ada.say('news at the bottom');
	await ada.sees('news at the bottom');
	await bob.page.locator('.to-bottom', { hasText: 'new' }).waitFor();
	assert.equal(await scrollAndWatch(bob, 0), 0);
	assert.equal(await bob.page.evaluate(() => document.querySelector('.scroller')!.scrollTop), key);
	await bob.page.locator('.to-bottom').click();
	await bob.sees('news at the bottom');
	await until('at the bottom', async () => (await bob.page.locator('.to-bottom').count()) === 0);
});

test('down again by scrolling, the whole way', async () => {
	for (let i = 0; i < 12; i++) await scrollAndWatch(bob, -1500);
	let worst = 0;
	for (let i = 0; i < 60; i++) {
		worst = Math.max(worst, await scrollAndWatch(bob, 900));
		if (!(await bob.page.locator('.to-bottom').count())) break;
	}
	assert.ok(worst <= 1, `rows moved by ${worst} px`);
	await bob.sees('news at the bottom');
	assert.equal(await bob.page.locator('.to-bottom').count(), 0);
});

test('many messages that were not sent: in few rows, all there, and nothing jumps', async () => {
	const cat = await Person.guest(browser, server.url, 'cat');
	await cat.page.evaluate((count) => {
		const user = localStorage.getItem('appchat.who');
		for (let i = 0; i < count; i++) {
			const key = `${(Date.now() + i).toString(16).padStart(12, '0')}70008${'0'.repeat(15)}`;
			localStorage.setItem(`appchat.outbox.${user}.${key}`, JSON.stringify({ room: 1, text: `unsent ${i} `, failed: 'no' }));
		}
	}, 500);
	await cat.page.reload();
	await cat.ready();
	const unsent = cat.page.locator('.pending', { hasText: 'unsent 499 ' });
	await unsent.waitFor();
	const seen = new Set<string>();
	let worst = 0;
	for (let i = 0; i < 80 && !(await cat.stored(`line ${COUNT - 1} `).count()); i++) {
		for (const text of await cat.page.locator('.pending .text').allInnerTexts()) seen.add(text);
		assert.ok((await cat.page.locator('.message').count()) <= 320);
		worst = Math.max(worst, await scrollAndWatch(cat, -1500));
	}
	for (const text of await cat.page.locator('.pending .text').allInnerTexts()) seen.add(text);
	assert.equal(seen.size, 500);
	assert.ok(worst <= 1, `rows moved by ${worst} px`);
	await cat.page.locator('.to-bottom').click();
	await unsent.waitFor();
	assert.deepEqual(cat.problems, []);
	await cat.context.close();
});

test('every message is there once, top to bottom', async () => {
	const seen = new Set<number>();
	for (let i = 0; i < 60 && !seen.has(0); i++) {
		for (const text of await bob.texts()) {
			const n = /^line (\d+) /.exec(text);
			if (n) seen.add(Number(n[1]));
		}
		await scrollAndWatch(bob, -1500);
	}
	assert.equal(seen.size, COUNT);
	assert.deepEqual([...ada.problems, ...bob.problems], []);
});
