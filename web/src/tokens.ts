// A message's text as tokens, which a component turns into nodes: never a
// string of HTML. Links are http and https only and shown as they are written.
// The time is linear in the text, whatever it says.

export type Token =
	| { kind: 'text'; text: string }
	| { kind: 'code'; text: string }
	| { kind: 'block'; text: string }
	| { kind: 'strong'; tokens: Token[] }
	| { kind: 'em'; tokens: Token[] }
	| { kind: 'link'; text: string; href: string };

const FENCE = /```(?:[\w+-]*\n)?([\s\S]+?)\n?```/g;
// Of strong text only the first star: what ends it is looked for by Strong.
const INLINE = /`([^`\n]+)`|(https?:\/\/[^\s<>"'`]+)|(\*)(?=\*\S)|(?<![\w*])\*(?=[^\s*])([^*\n]*?[^\s*])\*(?![\w*])|(?<!\w)_(?=[^\s_])([^_\n]*?[^\s_])_(?!\w)/gi;
const STRONG_END = /\n|(?<=\S)\*\*/g;
const BRACKETS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

export function tokenize(text: string): Token[] {
	const tokens: Token[] = [];
	let at = 0;
	for (const match of text.matchAll(FENCE)) {
		// The line break on either side belongs to the fence.
		inline(text.slice(at, match.index).replace(/\n$/, ''), tokens);
		tokens.push({ kind: 'block', text: match[1]! });
		at = match.index! + match[0].length;
		if (text[at] === '\n') at++;
	}
	inline(text.slice(at), tokens);
	return tokens;
}

function inline(text: string, tokens: Token[]): void {
	const strong = new Strong(text);
	let at = 0;
	for (let from = 0, match; (match = after(INLINE, text, from)); ) {
		const token = fromMatch(match, strong);
		from = match.index + Math.max(match[0].length, token?.length ?? 0);
		if (!token) continue;
		plain(text.slice(at, match.index), tokens);
		tokens.push(token.token);
		at = match.index + token.length;
	}
	plain(text.slice(at), tokens);
}

function after(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
	pattern.lastIndex = from;
	return pattern.exec(text);
}

// Finds where strong text ends. Where one that begins finds no end in its line,
// those that begin after it find none either and need not look.
class Strong {
	private barren = 0;

	constructor(private readonly text: string) {}

	// What is between these two stars and the next that can end it; null: none.
	inner(start: number): string | null {
		if (start < this.barren) return null;
		const end = after(STRONG_END, this.text, start + 3);
		if (end && end[0] !== '\n') return this.text.slice(start + 2, end.index);
		this.barren = end ? end.index : this.text.length;
		return null;
	}
}

function plain(text: string, tokens: Token[]): void {
	if (text) tokens.push({ kind: 'text', text });
}

function fromMatch(match: RegExpExecArray, strongs: Strong): { token: Token; length: number } | null {
	const [whole, code, url, stars, star, underline] = match;
	if (code) return { token: { kind: 'code', text: code }, length: whole.length };
	if (url) return link(url);
	if (!stars) return { token: { kind: 'em', tokens: nested(star ?? underline ?? '') }, length: whole.length };
	const strong = strongs.inner(match.index);
	return strong === null ? null : { token: { kind: 'strong', tokens: nested(strong) }, length: strong.length + 4 };
}

function nested(text: string): Token[] {
	const tokens: Token[] = [];
	inline(text, tokens);
	return tokens;
}

// The link without the punctuation that ends the sentence around it.
function link(written: string): { token: Token; length: number } | null {
	const text = written.slice(0, linkEnd(written));
	try {
		const href = new URL(text);
		if (href.protocol !== 'http:' && href.protocol !== 'https:') return null;
		return { token: { kind: 'link', text, href: href.href }, length: text.length };
	} catch {
		return null;
	}
}

// A bracket belongs to the link only when it was opened there.
function linkEnd(text: string): number {
	let end = without(text, text.length, '.,;:!?*_~');
	const spare = new Map<string, number>();
	for (;;) {
		const close = text[end - 1]!;
		const open = BRACKETS[close];
		if (!open) return end;
		const more = spare.get(close) ?? count(text, close) - count(text, open);
		if (more <= 0) return end;
		spare.set(close, more - 1);
		end = without(text, end - 1, '.,;:!?');
	}
}

// The end of the text before `end` without these characters at its end.
function without(text: string, end: number, characters: string): number {
	while (end > 0 && characters.includes(text[end - 1]!)) end--;
	return end;
}

const count = (text: string, part: string): number => text.split(part).length - 1;
