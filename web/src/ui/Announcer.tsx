// Tells a screen reader of new messages in the room on screen. Hidden and
// polite: the list itself is no live region, for that would be read again.
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../context';
import { cleanLine, cleanName } from '../sanitize';

const GATHER_MS = 600;
const MOST = 3;

export function Announcer(): JSX.Element {
	const { client } = useApp();
	const [said, setSaid] = useState('');
	useEffect(() => {
		let queue: string[] = [];
		let timer: ReturnType<typeof setTimeout> | undefined;
		const say = () => {
			timer = undefined;
			setSaid(queue.length > MOST ? `${queue.length} new messages` : queue.join('. '));
			queue = [];
		};
		client.onFresh = (room, event) => {
			if (room.id !== client.active || event.kind !== 'message' || event.author === client.user?.id) return;
			queue.push(`${cleanName(event.name)}: ${cleanLine(event.text).slice(0, 300)}`);
			timer ??= setTimeout(say, GATHER_MS);
		};
		return () => clearTimeout(timer);
	}, [client]);
	return <div class="sr" aria-live="polite" role="log">{said}</div>;
}
