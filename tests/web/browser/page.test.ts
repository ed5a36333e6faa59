// The page itself: harmless whatever is said, its policy kept, usable by
// keyboard, by screen reader, on a phone, in light and dark.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, Person, until } from '../support/person';
import { Server } from '../support/server';

const need = createRequire(`${process.cwd()}/web/package.json`);
const { AxeBuilder } = need('@axe-core/playwright') as typeof import('@axe-core/playwright');

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
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

const HOSTILE = [
	'<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>',
	'javascript:alert(1) [x](javascript:alert(1)) https://example.org/"onmouseover="alert(1)',
	'pay\u202etxt.exe \u2066isolate\u2069 \u{e0041}\u{e0042}tag \u3164filler\u2800',
	'\u001b[31mred\u0007\u009b1m',
	'Z' + '\u0300\u0301\u0302'.repeat(200),
	'W'.repeat(5000),
	`tall${'\n'.repeat(300)}end`,
	'**`*_'.repeat(300),
	'&lt;b&gt; ${1+1} {{constructor}}',
];

test('hostile text is shown and does no harm', async () => {
	const eve = await Person.guest(browser, server.url, 'eve');
	const ada = await Person.guest(browser, server.url, 'ada');
	for (const text of HOSTILE) await eve.say(text);
	await ada.sees('{{constructor}}');
	const shown = (await ada.texts()).join('\n');
	assert.ok(shown.includes('<script>document.title="owned"</script>'));
	assert.doesNotMatch(shown, /[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}\u3164\u2800\u001b\u0007\u009b]/u);
	assert.doesNotMatch(await ada.page.title(), /owned/);
	assert.equal(await ada.page.locator('.message img, .message script, .message [onmouseover]').count(), 0);
	for (const link of await ada.page.locator('.message a').all()) {
		assert.match((await link.getAttribute('href'))!, /^https?:/);
		assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow');
	}
	const wide = await ada.page.evaluate(() => document.querySelector('.scroller')!.scrollWidth - document.querySelector('.scroller')!.clientWidth);
	assert.ok(wide <= 0, `${wide} px too wide`);
	const heights = await ada.page.locator('.message').evaluateAll((all) => all.map((e) => e.clientHeight));
	assert.ok(Math.max(...heights) < 1200, `a message is ${Math.max(...heights)} px tall`);
	await eve.say(HOSTILE.find((text) => text.startsWith('tall'))!);
	const talls = ada.page.locator('.message', { hasText: 'tall' });
	await until('it came', async () => (await talls.count()) === 2);
	const tall = talls.last();
	await tall.getByRole('button', { name: 'Show all' }).hover();
	const top = (await tall.boundingBox())!.y;
	await tall.getByRole('button', { name: 'Show all' }).click();
	await until('all is shown', async () => /end\s*Show less$/.test(await tall.innerText()));
	await ada.page.locator('.to-bottom').waitFor();
	assert.equal((await tall.boundingBox())!.y, top);
	assert.deepEqual([...eve.problems, ...ada.problems], []);
	await eve.context.close();
	await ada.context.close();
});

test('the policy is strict and nothing breaks it', async () => {
	const answer = await fetch(server.url);
	const policy = answer.headers.get('content-security-policy') ?? '';
	for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "require-trusted-types-for 'script'", "frame-ancestors 'none'"])
		assert.ok(policy.includes(part), part);
	const ada = await Person.visit(browser, server.url);
	await ada.page.evaluate(() => {
		const all: string[] = ((window as unknown as { broken: string[] }).broken = []);
		document.addEventListener('securitypolicyviolation', (e) => all.push(`${e.violatedDirective} ${e.blockedURI}`));
	});
	await ada.claim('policy');
	for (const line of ['hello https://example.org', '/help', '/sessions', '/rooms', '/topic', '/register']) {
		await ada.say(line);
		await ada.page.keyboard.press('Escape');
	}
	assert.deepEqual(await ada.page.evaluate(() => (window as unknown as { broken: string[] }).broken), []);
	assert.deepEqual(ada.problems, []);
	await ada.context.close();
});

