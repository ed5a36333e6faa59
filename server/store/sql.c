/* Prepared statements are found again by the address of their text. */
#include "server/store/sql.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void note(struct sql *s, int rc) {
	if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE || s->error)
		return;
	int extended = s->db ? sqlite3_extended_errcode(s->db) : rc;
	s->error = (extended & 0xff) == (rc & 0xff) ? extended : rc;
}

bool sql_open(struct sql *s, const char *path, int flags) {
	memset(s, 0, sizeof *s);
	note(s, sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL));
	return s->error == 0;
}

void sql_close(struct sql *s) {
	for (int i = 0; i < SQL_STATEMENTS; i++)
		sqlite3_finalize(s->slots[i].statement);
	sqlite3_close(s->db);
	memset(s, 0, sizeof *s);
}

void sql_clear(struct sql *s) {
	s->error = 0;
}

const char *sql_error_text(struct sql *s) {
	if (s->db && sqlite3_errcode(s->db) != SQLITE_OK && sqlite3_errcode(s->db) != SQLITE_DONE)
		return sqlite3_errmsg(s->db);
	return sqlite3_errstr(s->error);
}

void sql_exec(struct sql *s, const char *text) {
	if (!s->error)
		note(s, sqlite3_exec(s->db, text, NULL, NULL, NULL));
}

static sqlite3_stmt *prepared(struct sql *s, const char *text) {
	size_t i = ((uintptr_t)text * 0x9e3779b97f4a7c15u >> 40) % SQL_STATEMENTS;
	for (size_t tries = 0; s->slots[i].text && s->slots[i].text != text; tries++) {
		assert(tries < SQL_STATEMENTS);
		i = (i + 1) % SQL_STATEMENTS;
	}
	struct sql_slot *slot = &s->slots[i];
	if (!slot->statement) {
		note(s, sqlite3_prepare_v3(s->db, text, -1, SQLITE_PREPARE_PERSISTENT, &slot->statement, NULL));
		if (slot->statement)
			slot->text = text;
	}
	return slot->statement;
}

static sqlite3_stmt *bind_list(struct sql *s, const char *text, const char *format, va_list list) {
	sqlite3_stmt *statement = s->error ? NULL : prepared(s, text);
	if (!statement)
		return NULL;
	for (int i = 1; *format; format++, i++) {
		if (*format == 'i') {
			note(s, sqlite3_bind_int64(statement, i, (sqlite3_int64)va_arg(list, uint64_t)));
		} else if (*format == 't') {
			note(s, sqlite3_bind_text(statement, i, va_arg(list, const char *), -1, SQLITE_STATIC));
		} else {
			const void *data = va_arg(list, const void *);
			note(s, sqlite3_bind_blob64(statement, i, data, va_arg(list, size_t), SQLITE_STATIC));
		}
	}
	return s->error ? NULL : statement;
}

sqlite3_stmt *sql_bind(struct sql *s, const char *text, const char *format, ...) {
	va_list list;
	va_start(list, format);
	sqlite3_stmt *statement = bind_list(s, text, format, list);
	va_end(list);
	return statement;
}

bool sql_row(struct sql *s, sqlite3_stmt *statement) {
	if (!statement)
		return false;
	int rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		return true;
	note(s, rc);
	sqlite3_reset(statement);
	return false;
}

void sql_end(sqlite3_stmt *statement) {
	sqlite3_reset(statement);
}

int sql_do(struct sql *s, const char *text, const char *format, ...) {
	va_list list;
	va_start(list, format);
	sqlite3_stmt *statement = bind_list(s, text, format, list);
	va_end(list);
	while (sql_row(s, statement))
		;
	return statement && !s->error ? sqlite3_changes(s->db) : 0;
}

uint64_t sql_number(struct sql *s, uint64_t otherwise, const char *text, const char *format, ...) {
	va_list list;
	va_start(list, format);
	sqlite3_stmt *statement = bind_list(s, text, format, list);
	va_end(list);
	if (!sql_row(s, statement))
		return otherwise;
	uint64_t value = sql_uint(statement, 0);
	sql_end(statement);
	return value;
}

void sql_text(sqlite3_stmt *statement, int column, char *out, size_t size) {
	const unsigned char *text = sqlite3_column_text(statement, column);
	snprintf(out, size, "%s", text ? (const char *)text : "");
}
