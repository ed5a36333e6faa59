// Frames that came deflated.
import assert from 'node:assert/strict';
import test from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { inflate } from 'web/inflate';

test('inflates what was deflated, small and large', async () => {
	for (const size of [0, 1, 1000, 300000]) {
		const bytes = Uint8Array.from({ length: size }, (_, i) => (i * i) % 251);
		assert.deepEqual(await inflate(deflateRawSync(bytes)), bytes);
	}
});

test('refuses a bomb and what is no deflate', async () => {
	await assert.rejects(inflate(deflateRawSync(new Uint8Array(8 << 20))));
	await assert.rejects(inflate(Uint8Array.of(0xff, 0xff, 0xff, 0xff)));
});