for (const colorScheme of ['light', 'dark'] as const)
	test(`no serious barrier in ${colorScheme}`, async () => {
		const ada = await Person.visit(browser, server.url, { colorScheme });
		const barriers = async (where: string) => {
			// Colours that fade in would be measured half-way.
			await ada.page.evaluate(() => Promise.allSettled(document.getAnimations().map((a) => a.finished)));
			// Without frames of others, its old way finds the same in half the time.
			const { violations } = await new AxeBuilder({ page: ada.page as never }).setLegacyMode().analyze();
			const bad = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
			assert.deepEqual(bad.map((v) => `${where}: ${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`), []);
		};
		await barriers('first screen');
		await ada.claim(`axe-${colorScheme}`);
		await ada.say('hello *there* `code` https://example.org');
		await ada.sees('hello');
		await barriers('chat');
		for (const line of ['/help', '/sessions', '/rooms', '/topic', '/register', '/nope']) {
			await ada.say(line);
			await barriers(line);
			await ada.page.keyboard.press('Escape');
			await ada.input.fill('');
		}
		await ada.page.getByRole('button', { name: new RegExp(`axe-${colorScheme} Guest\\W+settings`) }).click();
		await barriers('account');
		assert.deepEqual(ada.problems, []);
		await ada.context.close();
	});

test('a phone: nothing too wide, drawers, inputs that do not zoom', async () => {
	const ada = await Person.guest(browser, server.url, 'phone', PHONE);
	await ada.say('w'.repeat(300));
	await ada.sees('wwww');
	const width = () => ada.page.evaluate(() => document.documentElement.scrollWidth);
	assert.equal(await width(), 390);
	const size = await ada.input.evaluate((e) => parseFloat(getComputedStyle(e).fontSize));
	assert.ok(size >= 16, `${size} px`);
	assert.equal(await ada.page.locator('.sidebar').isVisible(), false);
	await ada.page.getByRole('button', { name: 'Rooms', exact: true }).click();
	await ada.page.locator('.sidebar').waitFor();
	await ada.page.locator('.room', { hasText: 'lobby' }).click();
	await until('the drawer is away', async () => !(await ada.page.locator('.sidebar').isVisible()));
	await ada.page.getByRole('button', { name: /Members/ }).click();
	await ada.page.locator('.members li', { hasText: 'phone' }).waitFor();
	await ada.page.keyboard.press('Escape');
	await until('the members are away', async () => !(await ada.page.locator('.members').isVisible()));
	const small = await ada.page.locator('button:visible').evaluateAll((all) => all
		.map((b) => [b.className, b.getBoundingClientRect()] as const).filter(([, r]) => r.height > 0 && r.height < 24).map(([c]) => c));
	assert.deepEqual(small, []);
	await ada.page.setViewportSize({ width: 320, height: 480 });
	assert.equal(await width(), 320);
	assert.deepEqual(ada.problems, []);
	await ada.context.close();
});

test('who has no name yet is not told of a connection that is being made', async () => {
	const ada = await Person.visit(browser, server.url);
	await ada.page.locator('.card').waitFor();
	await ada.page.waitForTimeout(1500);   // the banner comes after 700 ms
	assert.equal(await ada.page.locator('.banner').count(), 0);
	await ada.context.close();
});

