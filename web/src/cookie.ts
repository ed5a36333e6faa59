// Tells the server to keep (POST) or forget (DELETE) the token in a cookie
// that scripts cannot read.
export async function cookie(method: 'POST' | 'DELETE', token: string): Promise<void> {
	const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
	await fetch('/session', { method, headers, credentials: 'same-origin', keepalive: true });
}
