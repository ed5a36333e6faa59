// One place to go to a room: type a few letters of one you are in, of one you
// could join, or a new name to make it.
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import * as actions from '../actions';
import type { RoomInfo } from '../codec';
import { useApp, useClient } from '../context';
import { cleanLine } from '../sanitize';
import type { Room } from '../sync';
import { Dialog } from './Dialog';
import { useTask } from './useTask';

const PAGES = 10;

interface Goal {
	key: string;
	name: string;
	topic: string;
	hint: string;
	go(): Promise<void>;
}

export function RoomsDialog(): JSX.Element {
	const { client, ui } = useApp();
	const [rooms, online] = useClient((c) => [c.sync.rooms, c.online] as const);
	const [listed, setListed] = useState<RoomInfo[]>([]);
	const [typed, setTyped] = useState('');
	const [chosen, setChosen] = useState(0);
	const task = useTask();

	useEffect(() => {
		let gone = false;
		setListed([]);
		void task.run(async () => {
			let after = '';
			for (let page = 0; page < PAGES && !gone; page++) {
				const list = await actions.listRooms(client, after);
				if (!gone) setListed((known) => [...known, ...list.room]);
				after = list.room[list.room.length - 1]?.name ?? '';
				if (!list.more || !after) break;
			}
		});
		return () => { gone = true; };
	}, [online]);

	const goals = findGoals(typed, rooms, listed, (goal) => client.activate(goal), client);
	const go = (goal: Goal | undefined) => {
		if (goal) void task.run(goal.go).then((ok) => { if (ok) ui.close(); });
	};
	const keyDown = (e: KeyboardEvent) => {
		const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
		if (step && goals.length) setChosen((chosen + step + goals.length) % goals.length);
		else if (e.key === 'Enter') go(goals[chosen]);
		else return;
		e.preventDefault();
	};

	useLayoutEffect(() => document.getElementById(`goal-${chosen}`)?.scrollIntoView({ block: 'nearest' }), [chosen]);

	return (
		<Dialog title="Rooms" kind="finder">
			<input type="text" class="search" placeholder="Room name" aria-label="Room name" value={typed} autocomplete="off"
				autocapitalize="off" spellcheck={false} role="combobox" aria-expanded="true" aria-controls="goals"
				aria-activedescendant={goals.length ? `goal-${chosen}` : undefined} onKeyDown={keyDown}
				onInput={(e) => { setTyped(e.currentTarget.value); setChosen(0); }} />
			<p class="problem" role="alert">{task.problem}</p>
			<ul class="goals" id="goals" role="listbox" aria-label="Rooms">
				{goals.map((goal, i) => (
					<li key={goal.key} id={`goal-${i}`} role="option" aria-selected={i === chosen}
						onMouseMove={() => setChosen(i)} onClick={() => go(goal)}>
						<span class="goal-name"><bdi>{goal.name}</bdi></span>
						<span class="goal-topic"><bdi>{goal.topic}</bdi></span>
						<span class="goal-hint">{goal.hint}</span>
					</li>
				))}
			</ul>
		</Dialog>
	);
}

// What can be gone to, best first: rooms one is in, rooms to join, a new one.
function findGoals(typed: string, rooms: Room[], listed: RoomInfo[], show: (id: number) => void, client: Parameters<typeof actions.join>[0]): Goal[] {
	const wanted = typed.trim().replace(/^#/, '').toLowerCase();
	const fits = (r: { name: string; topic: string }) =>
		r.name.toLowerCase().includes(wanted) || (wanted.length > 2 && r.topic.toLowerCase().includes(wanted));
	const rank = (r: { name: string }) => (r.name.toLowerCase().startsWith(wanted) ? 0 : 1);
	const mine = new Set(rooms.map((r) => r.id));
	const joined = rooms.filter(fits).sort((a, b) => rank(a) - rank(b)).map((r) => ({
		key: `in ${r.id}`, name: `#${cleanLine(r.name)}`, topic: cleanLine(r.topic),
		hint: r.unread ? `${r.unread} unread` : 'joined', go: async () => show(r.id),
	}));
	const others = listed.filter((r) => !mine.has(r.id) && fits(r)).sort((a, b) => rank(a) - rank(b)).map((r) => ({
		key: `out ${r.id}`, name: `#${cleanLine(r.name)}`, topic: cleanLine(r.topic),
		hint: `join · ${r.online} here`, go: () => actions.join(client, r.name),
	}));
	const exact = [...rooms, ...listed].some((r) => r.name.toLowerCase() === wanted);
	const fresh = wanted && !exact
		? [{ key: 'new', name: `#${typed.trim().replace(/^#/, '')}`, topic: '', hint: 'make this room', go: () => actions.joinOrCreate(client, typed) }]
		: [];
	return [...joined, ...others, ...fresh];
}
