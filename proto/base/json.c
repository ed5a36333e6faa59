/* A comma is due unless the last byte opened something. */
#include "proto/base/json.h"

#include <math.h>
#include <string.h>

#include "proto/base/utf8.h"

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

/* What a terminal obeys, what turns the direction of text around, and what is not
 * seen: controls, formats, all that is ignorable by default (Unicode 15), ends of
 * lines and of paragraphs, and what is no character. */
static const struct {
	uint32_t first, last;
} unseen[] = {
	{0x7f, 0x9f}, {0xad, 0xad}, {0x34f, 0x34f}, {0x61c, 0x61c}, {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f},
	{0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164}, {0xfdd0, 0xfdef}, {0xfe00, 0xfe0f},
	{0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xfffb}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
	{0xe0000, 0xe0fff},
};

static bool is_unseen(uint32_t code) {
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen && code >= unseen[i].first; i++)
		if (code <= unseen[i].last)
			return true;
	return code < ' ' || (code & 0xfffe) == 0xfffe;
}

/* The code point of a well-formed sequence of n bytes. */
static uint32_t decode(const char *text, size_t n) {
	uint32_t code = (uint8_t)text[0] & (n == 1 ? 0x7f : 0x7f >> n);
	for (size_t i = 1; i < n; i++)
		code = code << 6 | ((uint8_t)text[i] & 0x3f);
	return code;
}

static void escape(struct buf *b, uint32_t code) {
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *at = code && code < 0x80 ? strchr(from, (int)code) : NULL;
	if (at)
		buf_printf(b, "\\%c", to[at - from]);
	else if (code < 0x10000)
		buf_printf(b, "\\u%04x", code);
	else
		buf_printf(b, "\\u%04x\\u%04x", 0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff));
}

void json_text(struct buf *b, const char *key, const char *text, size_t len) {
	start(b, key);
	buf_byte(b, '"');
	for (size_t i = 0; i < len;) {
		size_t n = utf8_sequence(text + i, len - i);
		uint32_t code = n ? decode(text + i, n) : 0xfffd;
		if (code == '"' || code == '\\' || is_unseen(code))
			escape(b, code);
		else if (n)
			buf_append(b, text + i, n);
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
