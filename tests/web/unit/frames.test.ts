// The golden frames of tests/vectors: each is read, and written to the same bytes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { appchat } from 'gen/all.js';
import { decodeFrame, encodeRequest, type Request } from 'web/codec';
import { canInflate, inflate } from 'web/inflate';
import { fromHex, toHex } from 'web/uuid';

const camel = (name: string) => name.replace(/\..*/, '').replace(/_(.)/g, (_, c: string) => c.toUpperCase());

const lines = readFileSync('tests/vectors/frames.txt', 'utf8').split('\n')
	.filter((l) => l && !l.startsWith('#')).map((l) => l.split(' ') as [string, string, string]);

for (const [side, name, hex] of lines)
	test(`${side} ${name}`, () => {
		const bytes = fromHex(hex)!;
		if (side === 'client') {
			const frame = appchat.ClientFrame.decode(bytes);
			assert.equal(frame.body, camel(name));
			const { request, ...body } = { ...frame };
			assert.equal(toHex(encodeRequest(request, body as Request)), hex);
		} else {
			const frame = decodeFrame(bytes);
			if (name.endsWith('future')) return;
			assert.equal(frame.body, camel(name));
			assert.equal(toHex(appchat.ServerFrame.encode(frame as unknown as appchat.ServerFrame).finish()), hex);
		}
	});

test('bytes that are no frame are refused', () => {
	for (const hex of ['0a', 'ffffffffffffffffffffff', '22ff', '2205aa'])
		assert.throws(() => decodeFrame(fromHex(hex)!), hex);
});

// Browsers have it; Node 18 has not. The crowd test has it in a browser.
const skip = !canInflate && 'no deflate-raw here';

test('inflates what was deflated, small and large', { skip }, async () => {
	for (const size of [0, 1, 1000, 300000]) {
		const bytes = Uint8Array.from({ length: size }, (_, i) => (i * i) % 251);
		assert.deepEqual(await inflate(deflateRawSync(bytes)), bytes);
	}
});

test('refuses a bomb and what is no deflate', { skip }, async () => {
	await assert.rejects(inflate(deflateRawSync(new Uint8Array(8 << 20))));
	await assert.rejects(inflate(Uint8Array.of(0xff, 0xff, 0xff, 0xff)));
});
