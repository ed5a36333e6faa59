/*
 * One pass over the code points. classify() says what becomes of each; the
 * context (what stands before, how long the cluster is) decides on joiners,
 * selectors and marks.
 */
#include "tui/sanitize.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define REPLACEMENT 0xFFFD
#define DOTTED_CIRCLE 0x25CC   /* carries a mark that has nothing to stand on */
#define ZWNJ 0x200C
#define ZWJ 0x200D

enum fate { KEEP, DROP, REPLACE, SPACE, WIDE_SPACE, BREAK, TAB, PICTURE, SELECTOR, JOINER, NON_JOINER, MARK };

struct pass {
	struct buf *out;
	enum sanitize_mode mode;
	int32_t before;      /* the last code point written, 0 at a start */
	int32_t joiner;      /* ZWJ or ZWNJ that waits for what follows; 0: none */
	int32_t state;       /* of the grapheme rules */
	int marks, length;   /* of the cluster at the end of out */
};

static const utf8proc_property_t *property(int32_t code) { return utf8proc_get_property(code); }

static bool pictograph(int32_t code) {
	int class = property(code)->boundclass;
	return class == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC || class == UTF8PROC_BOUNDCLASS_E_ZWG;
}

static bool tone(int32_t code) { return code >= 0x1F3FB && code <= 0x1F3FF; }
static bool selector(int32_t code) { return code == 0xFE0E || code == 0xFE0F; }
static bool keycap_base(int32_t code) { return (code >= '0' && code <= '9') || code == '#' || code == '*'; }
static bool filler(int32_t code) { return code == 0x3164 || code == 0x115F || code == 0x1160 || code == 0xFFA0; }

/* Scripts in which a joiner changes how letters look: Arabic and its
 * neighbours, Indic, Mongolian. */
static bool joining_letter(int32_t code) {
	bool script = (code >= 0x0620 && code < 0x0860) || (code >= 0x08A0 && code < 0x0E00) || (code >= 0x1820 && code < 0x18AB);
	int category = property(code)->category;
	return script && (category == UTF8PROC_CATEGORY_LO || category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC);
}

/* Format characters that are seen: number signs and their like. */
static bool seen_format(int32_t code) {
	return (code >= 0x0600 && code <= 0x0605) || code == 0x06DD || code == 0x070F || code == 0x0890 || code == 0x0891 ||
	       code == 0x08E2 || code == 0x110BD || code == 0x110CD;
}

static enum fate classify_control(int32_t code) {
	if (code == '\n')
		return BREAK;
	if (code == '\t')
		return TAB;
	return code < 0x80 ? PICTURE : code == 0x85 ? BREAK : REPLACE;
}

static enum fate classify(int32_t code) {
	if (code >= ' ' && code < 0x7F)
		return KEEP;
	if (code < 0xA0)
		return classify_control(code);
	if (filler(code))
		return REPLACE;
	if (selector(code))
		return SELECTOR;
	if (code == ZWJ || code == ZWNJ)
		return code == ZWJ ? JOINER : NON_JOINER;
	const utf8proc_property_t *p = property(code);
	if (p->ignorable)
		return DROP;
	switch (p->category) {
	case UTF8PROC_CATEGORY_CN: return pictograph(code) ? KEEP : REPLACE;
	case UTF8PROC_CATEGORY_CS: return REPLACE;
	case UTF8PROC_CATEGORY_CC: return REPLACE;
	case UTF8PROC_CATEGORY_CF: return seen_format(code) ? KEEP : DROP;
	case UTF8PROC_CATEGORY_ZS: return code == 0x3000 ? WIDE_SPACE : SPACE;
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP: return BREAK;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME: return MARK;
	default: return KEEP;
	}
}

bool sanitize_allowed(int32_t code, enum sanitize_mode mode) {
	enum fate fate = classify(code);
	return fate == KEEP || fate == MARK || fate == SELECTOR || fate == JOINER || fate == NON_JOINER ||
	       (code == '\n' && mode == SANITIZE_TEXT);
}

static void write_code(struct pass *p, int32_t code) {
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t n = utf8proc_encode_char(code, bytes);
	buf_append(p->out, bytes, n > 0 ? (size_t)n : 0);
	p->before = code;
}

/* Writes a code point that may stand here, unless its cluster is full. */
static void put(struct pass *p, int32_t code) {
	bool starts = !p->before || utf8proc_grapheme_break_stateful(p->before, code, &p->state);
	if (starts) {
		p->marks = p->length = 0;
		p->state = 0;
	}
	if (++p->length <= SANITIZE_CLUSTER)
		write_code(p, code);
}

