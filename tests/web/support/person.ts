// People with browsers: Debian's Chromium driven by playwright-core.
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';

const need = createRequire(`${process.cwd()}/web/package.json`);
const { chromium } = need('playwright-core') as typeof import('playwright-core');

const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
	'--disable-background-networking', '--disable-component-update', '--disable-sync'];
const WAIT_MS = 20000;

export function launch(): Promise<Browser> {
	return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ARGS });
}

export class Person {
	readonly problems: string[] = []; // errors of the page, and what its policy forbade

	private constructor(readonly context: BrowserContext, readonly page: Page, readonly url: string) {}

	// Somebody at the first screen, with a browser of their own or in `context`.
	static async visit(browser: Browser, url: string, options: BrowserContextOptions = {}, context?: BrowserContext): Promise<Person> {
		const own = context ?? await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options });
		const page = await own.newPage();
		page.setDefaultTimeout(WAIT_MS);
		const person = new Person(own, page, url);
		page.on('pageerror', (e) => person.problems.push(`error: ${e.stack}`));
		page.on('console', (m) => {
			if (m.type() === 'error' && !/WebSocket|ERR_/.test(m.text())) person.problems.push(m.text());
		});
		await page.goto(url);
		return person;
	}

	// Somebody in the chat under a free name.
	static async guest(browser: Browser, url: string, name: string, options: BrowserContextOptions = {}): Promise<Person> {
		const person = await Person.visit(browser, url, options);
		await person.claim(name);
		return person;
	}

	async claim(name: string): Promise<void> {
		await this.page.getByLabel('Name').fill(name);
		await this.page.getByRole('button', { name: 'Start chatting' }).click();
		await this.ready();
	}

	async ready(): Promise<void> {
		await this.input.waitFor();
		await this.page.locator('.connection.on').waitFor({ state: 'attached' });
	}

	get input(): Locator {
		return this.page.locator('.composer textarea');
	}

	async say(text: string): Promise<void> {
		await this.input.fill(text);
		await this.input.press('Enter');
	}

	// Waits until this text is shown as a message that the room has.
	async sees(text: string): Promise<void> {
		await this.stored(text).first().waitFor();
	}

	stored(text: string): Locator {
		return this.page.locator('.message:not(.pending) .text', { hasText: text });
	}

	async texts(): Promise<string[]> {
		return this.page.locator('.message:not(.pending) .text').allInnerTexts();
	}
}

// Waits until the check holds.
export async function until(what: string, check: () => Promise<boolean>): Promise<void> {
	const end = Date.now() + WAIT_MS;
	while (!(await check())) {
		if (Date.now() > end) throw new Error(`not so within ${WAIT_MS} ms: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
}
