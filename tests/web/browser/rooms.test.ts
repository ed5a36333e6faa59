// The list of rooms, when there are more than are in sight: by keyboard, and by
// what is unread out of sight.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, Person, until } from '../support/person';
import { Server } from '../support/server';

const COUNT = 16; // as many as one may make at once
const WINDOW = { viewport: { width: 1280, height: 480 } };
const names = Array.from({ length: COUNT }, (_, i) => `room-${String(i + 1).padStart(2, '0')}`);
const server = new Server();
let browser: Browser;
let ada: Person;

before(async () => {
	await server.start();
	browser = await launch();
	ada = await Person.guest(browser, server.url, 'ada', WINDOW);
	for (const name of names) await create(name);
});
after(async () => {
	await browser?.close();
	await server.remove();
});

async function create(name: string): Promise<void> {
	await ada.say(`/create ${name}`);
	await ada.page.getByRole('heading', { name, exact: true }).waitFor();
}

async function open(name: string): Promise<void> {
	await ada.page.locator('.room', { hasText: name }).click();
	await ada.page.getByRole('heading', { name }).waitFor();
}

const focused = () => ada.page.evaluate(() => document.activeElement!.textContent!.replace('#', ''));

test('the list is one tab stop, the open room; keys move within it', async () => {
	const keys = ada.page.keyboard;
	await open('room-05');
	await ada.page.getByRole('button', { name: 'Join or make a room' }).focus();
	const press = async (key: string, wanted: string) => {
		await keys.press(key);
		assert.equal(await focused(), wanted, key);
	};
	await press('Tab', 'room-05');
	await press('ArrowDown', 'room-06');
	await press('End', 'room-16');
	await press('ArrowDown', 'room-16');
	await press('ArrowUp', 'room-15');
	await press('Home', 'lobby');
	await press('ArrowUp', 'lobby');
	await press('r', 'room-01');
	await press('r', 'room-02');
	await press('L', 'lobby');
	await press('ArrowDown', 'room-01');
	await keys.press('Tab');
	assert.equal(await ada.page.evaluate(() => document.activeElement!.classList.contains('me-button')), true);
	await press('Shift+Tab', 'room-05');
	const current = await ada.page.locator('[aria-current=page]').allInnerTexts();
	assert.deepEqual(current.map((t) => t.replace(/\W*room/, 'room')), ['room-05']);
	await keys.press('ArrowDown');
	await keys.press('Enter');
	await ada.page.getByRole('heading', { name: 'room-06' }).waitFor();
	assert.equal(await ada.input.evaluate((e) => e === document.activeElement), true, 'then one writes');
	await ada.page.getByRole('button', { name: 'Join or make a room' }).focus();
	await press('Tab', 'room-06');
	await keys.press('ArrowUp');
	await keys.press('Space');
	await ada.page.getByRole('heading', { name: 'room-05' }).waitFor();
	assert.deepEqual(ada.problems, []);
});

test('at the edges: how many unread rooms lie out of sight, and the way to the next', async () => {
	const bob = await Person.guest(browser, server.url, 'bob');
	const talk = async (name: string) => {
		await bob.say(`/join ${name}`);
		await bob.page.getByRole('heading', { name }).waitFor();
		await bob.say(`hello ${name}`);
		await bob.sees(`hello ${name}`);
	};
	const inSight = (name: string) => ada.page.locator('.room', { hasText: name }).evaluate((room) => {
		const [list, at] = [room.closest('.rooms')!, room].map((e) => e.getBoundingClientRect());
		return at!.top >= list!.top && at!.bottom <= list!.bottom;
	});
	const edge = (text: string) => ada.page.getByRole('button', { name: text, exact: true });
	await open('lobby');
	for (const name of ['room-01', 'room-09', 'room-16']) await talk(name);
	await edge('2 unread below').waitFor();
	assert.equal(await ada.page.locator('.beyond').count(), 1);
	await edge('2 unread below').click();
	await until('the next is in sight', () => inSight('room-09'));
	assert.equal(await ada.input.evaluate((e) => e === document.activeElement), true, 'the focus stays');
	await edge('1 unread below').click();
	await until('the last is in sight', () => inSight('room-16'));
	await until('nothing more is below', async () => (await ada.page.locator('.beyond.below').count()) === 0);
	await open('room-16');
	await ada.page.locator('.beyond.above').click();
	await until('the one above', async () => (await inSight('room-09')) || (await inSight('room-01')));
	await ada.page.setViewportSize({ width: 1280, height: 1200 });
	await until('all is in sight', async () => (await ada.page.locator('.beyond').count()) === 0);
	assert.deepEqual([...ada.problems, ...bob.problems], []);
});
