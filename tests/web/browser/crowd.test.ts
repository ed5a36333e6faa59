// A page among many: everything arrives, in order, also when it comes deflated.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, Person, until } from '../support/person';
import { Server } from '../support/server';

const server = new Server();
let browser: Browser;

before(async () => {
	await server.start();
	browser = await launch();
});
after(async () => {
	await browser?.close();
	await server.remove();
});

// Runs the bots to their end; they verify their own deliveries.
function crowd(args: string[]): Promise<number | null> {
	const bots = process.env['APPCHAT_BOTS'] ?? 'build/appchat-bots';
	const child = spawn(bots, [...args, server.url.replace('http', 'ws')], { stdio: 'ignore' });
	return new Promise((resolve) => child.on('exit', resolve));
}

test('forty bots: the page has every message once, in order', async () => {
	const ada = await Person.visit(browser, server.url);
	let deflated = 0;
	ada.page.on('websocket', (socket) => socket.on('framereceived', (f) => {
		// Field 21, length-delimited: the tag of ServerFrame.deflated.
		if (typeof f.payload !== 'string' && f.payload[0] === 0xaa && f.payload[1] === 0x01) deflated++;
	}));
	await ada.page.reload();
	await ada.claim('ada');
	assert.equal(await crowd(['--clients', '40', '--rate', '3', '--duration', '4', '--json']), 0);
	await ada.say('the last word');
	await ada.sees('the last word');
	await until('the connection is well', async () => (await ada.page.locator('.connection.on').count()) === 1);
	const seqs = await ada.page.locator('.message').evaluateAll((all) => all.map((r) => Number((r as HTMLElement).dataset['place'])));
	assert.ok(seqs.length >= 100 && seqs.length <= 320, `${seqs.length} rows`);
	assert.deepEqual(seqs, seqs.map((_, i) => seqs[0]! + i));
	assert.ok(seqs[seqs.length - 1]! > 300, `the last is ${seqs[seqs.length - 1]}`);
	assert.ok(deflated > 0, 'nothing came deflated');
	assert.deepEqual(ada.problems, []);
});
