// Who one is, what to do about it, and how the page looks.
import type { JSX } from 'preact';
import * as actions from '../actions';
import { useApp, useClient, useUi } from '../context';
import { cleanName } from '../sanitize';
import type { Theme, WelcomeMode } from '../ui';
import { Dialog } from './Dialog';
import { Avatar } from './Person';
import { useTask } from './useTask';

const themes: [Theme, string][] = [['auto', 'System'], ['light', 'Light'], ['dark', 'Dark']];

export function AccountDialog(): JSX.Element {
	const { client, ui } = useApp();
	const user = useClient((c) => c.user);
	const task = useTask();
	const signOut = (next: WelcomeMode) => {
		ui.welcome = next;
		void task.run(() => actions.signOut(client)).then((ok) => { if (ok) ui.close(); });
	};
	if (!user) return <Dialog title="You"><p>Not signed in.</p></Dialog>;
	return (
		<Dialog title="You">
			<div class="identity">
				<Avatar id={user.id} name={user.name} />
				<div>
					<bdi class="me-name">{cleanName(user.name)}</bdi>
					<p>{user.guest ? 'A guest in this browser' : 'An account with a password'}</p>
				</div>
			</div>
			{user.guest && (
				<div class="offer">
					<p>Set a password to keep this name and use it everywhere. Your messages stay yours.</p>
					<button type="button" class="primary" onClick={() => ui.open('register')}>Register {cleanName(user.name)}</button>
				</div>
			)}
			<ThemeChoice />
			<p class="problem" role="alert">{task.problem}</p>
			<div class="menu">
				<button type="button" onClick={() => ui.open('sessions')}>Where you are signed in</button>
				<button type="button" onClick={() => ui.open('help')}>Commands and keys</button>
				{user.guest && <button type="button" onClick={() => signOut('signin')}>Sign in to another account</button>}
				<button type="button" class="danger" onClick={() => signOut('guest')}>
					Sign out{user.guest && ', and give this name up'}
				</button>
			</div>
		</Dialog>
	);
}

function ThemeChoice(): JSX.Element {
	const { ui } = useApp();
	const current = useUi((u) => u.theme);
	return (
		<fieldset class="choice">
			<legend>Appearance</legend>
			<div class="segments">{themes.map(([theme, label]) => (
				<label key={theme}>
					<input type="radio" name="theme" checked={theme === current} onChange={() => ui.setTheme(theme)} />
					<span>{label}</span>
				</label>
			))}</div>
		</fieldset>
	);
}
