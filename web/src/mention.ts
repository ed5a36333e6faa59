// Whether a text speaks of somebody, as the terminal client's marks.c has it.

const LETTER_BEFORE = /[\p{L}\p{M}\p{N}_]$/u;
const LETTER_AFTER = /^[\p{L}\p{M}\p{N}_]/u;

// Is the name said in the text, as a word of its own?
export function mentions(text: string, name: string): boolean {
	const wanted = name.toLowerCase();
	const said = text.toLowerCase();
	for (let at = said.indexOf(wanted); at >= 0 && wanted; at = said.indexOf(wanted, at + 1)) {
		const end = at + wanted.length;
		if (!LETTER_BEFORE.test(said.slice(Math.max(0, at - 2), at)) && !LETTER_AFTER.test(said.slice(end, end + 2))) return true;
	}
	return false;
}
