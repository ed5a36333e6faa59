// A message of our own that is on its way, or was refused.
import type { JSX } from 'preact';
import { useApp, useClient } from '../context';
import { memo } from '../memo';
import { OUTBOX_FULL, type OutboxItem } from '../outbox';
import { pendingPlace } from '../range';
import { cleanLine } from '../sanitize';
import { Avatar, Name } from './Person';
import { RichText } from './RichText';

export const PendingRow = memo(({ item, head }: { item: OutboxItem; head: boolean }) => {
	const { client } = useApp();
	const online = useClient((c) => c.online);
	const { id, name } = client.user ?? { id: 0, name: '' };
	return (
		<li class={`message pending ${item.state}${head ? ' head' : ''}`} data-key={`out ${item.key}`}
			data-place={pendingPlace(item)}>
			{head && <Avatar id={id} name={name} />}
			<div class="who"><Name id={id} name={name} /></div>
			<RichText text={item.text} />
			{item.state === 'failed' ? <Failed item={item} /> : <p class="state">{stateText(item, online)}</p>}
		</li>
	);
});

function stateText(item: OutboxItem, online: boolean): string {
	if (item.state === 'stored') return 'Stored';
	if (!online) return 'Will be sent when connected';
	return item.reason ? `Waiting: ${cleanLine(item.reason)}` : 'Sending…';
}

function Failed({ item }: { item: OutboxItem }): JSX.Element {
	const { client, ui } = useApp();
	const retry = () => {
		if (!client.retry(item)) ui.note(OUTBOX_FULL, true);
	};
	return (
		<p class="state" role="alert">
			Not sent: {cleanLine(item.reason)}{' '}
			<button type="button" class="link" onClick={retry}>Try again</button>{' '}
			<button type="button" class="link" onClick={() => client.outbox.dismiss(item)}>Discard</button>
		</p>
	);
}
