// Who is in the room now: fetched when shown and when the count changes.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { members } from '../actions';
import type { User } from '../codec';
import { useApp, useClient } from '../context';
import type { Room } from '../sync';
import { CloseIcon } from './icons';
import { Avatar, Name } from './Person';

const SETTLE_MS = 400;

export function Members({ room }: { room: Room }): JSX.Element {
	const { client, ui } = useApp();
	const [online, connected] = useClient((c) => [room.online, c.online] as const);
	const [users, setUsers] = useState<User[]>([]);
	const [more, setMore] = useState(false);
	const loaded = useRef(false);

	const fetchPage = async (after: string) => {
		const page = await members(client, room.id, after).catch(() => null);
		if (!page) return;
		loaded.current = true;
		setUsers((known) => (after ? [...known, ...page.user] : page.user));
		setMore(page.more);
	};

	useEffect(() => {
		if (!connected) return;
		const timer = setTimeout(() => void fetchPage(''), loaded.current ? SETTLE_MS : 0);
		return () => clearTimeout(timer);
	}, [room.id, online, connected]);

	return (
		<aside class="members" aria-label="Members">
			<div class="section">
				<h2>Here now <span class="number">{online}</span></h2>
				<button type="button" class="icon-button small" aria-label="Hide members" onClick={() => ui.toggleMembers()}><CloseIcon /></button>
			</div>
			<ul>
				{users.map((user) => (
					<li key={user.id}>
						<Avatar id={user.id} name={user.name} />
						<Name id={user.id} name={user.name} />
						{user.guest && <span class="kind">guest</span>}
					</li>
				))}
			</ul>
			{more && <button type="button" class="link more" onClick={() => void fetchPage(users[users.length - 1]!.name)}>Show more</button>}
		</aside>
	);
}
