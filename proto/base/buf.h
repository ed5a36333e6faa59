/*
 * A growable run of bytes. All zero is an empty one. Running out of memory ends
 * the program; where a peer chose the size, buf_try_reserve() and malloc() are
 * used instead, and that peer's request fails.
 */
#ifndef APPCHAT_PROTO_BASE_BUF_H
#define APPCHAT_PROTO_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

struct buf {
	uint8_t *data;
	size_t len, cap;
};

/* malloc and realloc that never return NULL: out of memory is fatal. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);

/* Makes room for `more` bytes behind the end; returns where they go. len stays. */
uint8_t *buf_reserve(struct buf *b, size_t more);
/* The same; NULL, and nothing changed, when there is no memory. */
uint8_t *buf_try_reserve(struct buf *b, size_t more);
void buf_append(struct buf *b, const void *data, size_t len);
void buf_byte(struct buf *b, uint8_t byte);
/* Appends formatted text (no NUL counted, though one always follows). */
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Drops the first n bytes. */
void buf_consume(struct buf *b, size_t n);
/* Frees the memory; an empty buffer again. */
void buf_free(struct buf *b);

#endif
