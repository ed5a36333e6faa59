// What of a scrolled list lies out of sight. Its parts are placed by the list.

export interface Beyond {
	readonly above: HTMLElement[];
	readonly below: HTMLElement[];
}

// Those of its parts that have less than half of themselves in sight.
export function findBeyond(list: HTMLElement, parts: string): Beyond {
	const all = [...list.querySelectorAll<HTMLElement>(parts)];
	const middle = (part: HTMLElement) => part.offsetTop + part.offsetHeight / 2 - list.scrollTop;
	return {
		above: all.filter((part) => middle(part) < 0),
		below: all.filter((part) => middle(part) > list.clientHeight),
	};
}
