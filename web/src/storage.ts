// What the page keeps in this browser: small things under "appchat." in
// localStorage. A browser that forbids it forgets; nothing else breaks.
import type { Keeper, Kept } from './outbox';

const PREFIX = 'appchat.';

export function load(key: string): string | null {
	try {
		return localStorage.getItem(PREFIX + key);
	} catch {
		return null;
	}
}

export function save(key: string, value: string | null): void {
	try {
		if (value === null) localStorage.removeItem(PREFIX + key);
		else localStorage.setItem(PREFIX + key, value);
	} catch {
		// full or forbidden
	}
}

// Calls back when another tab changes this key.
export function watch(key: string, changed: (value: string | null) => void): void {
	addEventListener('storage', (e) => {
		if (e.key === PREFIX + key) changed(e.newValue);
	});
}

// One user's outbox, an entry per message, so that two tabs never overwrite
// each other's. Both may send an entry: the server stores its id once.
export function outboxKeeper(user: number): Keeper {
	const prefix = `outbox.${user}.`;
	return {
		load: () => keys(prefix).flatMap((k) => parse(k.slice(prefix.length), load(k))),
		put: ({ key, ...item }) => save(prefix + key, JSON.stringify(item)),
		drop: (key) => save(prefix + key, null),
	};
}

function keys(prefix: string): string[] {
	try {
		return Object.keys(localStorage)
			.filter((k) => k.startsWith(PREFIX + prefix)).map((k) => k.slice(PREFIX.length));
	} catch {
		return [];
	}
}

function parse(key: string, json: string | null): Kept[] {
	try {
		const { room, text, failed } = JSON.parse(json ?? '') as Record<keyof Kept, unknown>;
		if (typeof room === 'number' && typeof text === 'string')
			return [{ key, room, text, failed: typeof failed === 'string' ? failed : undefined }];
	} catch {
		// not ours
	}
	return [];
}
