// One row of the list: a message, a change of topic, a day, the line "new".
import type { JSX } from 'preact';
import type { User } from '../codec';
import { memo } from '../memo';
import { mentions } from '../mention';
import type { Row } from '../rows';
import { cleanLine } from '../sanitize';
import type { SyncEvent } from '../sync';
import { clockTime, dayName, fullTime } from '../time';
import { Avatar, Name } from './Person';
import { RichText } from './RichText';

// The node of a row; what does not change keeps its node. What `self` says of
// itself is no mention.
export function rowNode(row: Row, self: User | null): JSX.Element {
	const { kind, key } = row;
	switch (kind) {
		case 'message': return (
			<MessageRow key={key} event={row.event} head={row.head} mine={self && self.id !== row.event.author ? self.name : ''} />
		);
		case 'note': return <NoteRow key={key} event={row.event} />;
		case 'day': return <li key={key} class="day" data-key={key}><span>{dayName(row.timeMs)}</span></li>;
		case 'new': return <li key={key} class="new-line" data-key={key}><span>New</span></li>;
		case 'hole': return (
			<li key={key} class="hole" data-key={key} data-hole={row.index}>{row.count} messages in between…</li>
		);
	}
}

function Time({ ms }: { ms: number }): JSX.Element {
	return <time dateTime={new Date(ms).toISOString()} title={fullTime(ms)}>{clockTime(ms)}</time>;
}

const MessageRow = memo(({ event, head, mine }: { event: SyncEvent; head: boolean; mine: string }) => (
	<li class={`message${head ? ' head' : ''}${mine && mentions(event.text, mine) ? ' mention' : ''}`}
		data-key={`seq ${event.seq}`} data-place={event.seq}>
		{head && <Avatar id={event.author} name={event.name} />}
		<div class="who"><Name id={event.author} name={event.name} /> <Time ms={event.timeMs} /></div>
		<RichText text={event.text} />
	</li>
));

const NoteRow = memo(({ event }: { event: SyncEvent }) => (
	<li class="note-row" data-key={`seq ${event.seq}`} data-place={event.seq}>
		<Name id={event.author} name={event.name} /> {event.kind === 'created'
			? 'made this room'
			: event.text ? <>set the topic: <bdi>{cleanLine(event.text)}</bdi></> : 'removed the topic'}
		{' '}<Time ms={event.timeMs} />
	</li>
));
