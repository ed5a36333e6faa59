/* Text from outside keeps its place: tabs and line breaks in it become blanks. */
#include "server/answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/json.h"

void answer_begin(struct answer *a, bool json) {
	memset(a, 0, sizeof *a);
	a->json = json;
	if (json)
		json_open(&a->body, NULL, '{');
}

void answer_end(struct answer *a) {
	if (a->json) {
		json_close(&a->body, '}');
		buf_byte(&a->body, '\n');
	}
}

void answer_free(struct answer *a) {
	buf_free(&a->body);
}

void answer_list(struct answer *a, const char *key, const char *columns) {
	if (a->json)
		json_open(&a->body, key, '[');
	else
		buf_printf(&a->body, "%s\n", columns);
}

void answer_list_end(struct answer *a) {
	if (a->json)
		json_close(&a->body, ']');
}

void answer_row(struct answer *a) {
	a->in_row = a->first = true;
	if (a->json)
		json_open(&a->body, NULL, '{');
}

void answer_row_end(struct answer *a) {
	a->in_row = false;
	if (a->json)
		json_close(&a->body, '}');
	else
		buf_byte(&a->body, '\n');
}

/* What goes before a value in the text form. */
static void before(struct answer *a, const char *key) {
	if (a->in_row && !a->first)
		buf_byte(&a->body, '\t');
	a->first = false;
	for (; !a->in_row && *key; key++)
		buf_byte(&a->body, *key == '_' ? ' ' : (uint8_t)*key);
	if (!a->in_row)
		buf_byte(&a->body, '\t');
}

static void after(struct answer *a) {
	if (!a->in_row)
		buf_byte(&a->body, '\n');
}

void answer_text(struct answer *a, const char *key, const char *text) {
	text = text ? text : "";
	if (a->json) {
		json_string(&a->body, key, text);
		return;
	}
	before(a, key);
	for (; *text; text++)
		buf_byte(&a->body, (unsigned char)*text < ' ' ? ' ' : (uint8_t)*text);
	after(a);
}

void answer_uint(struct answer *a, const char *key, uint64_t value) {
	if (a->json) {
		json_uint(&a->body, key, value);
		return;
	}
	before(a, key);
	buf_printf(&a->body, "%llu", (unsigned long long)value);
	after(a);
}

void answer_number(struct answer *a, const char *key, double value, int decimals) {
	if (a->json) {
		json_number(&a->body, key, value, decimals);
		return;
	}
	before(a, key);
	buf_printf(&a->body, "%.*f", decimals, value);
	after(a);
}

void answer_bool(struct answer *a, const char *key, bool value) {
	if (a->json) {
		json_bool(&a->body, key, value);
		return;
	}
	before(a, key);
	buf_printf(&a->body, "%s", value ? "yes" : "no");
	after(a);
}

void answer_fail(struct answer *a, const char *format, ...) {
	va_list args;
	va_start(args, format);
	vsnprintf(a->error, sizeof a->error, format, args);
	va_end(args);
}
