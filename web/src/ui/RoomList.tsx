// The rooms one is in, with what is unread. One tab stop, which is the open room
// or the one that has the focus; keys move from there. At its edges it tells of
// unread rooms out of sight.
import type { JSX, TargetedFocusEvent } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp, useClient } from '../context';
import { memo } from '../memo';
import { keyTarget } from '../roving';
import { cleanLine } from '../sanitize';
import { UnreadBeyond } from './UnreadBeyond';

export function RoomList(): JSX.Element {
	const { client, ui } = useApp();
	const list = useRef<HTMLUListElement>(null);
	const [focused, setFocused] = useState(0); // room; 0: none
	useClient((c) => c.sync.rooms.flatMap((r) => [r.id, r.name, r.unread, r.id === c.active]));
	useLayoutEffect(() => list.current!.querySelector('.room.active')?.scrollIntoView({ block: 'nearest' }), [client.active]);
	const { rooms } = client.sync;
	const stop = client.sync.find(focused) ?? client.room ?? rooms[0];

	const show = (id: number) => {
		client.activate(id);
		ui.showDrawer(null);
		ui.focusInput();
	};
	const keyDown = (e: KeyboardEvent) => {
		if (!stop || e.altKey || e.ctrlKey || e.metaKey || e.isComposing) return;
		const to = keyTarget(e.key, rooms.indexOf(stop), rooms.map((r) => cleanLine(r.name)));
		if (to < 0) return;
		e.preventDefault();
		list.current!.querySelectorAll<HTMLElement>('.room')[to]!.focus();
	};
	const focusOut = (e: TargetedFocusEvent<HTMLElement>) => {
		if (!e.currentTarget.contains(e.relatedTarget as Node | null)) setFocused(0);
	};
	return (
		<div class="rooms-box">
			<ul class="rooms" ref={list} onKeyDown={keyDown} onFocusOut={focusOut}>
				{rooms.map((room) => (
					<RoomItem key={room.id} id={room.id} name={room.name} unread={room.unread} active={room.id === client.active}
						stop={room === stop} show={show} focus={setFocused} />
				))}
			</ul>
			<UnreadBeyond list={list} />
		</div>
	);
}

interface ItemProps {
	id: number;
	name: string;
	unread: number;
	active: boolean;
	stop: boolean;
	show(id: number): void;
	focus(id: number): void;
}

function RoomItem({ id, name, unread, active, stop, show, focus }: ItemProps): JSX.Element {
	return (
		<li>
			<button type="button" class={`room${active ? ' active' : ''}${unread ? ' unread' : ''}`} tabIndex={stop ? 0 : -1}
				aria-current={active ? 'page' : undefined} onClick={() => show(id)} onFocus={() => focus(id)}>
				<span class="hash" aria-hidden="true">#</span><bdi>{cleanLine(name)}</bdi>
				{unread > 0 && <Badge count={unread} />}
			</button>
		</li>
	);
}

const Badge = memo(({ count }: { count: number }) => (
	<span class="badge"><span class="sr">, </span>{count > 999 ? '999+' : count}<span class="sr"> unread</span></span>
));
