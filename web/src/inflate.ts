// Raw deflate (RFC 1951) by the browser's own DecompressionStream. Written
// straight into its writer, which is many times faster than by way of a Blob.

const MOST = 1 << 20; // no frame is larger

export const canInflate = (() => {
	try {
		return !!new DecompressionStream('deflate-raw');
	} catch {
		return false;
	}
})();

// The inflated bytes; rejects what is no deflate or too much.
export async function inflate(bytes: Uint8Array): Promise<Uint8Array> {
	const stream = new DecompressionStream('deflate-raw');
	const writer = stream.writable.getWriter();
	const written = writer.write(bytes as Uint8Array<ArrayBuffer>).then(() => writer.close());
	written.catch(() => {}); // the reader says it too
	const reader = stream.readable.getReader();
	const parts: Uint8Array[] = [];
	let size = 0;
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return join(parts, size);
		size += value.length;
		if (size > MOST) {
			await reader.cancel();
			throw new Error('too much');
		}
		parts.push(value);
	}
}

function join(parts: Uint8Array[], size: number): Uint8Array {
	if (parts.length === 1) return parts[0]!;
	const whole = new Uint8Array(size);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
