// The way of a person: a name, a chat, rooms, an account.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, Person, until } from '../support/person';
import { Server } from '../support/server';

let server: Server;
let browser: Browser;
let ada: Person;
let bob: Person;

before(async () => {
	server = await new Server().start();
	browser = await launch();
});
after(async () => {
	await browser?.close();
	await server?.remove();
});

test('two people pick names and chat', async () => {
	ada = await Person.guest(browser, server.url, 'ada');
	bob = await Person.guest(browser, server.url, 'bob');
	await ada.say('hello from ada');
	await bob.sees('hello from ada');
	await bob.say('hello from bob');
	await ada.sees('hello from bob');
	await bob.say('are you there, Ada?');
	await ada.sees('are you there');
	assert.deepEqual(await ada.page.locator('.mention .text').allInnerTexts(), ['are you there, Ada?'], 'what one says oneself is no mention');
	await until('both are listed', async () => (await ada.page.locator('.members li').count()) === 2);
	assert.equal(await ada.page.locator('.pending').count(), 0);
});

test('a reload is the same person, and scripts cannot read the token', async () => {
	await ada.page.reload();
	await ada.ready();
	assert.equal(await ada.page.locator('.me-name').innerText(), 'ada');
	await ada.sees('hello from bob');
	const cookies = await ada.context.cookies();
	assert.deepEqual(cookies.map((c) => [c.name, c.httpOnly, c.sameSite]), [[`appchat_session_${new URL(server.url).port}`, true, 'Strict']]);
	assert.equal(await ada.page.evaluate(() => document.cookie), '');
	assert.doesNotMatch(await ada.page.evaluate(() => JSON.stringify(localStorage)), /[0-9a-f]{64}/);
});

test('the cookie lasts from the last visit on', async () => {
	const days = (n: number) => Date.now() / 1000 + n * 86400;
	const [cookie] = await ada.context.cookies();
	await ada.context.addCookies([{ ...cookie!, expires: days(1) }]);
	await ada.page.reload();
	await ada.ready();
	await until('it is renewed', async () => (await ada.context.cookies())[0]!.expires > days(390));
	assert.equal((await ada.context.cookies())[0]!.value, cookie!.value);
});

test('who signs out leaves the cookie of a newer sign-in', async () => {
	const eve = await Person.guest(browser, server.url, 'passing');
	const newer = '0123456789abcdef'.repeat(4);
	const signIn = () => eve.page.evaluate(async (token) => void await fetch('/session', { method: 'POST', headers: { Authorization: `Bearer ${token}` } }), newer);
	const signOut = async () => {
		const told = eve.page.waitForResponse((r) => r.request().method() === 'DELETE');
		await eve.say('/signout');
		await eve.page.locator('.card').waitFor();
		return (await told).status();
	};
	const cookie = async () => (await eve.context.cookies())[0]?.value;
	await signIn();
	assert.equal(await signOut(), 412);
	assert.equal(await cookie(), newer);
	await eve.claim('passing-by');
	const renewed = eve.page.waitForResponse((r) => r.request().method() === 'POST');
	await eve.page.reload();
	await eve.ready();
	await renewed;
	await signIn();
	assert.equal(await signOut(), 412);
	assert.equal(await cookie(), newer);
	await eve.claim('passing-through');
	assert.equal(await signOut(), 204);
	await until('no cookie', async () => (await cookie()) === undefined);
	await eve.context.close();
});

test('a taken name is refused with a sentence, and another one goes', async () => {
	const eve = await Person.visit(browser, server.url);
	await eve.page.getByLabel('Name').fill('Ada');
	await eve.page.keyboard.press('Enter');
	await eve.page.locator('.problem').getByText(/taken|name/i).first().waitFor();
	await eve.page.getByLabel('Name').fill('eve');
	await eve.page.keyboard.press('Enter');
	await eve.ready();
	assert.deepEqual(eve.problems, []);
	await eve.context.close();
});

