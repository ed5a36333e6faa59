// One tab stop for a whole list, as WAI-ARIA's practices have it: where a key
// goes from there. Pure.

// The index that a key moves to, in a list of these names; a letter moves to the
// next name that begins with it. -1: no key of the list.
export function keyTarget(key: string, at: number, names: readonly string[]): number {
	switch (key) {
		case 'ArrowDown': return Math.min(at + 1, names.length - 1);
		case 'ArrowUp': return Math.max(at - 1, 0);
		case 'Home': return 0;
		case 'End': return names.length - 1;
		default: return [...key].length === 1 && key !== ' ' ? nextWith(key.toLowerCase(), at, names) : -1;
	}
}

function nextWith(letter: string, at: number, names: readonly string[]): number {
	for (let n = 1; n <= names.length; n++) {
		const i = (at + n) % names.length;
		if (names[i]!.toLowerCase().startsWith(letter)) return i;
	}
	return -1;
}
