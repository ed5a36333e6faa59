// Where one is signed in, and ending what should not be.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import * as actions from '../actions';
import type { SessionInfo } from '../codec';
import { useApp } from '../context';
import { cleanLine } from '../sanitize';
import { ago, fullTime } from '../time';
import { Dialog } from './Dialog';
import { useTask } from './useTask';

export function SessionsDialog(): JSX.Element {
	const { client } = useApp();
	const [list, setList] = useState<SessionInfo[] | null>(null);
	const task = useTask();
	const refresh = () => task.run(async () => setList(await actions.sessions(client)));
	useEffect(() => void refresh(), []);
	const end = (id: number) => {
		void task.run(() => actions.revoke(client, id)).then((ok) => { if (ok) void refresh(); });
	};
	return (
		<Dialog title="Where you are signed in">
			<p class="problem" role="alert">{task.problem}</p>
			{!list && !task.problem && <p class="loading">Loading…</p>}
			<ul class="sessions">
				{list?.map((s) => (
					<li key={s.id}>
						<div>
							<strong>{cleanLine(s.client) || 'An unnamed client'}</strong>
							<p>
								{s.current ? 'This one' : s.connected ? 'Connected now' : <span title={fullTime(s.seenMs)}>Seen {ago(s.seenMs)}</span>}
								{s.address && <> · {cleanLine(s.address)}</>} · since <span title={fullTime(s.createdMs)}>{ago(s.createdMs)}</span> · number {s.id}
							</p>
						</div>
						{!s.current && <button type="button" class="secondary" onClick={() => end(s.id)}>End</button>}
					</li>
				))}
			</ul>
		</Dialog>
	);
}
