// What comes from outside, made fit to be shown. Three kinds of characters do
// harm although no markup is interpreted: those that reorder the line (bidi
// controls), those that nobody can see (tags, zero-width and default-ignorable
// ones), and those that look like nothing (fillers). The first two go away;
// a filler or a control becomes a visible mark.

const MARK = '\ufffd';

// Bidi embeddings, overrides, isolates and marks.
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

// Invisible: tags, zero-width spaces and joiners of words, soft hyphen,
// invisible operators, annotations, variation selectors beyond the emoji's own.
const UNSEEN = /[\u00ad\u034f\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

// They take room and show nothing: Hangul fillers, Khmer inherent vowels, blank Braille.
const FILLERS = /[\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]/g;

// C0 but tab and newline, DEL, C1, lone surrogates, noncharacters.
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]|\p{Cs}/gu;

// A joiner where nothing is to be joined.
const STRAY_JOINER = /(^|\s)[\u200c\u200d\ufe0e\ufe0f]+|[\u200c\u200d]+(?=\s|$)|([\u200c\u200d\ufe0e\ufe0f])[\u200c\u200d\ufe0e\ufe0f]+/g;

// A tower of combining marks: beyond the sixth they only deface.
const TOWER = /(\p{M}{6})\p{M}+/gu;

// Text of several lines.
export function cleanText(text: string): string {
	if (/^[\x20-\x7e\n]*$/.test(text)) return text;
	return text
		.replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
		.replace(BIDI, '')
		.replace(UNSEEN, '')
		.replace(FILLERS, MARK)
		.replace(CONTROLS, MARK)
		.replace(STRAY_JOINER, '$1$2')
		.replace(TOWER, '$1');
}

// One line: a topic, a room's name, a sentence of the server.
export function cleanLine(text: string): string {
	return cleanText(text).replace(/\s+/g, ' ').trim();
}

// A person's name; never empty.
export function cleanName(name: string): string {
	return cleanLine(name) || '?';
}
