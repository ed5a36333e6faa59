/* A comma is due unless the last byte opened something. */
#include "proto/base/json.h"

#include <math.h>
#include <string.h>

static void start(struct buf *b, const char *key) {
	if (b->len && !strchr("{[\n:", b->data[b->len - 1]))
		buf_byte(b, ',');
	if (key)
		buf_printf(b, "\"%s\":", key);
}

void json_open(struct buf *b, const char *key, char bracket) {
	start(b, key);
	buf_byte(b, (uint8_t)bracket);
}

void json_close(struct buf *b, char bracket) {
	buf_byte(b, (uint8_t)bracket);
}

/* Length of the well-formed UTF-8 sequence at s (RFC 3629), 0 when there is none. */
static size_t utf8_length(const uint8_t *s, size_t len) {
	static const struct { uint8_t lo, hi, lo2, hi2, size; } rows[] = {
		{0x00, 0x7f, 0, 0, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
		{0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (s[0] < rows[i].lo || s[0] > rows[i].hi || len < rows[i].size)
			continue;
		if (rows[i].size > 1 && (s[1] < rows[i].lo2 || s[1] > rows[i].hi2))
			return 0;
		for (size_t k = 2; k < rows[i].size; k++)
			if (s[k] >> 6 != 2)
				return 0;
		return rows[i].size;
	}
	return 0;
}

static void escape(struct buf *b, uint8_t c) {
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *at = c ? strchr(from, c) : NULL;
	if (at)
		buf_printf(b, "\\%c", to[at - from]);
	else
		buf_printf(b, "\\u%04x", c);
}

void json_text(struct buf *b, const char *key, const char *text, size_t len) {
	start(b, key);
	buf_byte(b, '"');
	const uint8_t *s = (const uint8_t *)text;
	for (size_t i = 0; i < len;) {
		size_t n = utf8_length(s + i, len - i);
		if (n == 1 && (s[i] < 0x20 || s[i] == '"' || s[i] == '\\' || s[i] == 0x7f))
			escape(b, s[i]);
		else if (n)
			buf_append(b, s + i, n);
		else
			buf_append(b, "\xef\xbf\xbd", 3);
		i += n ? n : 1;
	}
	buf_byte(b, '"');
}

void json_string(struct buf *b, const char *key, const char *text) {
	json_text(b, key, text, strlen(text));
}

void json_uint(struct buf *b, const char *key, uint64_t value) {
	start(b, key);
	buf_printf(b, "%llu", (unsigned long long)value);
}

void json_number(struct buf *b, const char *key, double value, int decimals) {
	start(b, key);
	if (isfinite(value))
		buf_printf(b, "%.*f", decimals, value);
	else
		buf_printf(b, "null");
}

void json_bool(struct buf *b, const char *key, bool value) {
	start(b, key);
	buf_printf(b, value ? "true" : "false");
}
