/*
 * How many columns text takes on this terminal. Text is UTF-8 that sanitize.h
 * made; its unit is the grapheme cluster (UAX #29), on libutf8proc's tables.
 * Terminals differ in four things, so these are rules and not constants: the
 * screen asks the terminal and sets them (width_measure).
 */
#ifndef APPCHAT_TUI_WIDTH_H
#define APPCHAT_TUI_WIDTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct width_rules {
	bool selector_wide;  /* U+2764 U+FE0F takes 2 columns, not 1 */
	bool joined;         /* emoji joined by ZWJ take 2 columns in all, not 2 each */
	bool tone_joined;    /* an emoji and its skin tone take 2 columns, not 4 */
	bool marks_wide;     /* spacing marks (Devanagari vowel signs) take a column of their own */
};

/* What the Unicode standard would like, and what the oldest terminals do. */
extern const struct width_rules width_standard, width_legacy;

/* One probe per rule: text that the terminal is to print from the left margin,
 * and its columns when the rule holds. width_probes of them. */
struct width_probe {
	const char *text;
	int columns;
	size_t rule;   /* offset of the rule in struct width_rules */
};
#define WIDTH_PROBES 4
extern const struct width_probe width_probes[WIDTH_PROBES];

/* Decodes the code point at text (len > 0); returns its bytes, 1 and U+FFFD
 * where it is not UTF-8. */
size_t width_decode(const char *text, size_t len, int32_t *code);
/* Writes code as UTF-8 at out (4 bytes); returns the bytes. */
size_t width_encode(int32_t code, char *out);

/* Bytes of the grapheme cluster at text (len > 0); sets its columns, 0 to 8. */
size_t width_cluster(const struct width_rules *rules, const char *text, size_t len, int *columns);
/* Bytes of the last cluster of text (0 when it is empty): what backspace takes. */
size_t width_last_cluster(const char *text, size_t len);
/* Columns of the whole text; newlines count nothing. */
int width_text(const struct width_rules *rules, const char *text, size_t len);
/* Bytes of the longest run of whole clusters that takes at most `columns`; sets
 * *used (may be NULL) to what it takes. */
size_t width_fit(const struct width_rules *rules, const char *text, size_t len, int columns, int *used);

#endif
