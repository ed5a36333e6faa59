// A guest becomes an account: the name and the messages stay.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import * as actions from '../actions';
import { useApp } from '../context';
import { cleanName } from '../sanitize';
import { Dialog } from './Dialog';
import { Field } from './Field';
import { useTask } from './useTask';

export function RegisterDialog(): JSX.Element {
	const { client, ui } = useApp();
	const [password, setPassword] = useState('');
	const task = useTask();
	const name = client.user?.name ?? '';
	const go = (e: Event) => {
		e.preventDefault();
		void task.run(() => actions.signUp(client, '', password)).then((ok) => {
			if (!ok) return;
			ui.close();
			ui.note(`${cleanName(name)} is an account now. Sign in with your password anywhere.`);
		});
	};
	return (
		<Dialog title={`Register ${cleanName(name)}`}>
			<form onSubmit={go}>
				<input type="text" class="sr" name="username" autocomplete="username" value={name} readOnly tabIndex={-1} aria-hidden="true" />
				<Field label="Password" name="password" type="password" value={password} change={setPassword} focus
					autocomplete="new-password" minLength={8} hint="At least 8 characters." problem={task.problem !== ''} />
				<p class="problem" role="alert">{task.problem}</p>
				<button type="submit" class="primary" disabled={task.busy}>Register</button>
			</form>
		</Dialog>
	);
}
