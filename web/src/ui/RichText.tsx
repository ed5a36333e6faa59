// A message's text as nodes, made from its tokens; of a long one the beginning.
import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { fold } from '../fold';
import { cleanText } from '../sanitize';
import { tokenize, type Token } from '../tokens';

export function RichText({ text }: { text: string }): JSX.Element {
	const clean = cleanText(text);
	const part = fold(clean);
	if (part !== clean) return <Folded part={part} whole={clean} />;
	return <div class="text" dir="auto">{tokenize(clean).map(toNode)}</div>;
}

function Folded({ part, whole }: { part: string; whole: string }): JSX.Element {
	const shown = useRef<HTMLDivElement>(null);
	const [open, setOpen] = useState<boolean>();
	useLayoutEffect(() => {
		if (open === undefined) return;
		if (!open) shown.current!.scrollIntoView({ block: 'nearest' });
		// Who opened it reads from here on, and not at the bottom.
		shown.current!.closest('.scroller')?.dispatchEvent(new Event('scroll'));
	}, [open]);
	return (
		<div class="text" dir="auto" ref={shown}>
			{tokenize(open ? whole : part).map(toNode)}
			<button type="button" class="link fold" aria-expanded={open ?? false} onClick={() => setOpen(!open)}>
				{open ? 'Show less' : 'Show all'}
			</button>
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
