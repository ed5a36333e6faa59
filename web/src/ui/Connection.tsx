// How the connection does: round trip and how far behind when it stands, the
// time until the next try when it does not.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useApp, useClient } from '../context';
import { cleanLine } from '../sanitize';

export function Connection(): JSX.Element {
	const [online, rtt, behind, late] = useClient((c) => [c.online, c.rttMs, c.behind(), c.connection.lateSeconds()] as const);
	if (online && late) return <p class="connection late"><i class="dot" />No answer for {late} s</p>;
	if (!online) return <p class="connection off"><i class="dot" /><Offline /></p>;
	return (
		<p class={`connection ${behind > 50 ? 'late' : 'on'}`}>
			<i class="dot" />
			{behind > 50 ? `${behind} behind` : 'Connected'}
			<span class="rtt" title="To the server and back">{rtt ? `${formatMs(rtt)} ms` : ''}</span>
		</p>
	);
}

// Above the composer, when messages have to wait.
export function OfflineBanner(): JSX.Element | null {
	const { client } = useApp();
	const [online, state, waiting] = useClient((c) => [
		(c.online || (c.who !== 'somebody' && c.connection.state === 'open')) && !c.connection.lateSeconds(),
		c.connection.state, c.outbox.unsent(),
	] as const);
	const [late, setLate] = useState(false);
	useEffect(() => {
		setLate(false);
		if (online) return;
		const timer = setTimeout(() => setLate(true), 700);
		return () => clearTimeout(timer);
	}, [online]);
	if (online || !late) return null;
	return (
		<div class="banner" role="status">
			<span><Offline />{waiting ? ` · ${waiting} to be sent` : ''}</span>
			{state !== 'connecting' && (
				<button type="button" class="link" onClick={() => client.connection.hurry(true)}>Connect now</button>
			)}
		</div>
	);
}

function Offline(): JSX.Element {
	const [state, why, retryAt, online] = useClient((c) => [c.connection.state, c.connection.why, c.connection.retryAt, c.online] as const);
	const [, tick] = useState(0);
	useEffect(() => {
		// When the number changes, so that all who show it show the same.
		const rest = retryAt - Date.now();
		const timer = setTimeout(() => tick((n) => n + 1), rest > 0 ? (rest % 1000) + 5 : 1000);
		return () => clearTimeout(timer);
	});
	if (state === 'open' && online) return <>The server does not answer just now</>;
	if (state === 'stopped') return <>{cleanLine(why) || 'Not connected'}</>;
	const seconds = Math.ceil((retryAt - Date.now()) / 1000);
	return <>{state === 'waiting' && seconds > 1 ? `Offline, trying again in ${seconds} s` : 'Connecting…'}</>;
}

const formatMs = (ms: number): string => (ms < 9.95 ? ms.toFixed(1) : ms.toFixed(0));
