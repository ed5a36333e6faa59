// At the edges of the list of rooms: how many unread ones lie out of sight there,
// and the way to the next. For a pointer only: keys have Alt Shift and arrows, and
// a button that comes and goes would lose the focus.
import type { JSX, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { findBeyond } from '../beyond';
import { DownIcon } from './icons';

export function UnreadBeyond({ list }: { list: RefObject<HTMLElement | null> }): JSX.Element {
	const [above, setAbove] = useState(0);
	const [below, setBelow] = useState(0);
	const find = () => findBeyond(list.current!, '.room.unread');
	const look = () => {
		const found = find();
		setAbove(found.above.length);
		setBelow(found.below.length);
	};
	useEffect(look); // drawn again with the list
	useLayoutEffect(() => {
		const box = list.current!;
		const observer = new ResizeObserver(look);
		observer.observe(box);
		box.addEventListener('scroll', look, { passive: true });
		return () => {
			observer.disconnect();
			box.removeEventListener('scroll', look);
		};
	}, []);
	const go = (room: HTMLElement | undefined) => room?.scrollIntoView({ block: 'center' });
	return <>
		{above > 0 && <Edge where="above" count={above} go={() => go(find().above.at(-1))} />}
		{below > 0 && <Edge where="below" count={below} go={() => go(find().below[0])} />}
	</>;
}

function Edge({ where, count, go }: { where: 'above' | 'below'; count: number; go(): void }): JSX.Element {
	return (
		<button type="button" class={`beyond ${where}`} tabIndex={-1} onMouseDown={(e) => e.preventDefault()} onClick={go}>
			<DownIcon />{count} unread {where}
		</button>
	);
}
