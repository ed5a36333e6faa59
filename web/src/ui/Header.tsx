// Above the messages: the room, what it is about, who is here.
import type { JSX } from 'preact';
import { useApp, useClient } from '../context';
import { cleanLine } from '../sanitize';
import type { Room } from '../sync';
import { MenuIcon, PeopleIcon } from './icons';

export function Header({ room }: { room: Room }): JSX.Element {
	const { ui } = useApp();
	const [name, topic, online] = useClient(() => [room.name, room.topic, room.online] as const);
	const others = useClient((c) => c.sync.rooms.some((r) => r !== room && r.unread > 0));
	return (
		<header class="header">
			<button type="button" class="icon-button only-narrow" aria-label={others ? 'Rooms, some unread' : 'Rooms'} onClick={() => ui.showDrawer('rooms')}>
				<MenuIcon />{others && <i class="dot-unread" />}
			</button>
			<h1><span class="hash" aria-hidden="true">#</span><bdi>{cleanLine(name)}</bdi></h1>
			<button type="button" class={topic ? 'topic' : 'topic empty'} title={topic ? cleanLine(topic) : undefined}
				aria-label={topic ? `Topic: ${cleanLine(topic)}. Change it` : 'Set a topic'} onClick={() => ui.open('topic')}>
				<bdi>{cleanLine(topic) || 'Set a topic'}</bdi>
			</button>
			<button type="button" class="icon-button people" aria-label={`${online} here. Members`} onClick={() => ui.toggleMembers()}>
				<PeopleIcon /><span>{online}</span>
			</button>
		</header>
	);
}
