// A message's text as nodes, made from its tokens; of a long one the beginning.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { fold } from '../fold';
import { cleanText } from '../sanitize';
import { tokenize, type Token } from '../tokens';

export function RichText({ text }: { text: string }): JSX.Element {
	const [whole, setWhole] = useState(false);
	const clean = cleanText(text);
	const part = fold(clean);
	return (
		<div class="text" dir="auto">
			{tokenize(whole ? clean : part).map(toNode)}
			{part !== clean && (
				<button type="button" class="link fold" aria-expanded={whole} onClick={() => setWhole(!whole)}>
					{whole ? 'Show less' : 'Show all'}
				</button>
			)}
		</div>
	);
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
