// Sentences for the person: what a command said, what went wrong, and what
// the operator announces.
import type { JSX } from 'preact';
import { useApp, useClient, useUi } from '../context';
import { cleanLine } from '../sanitize';
import { CloseIcon } from './icons';

export function Notes(): JSX.Element {
	const { client, ui } = useApp();
	const notes = useUi((u) => u.notes);
	const notice = useClient((c) => c.notice);
	const close = () => {
		client.notice = '';
		client.touch();
	};
	return (
		<div class="notes" role="status">
			{notice && <Note key="notice" text={notice} kind="operator" close={close} />}
			{notes.map((n) => <Note key={n.id} text={n.text} kind={n.bad ? 'bad' : ''} close={() => ui.dismiss(n.id)} />)}
		</div>
	);
}

function Note({ text, kind, close }: { text: string; kind: string; close(): void }): JSX.Element {
	return (
		<p class={`note ${kind}`}>
			<span>{cleanLine(text)}</span>
			<button type="button" class="icon-button small" aria-label="Dismiss" onClick={close}><CloseIcon /></button>
		</p>
	);
}
