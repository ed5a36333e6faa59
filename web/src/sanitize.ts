// What comes from outside, made fit to be shown, by the rules of the terminal
// client's sanitize.c. Three kinds of characters do harm although no markup is
// interpreted: those that reorder the line (bidi controls), those that nobody
// can see (tags, joiners out of place and the like), and those that look like
// nothing (fillers). What shows nothing goes away; what could deceive is shown.

const MARK = '\ufffd';

// They take room and show nothing: Hangul fillers, Khmer inherent vowels, blank Braille.
const FILLERS = /[\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]/g;

// C1, lone surrogates, noncharacters.
const BROKEN = /[\u0080-\u009f\ufdd0-\ufdef\ufffe\uffff]|\p{Cs}/gu;

// C0 but tab and newline, and DEL: shown as their pictures.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

// All that is not seen, bidi controls and tags among it, but joiners and
// selectors (see below) and the number signs that are seen.
const UNSEEN = /(?![\u200c\u200d\ufe0e\ufe0f\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

// Joiners belong between pictographs and between letters that join; selectors
// after what has two forms.
const JOINERS = /[\u200c\u200d]+/g;
const PICTURE_BEFORE = /[\p{Extended_Pictographic}\u{1f3fb}-\u{1f3ff}\ufe0f]$/u;
const PICTURE_AFTER = /^\p{Extended_Pictographic}/u;
const JOINING_BEFORE = /[\u0620-\u085f\u08a0-\u0dff\u1820-\u18aa]$/;
const JOINING_AFTER = /^[\u0620-\u085f\u08a0-\u0dff\u1820-\u18aa]/;
const STRAY_SELECTOR = /(?<![\p{Extended_Pictographic}0-9#*])[\ufe0e\ufe0f]/gu;

// A mark with nothing to stand on, and a tower of them.
const LOOSE_MARK = /(^|\s)(?=\p{M})/gu;
const TOWER = /(\p{M}{4})\p{M}+/gu;

// Text of several lines.
export function cleanText(text: string): string {
	if (/^[\x20-\x7e\n]*$/.test(text)) return text;
	return text
		.replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
		.replace(FILLERS, MARK)
		.replace(BROKEN, MARK)
		.replace(CONTROLS, picture)
		.replace(UNSEEN, '')
		.replace(STRAY_SELECTOR, '')
		.replace(JOINERS, joiner)
		.replace(TOWER, '$1')
		.replace(LOOSE_MARK, '$1\u25cc');
}

// One line: a topic, a room's name, a sentence of the server.
export function cleanLine(text: string): string {
	return cleanText(text).replace(/\s+/g, ' ').trim();
}

// A person's name; never empty.
export function cleanName(name: string): string {
	return cleanLine(name) || '?';
}

function picture(control: string): string {
	const code = control.charCodeAt(0);
	return String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code);
}

// One joiner where there is something to join, else none.
function joiner(run: string, at: number, whole: string): string {
	const before = whole.slice(Math.max(0, at - 2), at);
	const after = whole.slice(at + run.length, at + run.length + 2);
	const pictures = run[0] === '\u200d' && PICTURE_BEFORE.test(before) && PICTURE_AFTER.test(after);
	return pictures || (JOINING_BEFORE.test(before) && JOINING_AFTER.test(after)) ? run[0]! : '';
}
