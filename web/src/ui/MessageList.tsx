// The messages of the room on screen, those on their way last: some 200 rows,
// moved along as one scrolls, with history fetched before one gets to its end.
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import { useApp, useClient } from '../context';
import { around, bounds, NEWEST, settle, type Listed, type Range } from '../range';
import { buildRows } from '../rows';
import { cleanLine } from '../sanitize';
import { ScrollKeeper } from '../scroll';
import { missing, type Room } from '../sync';
import { DownIcon } from './icons';
import { rowNode } from './MessageRow';
import { PendingRow } from './PendingRow';

const NEAR_PX = 1200; // this near an end, more is brought in

export function MessageList({ room }: { room: Room }): JSX.Element {
	const { client, ui } = useApp();
	const box = useRef<HTMLDivElement>(null);
	const rowsBox = useRef<HTMLOListElement>(null);
	const keeper = useRef<ScrollKeeper | null>(null);
	const range = useRef<Range>(NEWEST);
	const topPlace = useRef(0);
	const lastSent = useRef('');
	const [, again] = useReducer((n: number) => n + 1, 0);
	useClient((c) => [room.version, room.cursor, room.floor, room.unread, c.outbox.items, c.reading.line(room), c.online]);

	const stuck = keeper.current?.stuck ?? true;
	const list = (): Listed => ({ events: room.events, pending: client.outbox.of(room.id) });
	const { events, pending } = list();
	range.current = settle({ events, pending }, range.current, stuck, topPlace.current);
	const { lo, hi } = bounds({ events, pending }, range.current);
	const newest = range.current.to === Infinity;
	const rows = lo <= events.length ? buildRows(room, lo, Math.min(hi, events.length), client.reading.line(room)) : [];
	const onTheirWay = pending.slice(Math.max(0, lo - events.length), Math.max(0, hi - events.length));

	const move = (to: Range) => {
		if (to.from === range.current.from && to.to === range.current.to) return;
		range.current = to;
		again(0);
	};

	// Brings in what is near the view and not there.
	const check = () => {
		const k = keeper.current!;
		const { scrollTop, scrollHeight, clientHeight } = k.box;
		const now = bounds(list(), range.current);
		if (scrollTop < NEAR_PX) {
			if (now.lo > 0 && !k.stuck) move(around(list(), topPlace.current));
			else if (now.lo === 0) client.history.ask(room, 0, false);
		}
		if (scrollHeight - scrollTop - clientHeight < NEAR_PX && range.current.to !== Infinity)
			move(around(list(), topPlace.current));
		for (const hole of k.list.querySelectorAll<HTMLElement>('.hole')) {
			if (k.distance(hole) > NEAR_PX) continue;
			const below = !k.stuck && hole.offsetTop > scrollTop + clientHeight / 2;
			client.history.ask(room, Number(hole.dataset['hole']), below);
		}
	};

	const place = () => {
		const k = keeper.current!;
		topPlace.current = Number(k.topRow()?.dataset['place'] ?? 0);
		const atBottom = k.stuck && range.current.to === Infinity;
		room.anchor = atBottom ? 0 : topPlace.current;
		client.reading.atBottom = atBottom;
		if (atBottom) client.reading.looked(room);
	};

	const scrolled = () => {
		const k = keeper.current!;
		const was = k.stuck;
		k.remember();
		place();
		check();
		if (was !== k.stuck) again(0);
	};

	const toBottom = () => {
		range.current = NEWEST;
		keeper.current!.toBottom();
		again(0);
	};

	useLayoutEffect(() => {
		keeper.current = new ScrollKeeper(box.current!, rowsBox.current!);
		ui.scrollList = (pages) => box.current!.scrollBy({ top: pages * box.current!.clientHeight * 0.9 });
		return () => keeper.current?.close();
	}, []);

	useLayoutEffect(() => {
		const sent = pending[pending.length - 1]?.key ?? '';
		if (sent > lastSent.current) {
			lastSent.current = sent;
			return toBottom();
		}
		keeper.current!.restore();
		place();
		check();
	});

	useEffect(() => {
		const look = () => client.reading.looked(room);
		addEventListener('focus', look);
		document.addEventListener('visibilitychange', look);
		return () => {
			removeEventListener('focus', look);
			document.removeEventListener('visibilitychange', look);
		};
	}, [room]);

	const lastAuthor = events[events.length - 1]?.author;
	return (
		<div class="messages">
			<div class="scroller" ref={box} onScroll={scrolled} tabIndex={0} role="region" aria-label={`Messages in ${cleanLine(room.name)}`}>
				<div class="spacer" />
				<ol ref={rowsBox} class="rows">
					{lo === 0 && <Top key="top" room={room} />}
					{rows.map((row) => rowNode(row, client.user))}
					{onTheirWay.map((item) => (
						<PendingRow key={`out ${item.key}`} item={item} head={item === pending[0] && lastAuthor !== client.user?.id} />
					))}
				</ol>
			</div>
			{(!stuck || !newest) && (
				<button type="button" class="to-bottom" onClick={toBottom}>
					<DownIcon />{room.unread ? `${room.unread} new` : 'Newest'}
				</button>
			)}
		</div>
	);
}

function Top({ room }: { room: Room }): JSX.Element {
	return missing(room, 0)
		? <li class="top" data-key="top"><span class="loading">Loading…</span></li>
		: <li class="top" data-key="top">This is the beginning of <bdi>#{cleanLine(room.name)}</bdi>.</li>;
}