/* A line break or a space: whatever was pending is over. */
static void put_plain(struct pass *p, char c) {
	p->before = 0;
	put(p, c);
	if (c == '\n')
		p->before = 0;
}

static bool can_join(const struct pass *p, int32_t code) {
	if (p->joiner == ZWJ && pictograph(code))
		return pictograph(p->before) || tone(p->before) || (selector(p->before) && p->length > 1);
	return joining_letter(p->before) && joining_letter(code);
}

/* Writes the joiner that waits, if `code` is something it can join. */
static void settle_joiner(struct pass *p, int32_t code) {
	if (p->joiner && p->before && can_join(p, code) && p->length + 1 < SANITIZE_CLUSTER)
		put(p, p->joiner);
	p->joiner = 0;
}

static void put_mark(struct pass *p, int32_t code) {
	settle_joiner(p, code);
	if (!p->before || p->before == ' ')
		put(p, DOTTED_CIRCLE);
	if (p->marks++ < SANITIZE_MARKS)
		put(p, code);
}

static void put_selector(struct pass *p, int32_t code) {
	if (p->before && (pictograph(p->before) || keycap_base(p->before)))
		put(p, code);
}

static void put_kept(struct pass *p, int32_t code) {
	settle_joiner(p, code);
	put(p, code);
}

static void put_tab(struct pass *p) {
	for (int i = 0; i < (p->mode == SANITIZE_TEXT ? 4 : 1); i++)
		put_plain(p, ' ');
}

static void step(struct pass *p, int32_t code) {
	enum fate fate = classify(code);
	if (fate != KEEP && fate != MARK && fate != JOINER && fate != NON_JOINER)
		p->joiner = 0;
	switch (fate) {
	case KEEP: put_kept(p, code); break;
	case MARK: put_mark(p, code); break;
	case SELECTOR: put_selector(p, code); break;
	case JOINER:
	case NON_JOINER: p->joiner = code; break;
	case REPLACE: put(p, REPLACEMENT); break;
	case PICTURE: put(p, code == 0x7F ? 0x2421 : 0x2400 + code); break;
	case SPACE: put_plain(p, ' '); break;
	case WIDE_SPACE: put_plain(p, ' '); put_plain(p, ' '); break;
	case BREAK: put_plain(p, p->mode == SANITIZE_TEXT ? '\n' : ' '); break;
	case TAB: put_tab(p); break;
	case DROP: break;
	}
}

/* The bytes of an ill-formed sequence that one U+FFFD stands for (Unicode 3.9). */
static size_t broken_bytes(const unsigned char *s, size_t len) {
	size_t want = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 1;
	if (s[0] < 0xC2 || s[0] > 0xF4 || len < 2)
		return 1;
	unsigned char low = s[0] == 0xE0 ? 0xA0 : s[0] == 0xF0 ? 0x90 : 0x80;
	unsigned char high = s[0] == 0xED ? 0x9F : s[0] == 0xF4 ? 0x8F : 0xBF;
	if (want == 1 || s[1] < low || s[1] > high)
		return 1;
	size_t n = 2;
	while (n < want - 1 && n < len && s[n] >= 0x80 && s[n] <= 0xBF)
		n++;
	return n;
}

void sanitize(struct buf *out, const char *text, size_t len, enum sanitize_mode mode) {
	struct pass p = { .out = out, .mode = mode };
	for (size_t at = 0; at < len;) {
		utf8proc_int32_t code;
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(len - at), &code);
		if (n <= 0) {
			at += broken_bytes((const unsigned char *)text + at, len - at);
			step(&p, REPLACEMENT);
			continue;
		}
		at += (size_t)n;
		if (code == '\r' && at < len && text[at] == '\n')
			continue;
		step(&p, code);
	}
}

char *sanitize_copy(const char *text, enum sanitize_mode mode) {
	struct buf b = { 0 };
	sanitize(&b, text, strlen(text), mode);
	buf_byte(&b, 0);
	return (char *)b.data;
}

char *sanitize_line(char *out, size_t size, const char *text) {
	struct buf b = { 0 };
	sanitize(&b, text, strlen(text), SANITIZE_LINE);
	size_t len = b.len < size ? b.len : size - 1;
	while (len < b.len && len && (b.data[len] & 0xC0) == 0x80)
		len--;
	if (len)
		memcpy(out, b.data, len);
	out[len] = 0;
	buf_free(&b);
	return out;
}
