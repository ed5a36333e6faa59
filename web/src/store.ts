// A thing that components watch: touch() tells the watchers once per frame
// however often it is called, so that a burst of messages is one rendering.
import { useLayoutEffect, useReducer, useRef } from 'preact/hooks';

const HIDDEN_MS = 100; // a hidden page has no frames

export class Store {
	private watchers = new Set<() => void>();
	private frame = 0;
	private timer: ReturnType<typeof setTimeout> | undefined;

	subscribe(watcher: () => void): () => void {
		this.watchers.add(watcher);
		return () => this.watchers.delete(watcher);
	}

	touch(): void {
		if (this.timer !== undefined) return;
		this.timer = setTimeout(() => this.flush(), HIDDEN_MS);
		this.frame = requestAnimationFrame(() => this.flush());
	}

	// Tells the watchers now what touch() would tell them later.
	flush(): void {
		clearTimeout(this.timer);
		cancelAnimationFrame(this.frame);
		this.timer = undefined;
		for (const watcher of [...this.watchers]) watcher();
	}
}

// What select() finds in the store; the component renders again when it differs.
export function useStore<S extends Store, T>(store: S, select: (store: S) => T): T {
	const [, again] = useReducer((n: number) => n + 1, 0);
	const last = useRef<{ select: (store: S) => T; value: T } | null>(null);
	const value = select(store);
	last.current = { select, value };
	useLayoutEffect(() => {
		const check = () => {
			const now = last.current!;
			if (!same(now.select(store), now.value)) again(0);
		};
		check();
		return store.subscribe(check);
	}, [store]);
	return value;
}

function same(a: unknown, b: unknown): boolean {
	if (Object.is(a, b)) return true;
	if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
	return a.every((x, i) => Object.is(x, b[i]));
}
