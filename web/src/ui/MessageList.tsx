// The messages of the room on screen: some 200 rows of its window, moved along
// as one scrolls, with history fetched before one gets to its end.
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import { useApp, useClient } from '../context';
import { around, bounds, NEWEST, settle, type Range } from '../range';
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
	const list = useRef<HTMLOListElement>(null);
	const keeper = useRef<ScrollKeeper | null>(null);
	const range = useRef<Range>(NEWEST);
	const topSeq = useRef(0);
	const lastSent = useRef('');
	const [, again] = useReducer((n: number) => n + 1, 0);
	useClient((c) => [room.version, room.cursor, room.floor, room.unread, c.outbox.items, c.reading.line(room), c.online]);

	const stuck = keeper.current?.stuck ?? true;
	range.current = settle(room, range.current, stuck, topSeq.current);
	const { lo, hi } = bounds(room, range.current);
	const newest = range.current.to === Infinity;
	const rows = buildRows(room, lo, hi, client.reading.line(room));
	const pending = newest ? client.outbox.of(room.id) : [];

	const move = (to: Range) => {
		if (to.from === range.current.from && to.to === range.current.to) return;
		range.current = to;
		again(0);
	};

	// Brings in what is near the view and not there.
	const check = () => {
		const k = keeper.current!;
		const { scrollTop, scrollHeight, clientHeight } = k.box;
		const now = bounds(room, range.current);
		if (scrollTop < NEAR_PX) {
			if (now.lo > 0 && !k.stuck) move(around(room, topSeq.current));
			else if (now.lo === 0) client.history.ask(room, 0, false);
		}
		if (scrollHeight - scrollTop - clientHeight < NEAR_PX && range.current.to !== Infinity)
			move(around(room, topSeq.current));
		for (const hole of k.list.querySelectorAll<HTMLElement>('.hole')) {
			if (k.distance(hole) > NEAR_PX) continue;
			const below = !k.stuck && hole.offsetTop > scrollTop + clientHeight / 2;
			client.history.ask(room, Number(hole.dataset['hole']), below);
		}
	};

	const place = () => {
		const k = keeper.current!;
		topSeq.current = Number(k.topRow()?.dataset['seq'] ?? 0);
		const atBottom = k.stuck && range.current.to === Infinity;
		room.anchor = atBottom ? 0 : topSeq.current;
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
		keeper.current = new ScrollKeeper(box.current!, list.current!);
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

	const lastAuthor = newest ? room.events[room.events.length - 1]?.author : undefined;
	return (
		<div class="messages">
			<div class="scroller" ref={box} onScroll={scrolled} tabIndex={0} role="region" aria-label={`Messages in ${cleanLine(room.name)}`}>
				<div class="spacer" />
				<ol ref={list} class="rows">
					{lo === 0 && <Top key="top" room={room} />}
					{rows.map((row) => rowNode(row, client.user))}
					{pending.map((item, i) => (
						<PendingRow key={`out ${item.key}`} item={item} head={i === 0 && lastAuthor !== client.user?.id} />
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