test('by keyboard alone', async () => {
	const ada = await Person.visit(browser, server.url);
	const keys = ada.page.keyboard;
	await ada.page.locator('.card').waitFor();
	await keys.type('keys');
	await keys.press('Enter');
	await ada.ready();
	await keys.type('typed at once');
	await keys.press('Shift+Enter');
	await keys.type('second line');
	await keys.press('Enter');
	await ada.sees('typed at once\nsecond line');
	await keys.type('/cre');
	await keys.press('Tab');
	await keys.type('keyroom');
	await keys.press('Enter');
	await ada.page.getByRole('heading', { name: 'keyroom' }).waitFor();
	await keys.press('Alt+ArrowDown');
	await ada.page.getByRole('heading', { name: 'lobby' }).waitFor();
	await keys.press('Control+k');
	await keys.type('keyr');
	await keys.press('Enter');
	await ada.page.getByRole('heading', { name: 'keyroom' }).waitFor();
	assert.equal(await ada.input.evaluate((e) => e === document.activeElement), true, 'focus is back in the input');
	await keys.type('/help');
	await keys.press('Enter');
	const help = ada.page.locator('.dialog-body');
	await help.waitFor();
	assert.equal(await help.evaluate((e) => e.scrollHeight - e.clientHeight), 0, 'all of the help is in sight');
	await ada.page.setViewportSize({ width: 1280, height: 400 });
	await keys.press('PageDown');
	await until('the help scrolls', () => help.evaluate((e) => e.scrollTop > 0));
	await ada.page.setViewportSize({ width: 1280, height: 800 });
	await keys.press('Escape');
	await ada.page.getByRole('dialog').waitFor({ state: 'detached' });
	assert.equal(await ada.input.evaluate((e) => e === document.activeElement), true, 'and after Escape too');
	const reached = new Set<string>();
	for (let i = 0; i < 25; i++) {
		await keys.press('Tab');
		reached.add(await ada.page.evaluate(() => {
			const at = document.activeElement as HTMLElement;
			const style = getComputedStyle(at);
			const shown = style.outlineStyle !== 'none' || at.closest('.field') !== null || at === document.body;
			return `${at.className || at.tagName}${shown ? '' : ' NO VISIBLE FOCUS'}`;
		}));
	}
	assert.deepEqual([...reached].filter((r) => r.includes('NO VISIBLE')), []);
	for (const wanted of ['jump', 'me-button', 'topic', 'scroller']) assert.ok([...reached].some((r) => r.includes(wanted)), `${wanted} in ${[...reached]}`);
	assert.deepEqual(ada.problems, []);
	await ada.context.close();
});

test('the room on screen is in sight in a list of many', async () => {
	const ada = await Person.guest(browser, server.url, 'roomy', { viewport: { width: 1280, height: 360 } });
	const inSight = () => ada.page.evaluate(() => {
		const [list, room] = ['.rooms', '.room.active'].map((s) => document.querySelector(s)!.getBoundingClientRect());
		return room!.top >= list!.top - 1 && room!.bottom <= list!.bottom + 1;
	});
	for (const n of [1, 2, 3, 4, 5, 6]) {
		await ada.say(`/create roomy-${n}`);
		await ada.page.getByRole('heading', { name: `roomy-${n}` }).waitFor();
		assert.ok(await inSight(), `roomy-${n}`);
	}
	await ada.page.keyboard.press('Alt+ArrowDown');
	await ada.page.getByRole('heading', { name: 'keyroom' }).or(ada.page.getByRole('heading', { name: 'lobby' })).waitFor();
	assert.ok(await inSight(), 'the first');
	await ada.context.close();
});

test('in the colours of the system: where one is and what is chosen are seen', async () => {
	const ada = await Person.guest(browser, server.url, 'forced', { forcedColors: 'active' });
	const outline = (what: string) => ada.page.locator(what).first().evaluate((e) => getComputedStyle(e).outlineStyle);
	await ada.input.fill('/');
	for (const what of ['.room.active', '.field', 'li[aria-selected="true"]']) assert.equal(await outline(what), 'solid', what);
	await ada.context.close();
});

test('new messages are announced, politely and elsewhere than in the list', async () => {
	const ada = await Person.guest(browser, server.url, 'listener');
	const bob = await Person.guest(browser, server.url, 'speaker');
	await bob.say('can you hear me?');
	await ada.page.locator('[aria-live=polite]', { hasText: 'speaker: can you hear me?' }).waitFor({ state: 'attached' });
	assert.equal(await ada.page.locator('.scroller [aria-live], .scroller[aria-live]').count(), 0);
	await ada.context.close();
	await bob.context.close();
});

test('light and dark by switch, kept', async () => {
	const ada = await Person.guest(browser, server.url, 'night', { colorScheme: 'light' });
	const back = () => ada.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
	const light = await back();
	await ada.page.locator('.me-button').click();
	await ada.page.getByRole('radio', { name: 'Dark' }).check();
	assert.notEqual(await back(), light);
	const dark = await back();
	await ada.page.reload();
	await ada.ready();
	assert.equal(await back(), dark);
	await ada.context.close();
});
