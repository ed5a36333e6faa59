// Fills a room by way of the page's own outbox: what a closed tab left is sent
// by the next one.
import { toHex, uuid7 } from 'web/uuid';
import type { Person } from './person';

export async function fillRoom(person: Person, texts: string[]): Promise<void> {
	const entries = texts.map((text) => [toHex(uuid7()), text] as const);
	await person.page.evaluate((list) => {
		const user = localStorage.getItem('appchat.who');
		for (const [key, text] of list) localStorage.setItem(`appchat.outbox.${user}.${key}`, JSON.stringify({ room: 1, text }));
	}, entries);
	await person.page.reload();
	await person.page.waitForFunction(() => !Object.keys(localStorage).some((k) => k.startsWith('appchat.outbox')), undefined, { timeout: 60000 });
}
