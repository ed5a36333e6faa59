// The token, in a cookie that scripts cannot read: the server sets it and takes
// it away. Done one after the other, in all tabs where the browser lets them
// agree on that: else what was said last need not be what holds.

const PATIENCE_MS = 5000;
const SAME_NO_MORE = 412;

let last: Promise<unknown> = Promise.resolve();

// Has the token kept; without one: what is there, for longer. Resolves with the
// cookie's tag. Rejects when that could not be done.
export async function keep(token: string): Promise<string> {
	const answer = await inTurn('POST', token ? { Authorization: `Bearer ${token}` } : {});
	if (!answer.ok) throw new Error('not kept');
	return answer.headers.get('ETag') ?? '';
}

// Takes the cookie with this tag away; another one, which a sign-in in another
// tab has set since, stays. Rejects when that could not be done.
export async function forget(tag: string): Promise<void> {
	const { ok, status } = await inTurn('DELETE', { 'If-Match': tag });
	if (!ok && status !== SAME_NO_MORE) throw new Error('not forgotten');
}

function inTurn(method: string, headers: Record<string, string>): Promise<Response> {
	const done = last.then(() => amongTabs(method, headers));
	last = done.catch(() => {}); // told to who asked; the next need not care
	return done;
}

async function amongTabs(method: string, headers: Record<string, string>): Promise<Response> {
	const signal = AbortSignal.timeout(PATIENCE_MS);
	const tell = () => fetch('/session', { method, headers, credentials: 'same-origin', keepalive: true, signal });
	return 'locks' in navigator ? navigator.locks.request('appchat.cookie', { signal }, tell) : tell(); // there by https, or at home
}
