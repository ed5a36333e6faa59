// A message's text as nodes, made from its tokens.
import type { JSX } from 'preact';
import { cleanText } from '../sanitize';
import { tokenize, type Token } from '../tokens';

export function RichText({ text }: { text: string }): JSX.Element {
	return <>{tokenize(cleanText(text)).map(toNode)}</>;
}

function toNode(token: Token): JSX.Element | string {
	switch (token.kind) {
		case 'text': return token.text;
		case 'code': return <code>{token.text}</code>;
		case 'block': return <pre tabIndex={0}><code>{token.text}</code></pre>;
		case 'strong': return <strong>{token.tokens.map(toNode)}</strong>;
		case 'em': return <em>{token.tokens.map(toNode)}</em>;
		case 'link': return (
			<a href={token.href} target="_blank" rel="noopener noreferrer nofollow">{token.text}</a>
		);
	}
}
