// What the input may be completed to, above it.
import type { JSX } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import type { Choice } from '../complete';

interface Props {
	choices: Choice[];
	chosen: number;
	choose(choice: Choice): void;
}

export function Choices({ choices, chosen, choose }: Props): JSX.Element {
	useLayoutEffect(() => document.getElementById(`choice-${chosen}`)?.scrollIntoView({ block: 'nearest' }), [chosen]);
	return (
		<ul class="choices" id="choices" role="listbox" aria-label="Completions">
			{choices.map((choice, i) => (
				<li key={choice.label} id={`choice-${i}`} role="option" aria-selected={i === chosen}
					onMouseDown={(e) => { e.preventDefault(); choose(choice); }}>
					<span class="label">{choice.label}</span> <span class="hint">{choice.hint}</span>
				</li>
			))}
		</ul>
	);
}
