// A message's text as tokens, which a component turns into nodes: never a
// string of HTML. Links are http and https only and shown as they are written.

export type Token =
	| { kind: 'text'; text: string }
	| { kind: 'code'; text: string }
	| { kind: 'block'; text: string }
	| { kind: 'strong'; tokens: Token[] }
	| { kind: 'em'; tokens: Token[] }
	| { kind: 'link'; text: string; href: string };

const FENCE = /```(?:[\w+-]*\n)?([\s\S]+?)\n?```/g;
const INLINE = /`([^`\n]+)`|(https?:\/\/[^\s<>"'`]+)|\*\*(?=\S)([^\n]*?\S)\*\*|(?<![\w*])\*(?=[^\s*])([^*\n]*?[^\s*])\*(?![\w*])|(?<!\w)_(?=[^\s_])([^_\n]*?[^\s_])_(?!\w)/gi;

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
	let at = 0;
	for (const match of text.matchAll(INLINE)) {
		const token = fromMatch(match);
		if (!token) continue;
		plain(text.slice(at, match.index), tokens);
		tokens.push(token.token);
		at = match.index! + token.length;
	}
	plain(text.slice(at), tokens);
}

function plain(text: string, tokens: Token[]): void {
	if (text) tokens.push({ kind: 'text', text });
}

function fromMatch(match: RegExpMatchArray): { token: Token; length: number } | null {
	const [whole, code, url, strong, star, underline] = match;
	if (code) return { token: { kind: 'code', text: code }, length: whole.length };
	if (url) return link(url);
	if (strong) return { token: { kind: 'strong', tokens: nested(strong) }, length: whole.length };
	return { token: { kind: 'em', tokens: nested(star ?? underline ?? '') }, length: whole.length };
}

function nested(text: string): Token[] {
	const tokens: Token[] = [];
	inline(text, tokens);
	return tokens;
}

// The link without the punctuation that ends the sentence around it.
function link(written: string): { token: Token; length: number } | null {
	let text = written.replace(/[.,;:!?*_~]+$/, '');
	while (/[)\]}]$/.test(text) && unbalanced(text)) text = text.slice(0, -1).replace(/[.,;:!?]+$/, '');
	try {
		const href = new URL(text);
		if (href.protocol !== 'http:' && href.protocol !== 'https:') return null;
		return { token: { kind: 'link', text, href: href.href }, length: text.length };
	} catch {
		return null;
	}
}

function unbalanced(text: string): boolean {
	const close = text[text.length - 1]!;
	const open = { ')': '(', ']': '[', '}': '{' }[close]!;
	return text.split(close).length > text.split(open).length;
}
