// Text to tokens: links are only http and https, and nothing is markup.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cleanLine, cleanText } from 'web/sanitize';
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
	['**a ** b** c', '[strong a ** b] c'],
	['**a\nb** **c**', '**a\nb** [strong c]'],
	['****a** ***b*', '[strong **a] ***b*'],
	['**a **b *c*', '**a **b [em c]'],
	['**https://a.example/x**', '[strong [link https://a.example/x]]'],
	['https://a.example/x_(y)).', '[link https://a.example/x_(y)]).'],
	['https://a.example/(]..)!)', '[link https://a.example/(]..)]!)'],
];

for (const [text, expected] of cases)
	test(JSON.stringify(text), () => assert.equal(short(tokenize(text)), expected));

test('a link keeps its address', () => {
	const [link] = tokenize('HTTP://Example.ORG/ä');
	assert.ok(link?.kind === 'link');
	assert.equal(link.href, 'http://example.org/%C3%A4');
});

const many = (part: string, size = 16384) => part.repeat(Math.floor(size / part.length));

const hostile = [
	...['*', '**', '***', '_', '`', '```', '<', '>', '[', '(', ')', '.', '!', '/', ' ', '\n', 'http://', 'http://a ', 'https://)', 'http://a.',
		'a.', '**a', '**a ', '**a\n', '*a ', '*a', 'a*', '_a ', '_a', '`a', '`a\n', '```a', '```a\n', '```\n', '*a_b`', '**`*_', '**a *b _c ',
		'*_', '_**', 'a**', '[(http://a', '**http://a ', '** ', '\u0301', '\u200d', '\ufe0f', '\u202e', '\u2764\u200d', '\r', '\u{e0041}'].map((part) => many(part)),
	`http://a/${many(')')}`,
	`http://a/${many('!')}a`,
	`http://a/${many('!)')}a`,
	`http://a/${many(').')}`,
	`http://a/${many('([{')}${many('}])', 8192)}`,
	`**${many('* ')}`,
	`_${many('*a')}`,
	`${many('_a **b *c', 8192)}\n${many('_a **b *c', 8192)}`,
	`\`\`\`${many('a')}`,
	`${many(' ')}x`,
];

for (const text of hostile)
	test(`${JSON.stringify(text.slice(0, 24))}... takes no time`, () => {
		const took = () => {
			const start = performance.now();
			tokenize(cleanText(text));
			cleanLine(text);
			return performance.now() - start;
		};
		// The best of some: what else runs here is not the text's fault.
		const best = Math.min(...Array.from({ length: 4 }, took));
		assert.ok(best < 50, `${best} ms`);
	});
