/* Growable bytes: doubling, never shrinking. */
#include "proto/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *or_die(void *p) {
	if (p)
		return p;
	static const char text[] = "out of memory\n";
	fwrite(text, 1, sizeof text - 1, stderr);
	abort();
}

void *xmalloc(size_t size) { return or_die(malloc(size ? size : 1)); }
void *xcalloc(size_t count, size_t size) { return or_die(calloc(count ? count : 1, size ? size : 1)); }
void *xrealloc(void *p, size_t size) { return or_die(realloc(p, size ? size : 1)); }

char *xstrdup(const char *s) {
	size_t len = strlen(s) + 1;
	return memcpy(xmalloc(len), s, len);
}

uint8_t *buf_try_reserve(struct buf *b, size_t more) {
	if (b->cap - b->len < more) {
		size_t cap = b->cap ? b->cap : 64;
		while (cap - b->len < more)
			cap *= 2;
		uint8_t *data = realloc(b->data, cap);
		if (!data)
			return NULL;
		b->data = data;
		b->cap = cap;
	}
	return b->data + b->len;
}

uint8_t *buf_reserve(struct buf *b, size_t more) {
	return b->cap - b->len < more ? or_die(buf_try_reserve(b, more)) : b->data + b->len;
}

void buf_append(struct buf *b, const void *data, size_t len) {
	if (!len)
		return;
	memcpy(buf_reserve(b, len), data, len);
	b->len += len;
}

void buf_byte(struct buf *b, uint8_t byte) {
	*buf_reserve(b, 1) = byte;
	b->len++;
}

void buf_printf(struct buf *b, const char *format, ...) {
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int need = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (need >= 0) {
		vsnprintf((char *)buf_reserve(b, (size_t)need + 1), (size_t)need + 1, format, again);
		b->len += (size_t)need;
	}
	va_end(again);
}

void buf_consume(struct buf *b, size_t n) {
	if (n >= b->len) {
		b->len = 0;
		return;
	}
	memmove(b->data, b->data + n, b->len - n);
	b->len -= n;
}

void buf_free(struct buf *b) {
	free(b->data);
	*b = (struct buf){0};
}
