// Text to tokens: links are only http and https, and nothing is markup.
import assert from 'node:assert/strict';
import test from 'node:test';
import { tokenize, type Token } from 'web/tokens';

// A short form: kinds in brackets.
function short(tokens: Token[]): string {
	return tokens.map((t) => ('tokens' in t ? `[${t.kind} ${short(t.tokens)}]`
		: t.kind === 'text' ? t.text : t.kind === 'link' ? `[link ${t.text}]` : `[${t.kind} ${t.text}]`)).join('');
}

const cases: [string, string][] = [
	['plain', 'plain'],
	['<b>no</b> &amp;', '<b>no</b> &amp;'],
	['a `b*c*` d', 'a [code b*c*] d'],
	['**bold** and *it* and _it_', '[strong bold] and [em it] and [em it]'],
	['**bold with *it* in**', '[strong bold with [em it] in]'],
	['snake_case_name 2*3*4 * x *', 'snake_case_name 2*3*4 * x *'],
	['see https://a.example/b?c=d#e.', 'see [link https://a.example/b?c=d#e].'],
	['(https://a.example/x)', '([link https://a.example/x])'],
	['https://a.example/x_(y)', '[link https://a.example/x_(y)]'],
	['https://a.example/_x_ y', '[link https://a.example/_x]_ y'],
	['javascript:alert(1) data:text/html,x', 'javascript:alert(1) data:text/html,x'],
	['https://', 'https://'],
	['a\n```js\nlet *x*;\n```\nb', 'a[block let *x*;]b'],
	['``` one line ```', '[block  one line ]'],
	['```unclosed', '```unclosed'],
];

for (const [text, expected] of cases)
	test(JSON.stringify(text), () => assert.equal(short(tokenize(text)), expected));

test('a link keeps its address', () => {
	const [link] = tokenize('HTTP://Example.ORG/ä');
	assert.ok(link?.kind === 'link');
	assert.equal(link.href, 'http://example.org/%C3%A4');
});

test('hostile input takes no time', () => {
	const start = performance.now();
	for (const part of ['*', '**a', '_', '`', '```', 'https://)', '(', '*a_b`'])
		tokenize(part.repeat(Math.floor(16384 / part.length)));
	assert.ok(performance.now() - start < 1500);
});
