/* Writing JSON (RFC 8259) into a buffer. Commas are ours; keys are literals. */
#ifndef APPCHAT_PROTO_BASE_JSON_H
#define APPCHAT_PROTO_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/buf.h"

/* Each puts a comma first where one is due. key NULL: inside an array or at the top. */
void json_open(struct buf *b, const char *key, char bracket);   /* '{' or '[' */
void json_close(struct buf *b, char bracket);                   /* '}' or ']' */
/* What a terminal would obey or not show is written as \uXXXX; bytes that are not UTF-8 become U+FFFD. */
void json_text(struct buf *b, const char *key, const char *text, size_t len);
void json_string(struct buf *b, const char *key, const char *text);
void json_uint(struct buf *b, const char *key, uint64_t value);
void json_number(struct buf *b, const char *key, double value, int decimals); /* not finite: null */
void json_bool(struct buf *b, const char *key, bool value);

#endif
