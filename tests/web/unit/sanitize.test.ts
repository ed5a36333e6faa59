// What comes from outside is harmless when shown, and what is meant survives.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cleanLine, cleanName, cleanText } from 'web/sanitize';

test('plain and foreign text is left as it is', () => {
	for (const text of ['hello', 'two\nlines\tand a tab', 'naïve', 'שלום', 'مرحبا', 'नमस्ते', '日本語', '👩‍👩‍👧 ❤️ 🇪🇺 👍🏽 1️⃣ 👩🏽‍🚀 ❤️‍🔥', 'می‌خواهم', 'क्‍ष'])
		assert.equal(cleanText(text), text);
});

test('bidi controls go away', () => {
	assert.equal(cleanText('a\u202egpj.exe\u202c \u2066x\u2069\u200f\u061c'), 'agpj.exe x');
});

test('invisible characters go away', () => {
	assert.equal(cleanText('a\u{e0041}\u{e0042}b\u200b\u2060\ufeff\u00adc'), 'abc');
	assert.equal(cleanText('\u200d\u200da\u200db\ufe0f c\u200c'), 'ab c');
});

test('fillers and controls become visible', () => {
	assert.equal(cleanText('a\u3164b\uffa0c\u2800'), 'a\ufffdb\ufffdc\ufffd');
	assert.equal(cleanText('a\u0007b\u001b[31mc\u009b\u007f'), 'a\u2407b\u241b[31mc\ufffd\u2421');
	assert.equal(cleanText('\ud800x'), '\ufffdx');
});

test('line ends are one kind, and none in a line', () => {
	assert.equal(cleanText('a\r\nb\rc\u2028d'), 'a\nb\nc\nd');
	assert.equal(cleanLine(' a\n b\t c '), 'a b c');
});

test('towers of marks are cut', () => {
	assert.equal(cleanText('e' + '\u0301'.repeat(50)), 'e' + '\u0301'.repeat(4));
	assert.equal(cleanText('\u0301x'), '\u25cc\u0301x');
});

test('a name is never empty', () => {
	assert.equal(cleanName('\u202e\u200b'), '?');
});
