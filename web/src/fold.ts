// A text that would fill the screen is shown in part, and whole when asked for.

const ROWS = 24; // shown of it
const SPARE = 8; // so much more is shown rather than asked for
const ROW_CHARS = 90; // about what fits a row
const FENCE = '```';

// The beginning of a long text; the text itself when it is not long.
export function fold(text: string): string {
	let rows = 0;
	let cut = 0;
	for (let at = 0; at <= text.length; ) {
		const newline = text.indexOf('\n', at);
		const end = newline < 0 ? text.length : newline;
		const fit = (ROWS - rows) * ROW_CHARS;
		if (fit > 0) cut = Math.min(end, at + fit);
		rows += Math.max(1, Math.ceil((end - at) / ROW_CHARS));
		if (rows > ROWS + SPARE) return closed(text.slice(0, cut).replace(/[\ud800-\udbff]$/, ''));
		at = end + 1;
	}
	return text;
}

// A block of code that was cut is one still.
function closed(text: string): string {
	return text.split(FENCE).length % 2 ? text : `${text}\n${FENCE}`;
}