test('rooms: create, topic, find, join, unread, leave', async () => {
	await ada.say('/create tea All about tea');
	await ada.page.getByRole('heading', { name: 'tea' }).waitFor();
	await ada.page.locator('.topic', { hasText: 'All about tea' }).waitFor();
	await bob.page.keyboard.press('Control+k');
	await bob.page.getByRole('combobox', { name: 'Room name' }).pressSequentially('te');
	await bob.page.getByRole('option', { name: /#tea/ }).waitFor();
	await bob.page.keyboard.press('Enter');
	await bob.page.getByRole('heading', { name: 'tea' }).waitFor();
	await bob.page.keyboard.press('Alt+ArrowUp');
	await bob.page.getByRole('heading', { name: 'lobby' }).waitFor();
	await ada.say('green or black?');
	await bob.page.locator('.room.unread', { hasText: 'tea' }).waitFor();
	await until('the title counts', async () => (await bob.page.title()).startsWith('(1) '));
	await bob.page.locator('.room', { hasText: 'tea' }).click();
	await bob.sees('green or black?');
	await bob.page.locator('.new-line').waitFor();
	await until('read', async () => !(await bob.page.title()).startsWith('('));
	await bob.say('/topic Only coffee');
	await bob.page.locator('.note.bad').waitFor();
	await ada.page.locator('.topic').click();
	await ada.page.getByRole('textbox', { name: 'Topic' }).fill('Only tea');
	await ada.page.keyboard.press('Enter');
	await bob.page.locator('.topic', { hasText: 'Only tea' }).waitFor();
	await bob.page.locator('.note-row', { hasText: 'set the topic: Only tea' }).waitFor();
	await bob.say('/leave');
	await bob.page.getByRole('heading', { name: 'lobby' }).waitFor();
	assert.equal(await bob.page.locator('.room', { hasText: 'tea' }).count(), 0);
});

test('commands say what they did, and unknown ones what there is', async () => {
	await bob.say('/ping');
	await bob.page.locator('.note', { hasText: 'ms to the server' }).waitFor();
	await bob.say('/stats');
	await bob.page.locator('.note', { hasText: 'deliveries/s' }).waitFor();
	await bob.say('/nope');
	await bob.page.locator('.note.bad', { hasText: 'no command /nope' }).waitFor();
	assert.equal(await bob.input.inputValue(), '/nope');
	await bob.say('//slash');
	await bob.sees('/slash');
});

test('a guest becomes an account and signs in elsewhere; the first session is ended from there', async () => {
	await ada.say('/join lobby');
	await ada.say('/register');
	await ada.page.getByLabel('Password').fill('a long password');
	await ada.page.keyboard.press('Enter');
	await ada.page.locator('.note', { hasText: 'is an account now' }).waitFor();
	const elsewhere = await Person.visit(browser, server.url);
	await elsewhere.page.getByRole('button', { name: 'Sign in', exact: true }).click();
	await elsewhere.page.getByLabel('Name').fill('ada');
	await elsewhere.page.getByLabel('Password').fill('wrong password');
	await elsewhere.page.keyboard.press('Enter');
	await elsewhere.page.locator('.problem').getByText(/./).first().waitFor();
	await elsewhere.page.getByLabel('Password').fill('a long password');
	await elsewhere.page.keyboard.press('Enter');
	await elsewhere.ready();
	await elsewhere.sees('hello from ada');
	await elsewhere.say('/sessions');
	await elsewhere.page.getByText('This one').waitFor();
	await elsewhere.page.getByRole('button', { name: 'End', exact: true }).click();
	await ada.page.getByText('ended from another device').waitFor();
	await elsewhere.page.keyboard.press('Escape');
	await elsewhere.say('/signout');
	await elsewhere.page.locator('.card').waitFor();
	await until('no cookie', async () => (await elsewhere.context.cookies()).length === 0);
	await elsewhere.page.reload();
	await elsewhere.page.getByRole('button', { name: 'Start chatting' }).waitFor();
	assert.deepEqual([...elsewhere.problems, ...ada.problems, ...bob.problems], []);
});

test('an account from the first screen on', async () => {
	const eva = await Person.visit(browser, server.url);
	await eva.page.getByRole('button', { name: 'Register' }).click();
	await eva.page.getByLabel('Name').fill('eva');
	await eva.page.getByLabel('Password').fill('short');
	await eva.page.keyboard.press('Enter');
	assert.equal(await eva.page.getByLabel('Password').evaluate((e) => (e as HTMLInputElement).validity.tooShort), true);
	await eva.page.getByLabel('Password').fill('long enough, this');
	await eva.page.keyboard.press('Enter');
	await eva.ready();
	assert.match(await eva.page.locator('.me-kind').innerText(), /Account/);
	await eva.say('/topic Set by an account');
	await eva.page.locator('.topic', { hasText: 'Set by an account' }).waitFor();
	assert.deepEqual(eva.problems, []);
	await eva.context.close();
});

test('two tabs of one person: what one says, both see; what one reads, both have read', async () => {
	const one = await Person.guest(browser, server.url, 'twin');
	const two = await Person.visit(browser, server.url, {}, one.context);
	await two.ready();
	assert.equal(await two.page.locator('.me-name').innerText(), 'twin');
	await one.say('from tab one');
	await two.sees('from tab one');
	await two.say('from tab two');
	await one.sees('from tab two');
	await one.input.fill('begun by twin');
	await one.page.locator('.me-button').click();
	await two.say('/signout');
	await one.page.getByRole('button', { name: 'Start chatting' }).waitFor();
	await one.claim('twin2');
	await two.ready();
	assert.equal(await two.page.locator('.me-name').innerText(), 'twin2');
	assert.equal(await one.input.inputValue(), '', 'what another person began to write');
	assert.equal(await one.page.getByRole('dialog').count(), 0);
	assert.deepEqual([...one.problems, ...two.problems], []);
	await one.context.close();
});
