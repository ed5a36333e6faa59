// What the room is about, and leaving it.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import * as actions from '../actions';
import { useApp } from '../context';
import { cleanLine } from '../sanitize';
import type { Room } from '../sync';
import { uuid7 } from '../uuid';
import { Dialog } from './Dialog';
import { Field } from './Field';
import { LeaveIcon } from './icons';
import { useTask } from './useTask';

export function TopicDialog({ room }: { room: Room }): JSX.Element {
	const { client, ui } = useApp();
	const [topic, setTopic] = useState(cleanLine(room.topic));
	const [id] = useState(() => uuid7());
	const task = useTask();
	const done = (work: () => Promise<void>) => {
		void task.run(work).then((ok) => { if (ok) ui.close(); });
	};
	const save = (e: Event) => {
		e.preventDefault();
		if (topic === cleanLine(room.topic)) return ui.close();
		done(() => actions.setTopic(client, room.id, topic, id));
	};
	return (
		<Dialog title={`#${cleanLine(room.name)}`}>
			<form onSubmit={save}>
				<Field label="Topic" name="topic" value={topic} change={setTopic} focus autocomplete="off" required={false}
					maxLength={client.limits?.topicBytes || 1024} problem={task.problem !== ''} />
				<p class="problem" role="alert">{task.problem}</p>
				<div class="buttons">
					<button type="submit" class="primary" disabled={task.busy}>Save</button>
					<button type="button" class="secondary danger" disabled={task.busy}
						onClick={() => done(() => actions.leave(client, room.id))}><LeaveIcon />Leave room</button>
				</div>
			</form>
		</Dialog>
	);
}
