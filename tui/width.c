/* Columns of grapheme clusters. Plain ASCII takes a short way through. */
#include "tui/width.h"

#include <utf8proc.h>

const struct width_rules width_standard = { .selector_wide = true, .joined = true, .tone_joined = true };
const struct width_rules width_legacy = { .marks_wide = true };

#define SELECTOR_TEXT 0xFE0E
#define SELECTOR_EMOJI 0xFE0F
#define ZWJ 0x200D
#define COLUMNS_MAX 8   /* of one cluster, whatever it is made of */

const struct width_probe width_probes[WIDTH_PROBES] = {
	{ "\u2764\uFE0F", 2, offsetof(struct width_rules, selector_wide) },
	{ "\U0001F469\u200D\U0001F4BB", 2, offsetof(struct width_rules, joined) },
	{ "\U0001F44D\U0001F3FD", 2, offsetof(struct width_rules, tone_joined) },
	{ "\u0915\u093F", 2, offsetof(struct width_rules, marks_wide) },
};

size_t width_decode(const char *text, size_t len, int32_t *code) {
	utf8proc_int32_t c;
	utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len, &c);
	if (n > 0) {
		*code = c;
		return (size_t)n;
	}
	*code = 0xFFFD;
	return 1;
}

size_t width_encode(int32_t code, char *out) {
	utf8proc_ssize_t n = utf8proc_encode_char(code, (utf8proc_uint8_t *)out);
	return n > 0 ? (size_t)n : width_encode(0xFFFD, out);
}

static bool ascii(char c) { return (unsigned char)c < 0x80; }

/* Does nothing that follows text[0] belong to its cluster, by a glance? */
static bool plain(const char *text, size_t len) {
	return ascii(text[0]) && text[0] >= ' ' && text[0] != 0x7F && (len == 1 || (ascii(text[1]) && text[1] != '\n'));
}

static bool pictograph(int32_t code) {
	int class = utf8proc_get_property(code)->boundclass;
	return class == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC || class == UTF8PROC_BOUNDCLASS_E_ZWG;
}

static bool tone(int32_t code) { return code >= 0x1F3FB && code <= 0x1F3FF; }

static int code_columns(const struct width_rules *rules, int32_t code) {
	if (code < ' ' || (code >= 0x7F && code < 0xA0))
		return 0;
	const utf8proc_property_t *p = utf8proc_get_property(code);
	if (p->category == UTF8PROC_CATEGORY_MC)
		return rules->marks_wide;
	if (p->category == UTF8PROC_CATEGORY_CF && !p->ignorable)
		return 1;   /* Arabic number signs and their like */
	return p->charwidth;
}

/* What code adds to a cluster that has `sum` columns so far and began with
 * `first`, after the code point `before`. */
static int added(const struct width_rules *rules, int sum, int32_t first, int32_t before, int32_t code) {
	if (code == SELECTOR_EMOJI)
		return rules->selector_wide && sum == 1 && before == first ? 1 : 0;
	if (code == SELECTOR_TEXT || code == ZWJ)
		return 0;
	if (tone(code) && pictograph(first))
		return rules->tone_joined ? 0 : code_columns(rules, code);
	if (before == ZWJ && pictograph(code))
		return rules->joined ? 0 : code_columns(rules, code);
	return code_columns(rules, code);
}

/* Hangul: the vowels and finals of a syllable stand in the leading one's cell. */
static bool jamo_tail(int32_t code) {
	int class = utf8proc_get_property(code)->boundclass;
	return class == UTF8PROC_BOUNDCLASS_V || class == UTF8PROC_BOUNDCLASS_T;
}

size_t width_cluster(const struct width_rules *rules, const char *text, size_t len, int *columns) {
	if (plain(text, len)) {
		*columns = 1;
		return 1;
	}
	int32_t first, before, code, state = 0;
	size_t at = width_decode(text, len, &first);
	int sum = code_columns(rules, first);
	for (before = first; at < len; before = code) {
		size_t n = width_decode(text + at, len - at, &code);
		if (utf8proc_grapheme_break_stateful(before, code, &state))
			break;
		if (!jamo_tail(code))
			sum += added(rules, sum, first, before, code);
		at += n;
	}
	*columns = sum > COLUMNS_MAX ? COLUMNS_MAX : sum;
	return at;
}

size_t width_last_cluster(const char *text, size_t len) {
	size_t at = 0, last = 0;
	int columns;
	while (at < len) {
		last = width_cluster(&width_standard, text + at, len - at, &columns);
		at += last;
	}
	return last;
}

int width_text(const struct width_rules *rules, const char *text, size_t len) {
	int used;
	width_fit(rules, text, len, 1 << 30, &used);
	return used;
}

size_t width_fit(const struct width_rules *rules, const char *text, size_t len, int columns, int *used) {
	size_t at = 0;
	int sum = 0;
	while (at < len) {
		int wide;
		size_t n = width_cluster(rules, text + at, len - at, &wide);
		if (sum + wide > columns)
			break;
		sum += wide;
		at += n;
	}
	if (used)
		*used = sum;
	return at;
}
