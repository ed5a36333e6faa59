// The rooms one is in, with what is unread, and below who one is and how the
// connection does.
import type { JSX } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { useApp, useClient } from '../context';
import { memo } from '../memo';
import { cleanLine, cleanName } from '../sanitize';
import { Connection } from './Connection';
import { Mark, MoreIcon, PlusIcon, SearchIcon } from './icons';
import { Avatar } from './Person';

export function Sidebar(): JSX.Element {
	const { client, ui } = useApp();
	useClient((c) => c.sync.rooms.flatMap((r) => [r.id, r.name, r.unread, r.id === c.active]));
	useLayoutEffect(() => document.querySelector('.room.active')?.scrollIntoView({ block: 'nearest' }), [client.active]);
	const show = (id: number) => {
		client.activate(id);
		ui.showDrawer(null);
		ui.focusInput();
	};
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
			<ul class="rooms">
				{client.sync.rooms.map((room) => (
					<RoomItem key={room.id} id={room.id} name={room.name} unread={room.unread}
						active={room.id === client.active} show={show} />
				))}
			</ul>
			<Me />
		</nav>
	);
}

const shortcut = /Mac|iP/.test(navigator.platform) ? '⌘K' : 'Ctrl K';

interface ItemProps {
	id: number;
	name: string;
	unread: number;
	active: boolean;
	show(id: number): void;
}

// show is made anew each time and always does the same: not compared.
function RoomItem(props: ItemProps): JSX.Element {
	const { id, name, unread, active, show } = props;
	return (
		<li>
			<button type="button" class={`room${active ? ' active' : ''}${unread ? ' unread' : ''}`}
				aria-current={active ? 'page' : undefined} onClick={() => show(id)}>
				<span class="hash" aria-hidden="true">#</span><bdi>{cleanLine(name)}</bdi>
				{unread > 0 && <Badge count={unread} />}
			</button>
		</li>
	);
}

const Badge = memo(({ count }: { count: number }) => (
	<span class="badge"><span class="sr">, </span>{count > 999 ? '999+' : count}<span class="sr"> unread</span></span>
));

function Me(): JSX.Element {
	const { ui } = useApp();
	const [id, name, guest] = useClient((c) => [c.user?.id ?? 0, c.user?.name ?? '', c.user?.guest ?? false] as const);
	return (
		<div class="me">
			<button type="button" class="me-button" onClick={() => ui.open('account')}>
				<Avatar id={id} name={name} />
				<span class="me-text">
					<bdi class="me-name">{name ? cleanName(name) : '…'}</bdi>
					<span class="me-kind">{guest ? 'Guest' : 'Account'} and settings</span>
				</span>
				<MoreIcon />
			</button>
			<Connection />
		</div>
	);
}
