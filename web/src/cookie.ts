const PATIENCE_MS = 5000;

let last: Promise<unknown> = Promise.resolve();

// Tells the server to keep (POST) or forget (DELETE) the token in a cookie
// that scripts cannot read; POST without a token: to keep for longer what is
// there. Rejects when that could not be done. One after the other: else what was
// said last need not be what holds.
export function cookie(method: 'POST' | 'DELETE', token: string): Promise<void> {
	const done = last.then(() => tell(method, token));
	last = done.catch(() => {});
	return done;
}

async function tell(method: string, token: string): Promise<void> {
	const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
	const signal = AbortSignal.timeout(PATIENCE_MS);
	const { ok } = await fetch('/session', { method, headers, credentials: 'same-origin', keepalive: true, signal });
	if (!ok) throw new Error('not kept');
}
