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
	for (size_t i = 0; i < len;) {
		size_t n = utf8_sequence(text + i, len - i);
		uint8_t c = (uint8_t)text[i];
		if (n == 1 && (c < 0x20 || c == '"' || c == '\\' || c == 0x7f))
			escape(b, c);
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
