// UUIDs of version 7 (RFC 9562, 5.7): 48 bits of milliseconds, then random.
// Those made later by this page sort later.

let last = 0;

export function uuid7(now: number = Date.now()): Uint8Array {
	last = Math.max(now, last + 1);
	const id = crypto.getRandomValues(new Uint8Array(16));
	let ms = last;
	for (let i = 5; i >= 0; i--) {
		id[i] = ms % 256;
		ms = Math.floor(ms / 256);
	}
	id[6] = (id[6]! & 0x0f) | 0x70;
	id[8] = (id[8]! & 0x3f) | 0x80;
	return id;
}

export function toHex(bytes: Uint8Array): string {
	return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

// The bytes of a string of hex digits; null when it is none.
export function fromHex(hex: string): Uint8Array | null {
	if (hex.length % 2 || /[^0-9a-f]/i.test(hex)) return null;
	return Uint8Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.substr(i * 2, 2), 16));
}
