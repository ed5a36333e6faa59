// When to try again: full jitter, 0 .. min(30 s, 0.25 s * 2^n), as in
// proto/client/backoff.h.

const BASE_MS = 250;
const MAX_MS = 30000;

// Milliseconds to wait before try number n (from 0), given a number in [0, 1).
export function backoffMs(n: number, random: number): number {
	return Math.floor((Math.min(MAX_MS, BASE_MS * 2 ** Math.min(n, 16)) + 1) * random);
}
