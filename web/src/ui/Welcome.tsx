// The first screen: pick a name and go, sign in, or register.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import * as actions from '../actions';
import { useApp, useClient, useUi } from '../context';
import { cleanLine, cleanText } from '../sanitize';
import type { WelcomeMode } from '../ui';
import { OfflineBanner } from './Connection';
import { Field } from './Field';
import { Mark } from './icons';
import { useTask } from './useTask';

const texts: Record<WelcomeMode, { lead: string; button: string }> = {
	guest: { lead: 'Pick a name and you are in.', button: 'Start chatting' },
	signin: { lead: 'Good to see you again.', button: 'Sign in' },
	register: { lead: 'A name of your own, with a password.', button: 'Register' },
};

export function Welcome(): JSX.Element {
	const { client, ui } = useApp();
	const mode = useUi((u) => u.welcome);
	const [ended, motd] = useClient((c) => [c.ended, c.motd] as const);
	const [name, setName] = useState('');
	const [password, setPassword] = useState('');
	const task = useTask();

	const go = (e: Event) => {
		e.preventDefault();
		void task.run(async () => {
			await greeted(client);
			if (mode === 'guest') return actions.claim(client, name);
			await (mode === 'signin' ? actions.signIn : actions.signUp)(client, name, password);
		});
	};
	const turn = (to: WelcomeMode) => {
		task.clear();
		ui.welcome = to;
		ui.flush();
	};

	return (
		<main class="welcome">
			<form class="card" onSubmit={go}>
				<div class="brand big"><Mark /><h1>Appchat</h1></div>
				<p class="lead">{texts[mode].lead}</p>
				{ended && <p class="problem" role="status">{ended}</p>}
				<Field key="name" label="Name" name="name" value={name} change={setName} focus autocomplete="username"
					maxLength={64} problem={task.problem !== ''} />
				{mode !== 'guest' && (
					<Field key={`password-${mode}`} label="Password" name="password" type="password" value={password} change={setPassword}
						autocomplete={mode === 'signin' ? 'current-password' : 'new-password'}
						minLength={mode === 'register' ? 8 : undefined}
						hint={mode === 'register' ? 'At least 8 characters.' : undefined} problem={task.problem !== ''} />
				)}
				<p class="problem" role="alert">{task.problem}</p>
				<button type="submit" class="primary" disabled={task.busy}>{texts[mode].button}</button>
				<p class="ways">
					{mode !== 'guest' && <button type="button" class="link" onClick={() => turn('guest')}>Be a guest</button>}
					{mode !== 'signin' && <button type="button" class="link" onClick={() => turn('signin')}>Sign in</button>}
					{mode !== 'register' && <button type="button" class="link" onClick={() => turn('register')}>Register</button>}
				</p>
				{motd && <p class="motd">{cleanLine(cleanText(motd))}</p>}
			</form>
			<OfflineBanner />
		</main>
	);
}

// Resolves once the server has greeted us, so that a quick hand need not wait.
function greeted(client: ReturnType<typeof useApp>['client']): Promise<void> {
	if (client.limits && client.connection.state === 'open') return Promise.resolve();
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => finish(() => reject(new Error('No connection to the server yet. Try again in a moment.'))), 8000);
		const unsubscribe = client.subscribe(() => {
			if (client.limits && client.connection.state === 'open') finish(resolve);
		});
		const finish = (end: () => void) => {
			clearTimeout(timer);
			unsubscribe();
			end();
		};
	});
}
