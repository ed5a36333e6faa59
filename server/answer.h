/* An answer to the operator, as JSON for scripts or as lines for people. */
#ifndef APPCHAT_SERVER_ANSWER_H
#define APPCHAT_SERVER_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/buf.h"

struct answer {
	struct buf body;
	bool json;
	bool in_row, first;      /* inside a list's row; its first cell */
	char error[512];         /* not empty: what went wrong */
};

/* The answer is one JSON object, or lines of "name TAB value". */
void answer_begin(struct answer *a, bool json);
void answer_end(struct answer *a);
void answer_free(struct answer *a);

/* A list: JSON array of objects, or a line of column names (separated by tabs)
 * and a line a row. The cells of a row come in the order of the columns. */
void answer_list(struct answer *a, const char *key, const char *columns);
void answer_list_end(struct answer *a);
void answer_row(struct answer *a);
void answer_row_end(struct answer *a);

/* A named value, of a row or of the answer. */
void answer_text(struct answer *a, const char *key, const char *text);
void answer_uint(struct answer *a, const char *key, uint64_t value);
void answer_number(struct answer *a, const char *key, double value, int decimals);
void answer_bool(struct answer *a, const char *key, bool value);

void answer_fail(struct answer *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
