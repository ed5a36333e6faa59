// Beside the chat: the ways to rooms, and below who one is and how the
// connection does.
import type { JSX } from 'preact';
import { useApp, useClient } from '../context';
import { cleanName } from '../sanitize';
import { Connection } from './Connection';
import { Mark, MoreIcon, PlusIcon, SearchIcon } from './icons';
import { Avatar } from './Person';
import { RoomList } from './RoomList';

export function Sidebar(): JSX.Element {
	const { ui } = useApp();
	return (
		<nav class="sidebar" aria-label="Rooms">
			<div class="brand"><Mark /><span>Appchat</span></div>
			<button type="button" class="jump" onClick={() => ui.open('rooms')}>
				<SearchIcon /><span>Find a room</span><kbd>{shortcut}</kbd>
			</button>
			<div class="section">
				<h2>Rooms</h2>
				<button type="button" class="icon-button small" aria-label="Join or make a room" onClick={() => ui.open('rooms')}><PlusIcon /></button>
			</div>
			<RoomList />
			<Me />
		</nav>
	);
}

const shortcut = /Mac|iP/.test(navigator.platform) ? '⌘K' : 'Ctrl K';

function Me(): JSX.Element {
	const { ui } = useApp();
	const [id, name, guest] = useClient((c) => [c.user?.id ?? 0, c.user?.name ?? '', c.user?.guest ?? false] as const);
	return (
		<div class="me">
			<button type="button" class="me-button" onClick={() => ui.open('account')}>
				<Avatar id={id} name={name} />
				<span class="me-text">
					<bdi class="me-name">{name ? cleanName(name) : '…'}</bdi>
					<span class="me-kind">{guest ? 'Guest' : 'Account'}<span class="sr">, settings</span></span>
				</span>
				<MoreIcon />
			</button>
			<Connection />
		</div>
	);
}
