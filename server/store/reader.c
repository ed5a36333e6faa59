/* The loop of a reader thread, and what it is asked about people. */
#include "server/store/reader.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/base/log.h"
#include "server/store/people.h"
#include "server/store/schema.h"

static read_fn *const table[STORE_KINDS] = {
	[STORE_SESSION_FIND] = read_session_find,
	[STORE_USER_FIND] = read_user_find,
	[STORE_SESSIONS] = read_sessions,
	[STORE_RANGE] = read_range,
	[STORE_BACKUP] = read_backup,
};

enum store_result read_session_find(struct reader *r, struct store_op *op) {
	struct store_session_find *f = (struct store_session_find *)op;
	f->rooms = NULL;
	f->room_count = 0;
	sqlite3_stmt *row = sql_bind(&r->sql,
		"SELECT s.id, u.id, u.name, u.guest FROM session s JOIN user u ON u.id = s.user WHERE s.token = ?",
		"b", f->token_hash, sizeof f->token_hash);
	if (!sql_row(&r->sql, row))
		return STORE_NOT_FOUND;
	f->session = sql_uint(row, 0);
	f->as.id = sql_uint(row, 1);
	sql_text(row, 2, f->as.name, sizeof f->as.name);
	f->as.guest = sql_uint(row, 3) != 0;
	sql_end(row);
	f->rooms = people_rooms(&r->sql, f->as.id, &f->room_count);
	return STORE_OK;
}

enum store_result read_user_find(struct reader *r, struct store_op *op) {
	struct store_user_find *f = (struct store_user_find *)op;
	sqlite3_stmt *row = sql_bind(&r->sql, "SELECT id, name, guest, seen_ms, password FROM user WHERE key = ?", "t", f->key);
	if (!sql_row(&r->sql, row))
		return STORE_NOT_FOUND;
	f->as.id = sql_uint(row, 0);
	sql_text(row, 1, f->as.name, sizeof f->as.name);
	f->as.guest = sql_uint(row, 2) != 0;
	f->seen_ms = sql_uint(row, 3);
	sql_text(row, 4, f->password, sizeof f->password);
	sql_end(row);
	return STORE_OK;
}

enum store_result read_sessions(struct reader *r, struct store_op *op) {
	struct store_sessions *l = (struct store_sessions *)op;
	size_t capacity = 0;
	l->rows = NULL;
	l->count = 0;
	sqlite3_stmt *row = sql_bind(&r->sql,
		"SELECT id, created_ms, seen_ms, client, address FROM session WHERE user = ? ORDER BY id DESC", "i", l->user);
	while (sql_row(&r->sql, row)) {
		if (l->count == capacity) {
			capacity = capacity * 2 + 8;
			l->rows = xrealloc(l->rows, capacity * sizeof *l->rows);
		}
		struct store_session_row *out = &l->rows[l->count++];
		*out = (struct store_session_row){ sql_uint(row, 0), sql_uint(row, 1), sql_uint(row, 2), "", "" };
		sql_text(row, 3, out->client, sizeof out->client);
		sql_text(row, 4, out->address, sizeof out->address);
	}
	return STORE_OK;
}

/* Frees what an operation gave out before it failed. */
static void drop_outputs(struct store_op *op) {
	struct store_session_find *find = (struct store_session_find *)op;
	struct store_sessions *sessions = (struct store_sessions *)op;
	struct store_range *range = (struct store_range *)op;
	if (op->kind == STORE_SESSION_FIND) {
		free(find->rooms);
		find->rooms = NULL;
		find->room_count = 0;
	} else if (op->kind == STORE_SESSIONS) {
		free(sessions->rows);
		sessions->rows = NULL;
		sessions->count = 0;
	} else if (op->kind == STORE_RANGE) {
		free(range->events.data);
		range->events = (struct store_bytes){ 0 };
		range->first = range->last = range->count = 0;
	}
}

static void answer(struct reader *r, struct store_op *op) {
	op->result = table[op->kind](r, op);
	if (r->sql.error) {
		LOG(STORE, WARN, "event=not_read kind=%d error=%d reason=\"%s\"", (int)op->kind, r->sql.error,
		    sql_error_text(&r->sql));
		sql_clear(&r->sql);
		drop_outputs(op);
		op->result = STORE_TEMPORARY;
	}
	done_push(r->done, op);
}

static void *reader_main(void *arg) {
	struct reader *r = arg;
	struct store_op *op;
	size_t n;
	while ((op = queue_take(r->queue, 1, UINT64_MAX, &n)))
		answer(r, op);
	return NULL;
}

bool reader_start(struct reader *r, const char *path, struct op_queue *queue, struct done_list *done) {
	memset(r, 0, sizeof *r);
	r->queue = queue;
	r->done = done;
	if (schema_open_reader(&r->sql, path) && pthread_create(&r->thread, NULL, reader_main, r) == 0)
		return true;
	sql_close(&r->sql);
	return false;
}

void reader_stop(struct reader *r) {
	pthread_join(r->thread, NULL);
	sql_close(&r->sql);
	free(r->lengths.of);
}
