/* Reading a run of a log: the stored bytes are joined as they are. Backwards,
 * the events are gathered newest first and put in order at the end. */
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "server/store/reader.h"

static const char upwards[] =
	"SELECT seq, data FROM event WHERE room = ? AND seq >= ? ORDER BY seq LIMIT ?";
static const char downwards[] =
	"SELECT seq, data FROM event WHERE room = ? AND seq <= ? ORDER BY seq DESC LIMIT ?";

static void note_length(struct reader *r, size_t i, size_t len) {
	if (i == r->lengths.capacity) {
		r->lengths.capacity = i * 2 + 64;
		r->lengths.of = xrealloc(r->lengths.of, r->lengths.capacity * sizeof *r->lengths.of);
	}
	r->lengths.of[i] = len;
}

static void gather(struct reader *r, struct store_range *range, sqlite3_stmt *row, struct buf *out) {
	while (sql_row(&r->sql, row)) {
		size_t len = (size_t)sqlite3_column_bytes(row, 1);
		if (range->count > 0 && out->len + len > range->max_bytes) {
			sql_end(row);
			return;
		}
		if (!buf_try_reserve(out, len)) {
			sql_end(row);
			r->sql.error = SQLITE_NOMEM;
			return;
		}
		buf_append(out, sqlite3_column_blob(row, 1), len);
		note_length(r, range->count, len);
		range->last = sql_uint(row, 0);
		if (range->count++ == 0)
			range->first = range->last;
	}
}

static void put_in_order(struct reader *r, struct store_range *range, struct buf *events) {
	uint8_t *ordered = malloc(events->len + 1);
	if (!ordered) {
		r->sql.error = SQLITE_NOMEM;
		return;
	}
	uint8_t *to = ordered + events->len;
	const uint8_t *from = events->data;
	for (uint32_t i = 0; i < range->count; i++) {
		to -= r->lengths.of[i];
		memcpy(to, from, r->lengths.of[i]);
		from += r->lengths.of[i];
	}
	free(events->data);
	events->data = ordered;
	uint64_t newest = range->first;
	range->first = range->last;
	range->last = newest;
}

enum store_result read_range(struct reader *r, struct store_op *op) {
	struct store_range *range = (struct store_range *)op;
	struct buf out = { 0 };
	uint64_t from = range->from > INT64_MAX ? INT64_MAX : range->from;
	range->first = range->last = range->count = 0;
	gather(r, range, sql_bind(&r->sql, range->forward ? upwards : downwards, "iii", range->room, from,
	                          (uint64_t)range->max_events), &out);
	if (!range->forward && range->count > 0)
		put_in_order(r, range, &out);
	range->events = (struct store_bytes){ out.data, out.len };
	return STORE_OK;
}
