/*
 * One SQLite connection with its prepared statements. Errors stick: after the
 * first one every call does nothing until sql_clear(), so that an operation is
 * written down without a check after each statement and judged at its end.
 *
 * Formats of parameters: i uint64_t, t const char * (NULL allowed), b const
 * void * and size_t. Bytes are borrowed until the statement ends.
 */
#ifndef APPCHAT_SERVER_STORE_SQL_H
#define APPCHAT_SERVER_STORE_SQL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SQL_STATEMENTS 128   /* a power of two, well above the number of statements in use */

struct sql {
	sqlite3 *db;
	int error;               /* 0, or the first extended result code that was neither row nor done */
	struct sql_slot {
		const char *text;
		sqlite3_stmt *statement;
	} slots[SQL_STATEMENTS];
};

/* Opens path; flags are SQLite's. False: sql_error_text() tells why; sql_close() is due all the same. */
bool sql_open(struct sql *s, const char *path, int flags);
/* Ends all statements and closes; an all-zero struct is allowed. */
void sql_close(struct sql *s);
/* Forgets the error. */
void sql_clear(struct sql *s);
/* The last error in words, valid until the next call. */
const char *sql_error_text(struct sql *s);

/* Runs one or more statements that give no rows, unprepared. */
void sql_exec(struct sql *s, const char *text);
/* Prepares (once: text must be a literal) and binds; NULL after an error. Step with sql_row(). */
sqlite3_stmt *sql_bind(struct sql *s, const char *text, const char *format, ...);
/* Steps: true with a row; false, and the statement ended, without one or after an error. */
bool sql_row(struct sql *s, sqlite3_stmt *statement);
/* Ends a statement before its last row. */
void sql_end(sqlite3_stmt *statement);
/* Binds and runs to the end; returns how many rows were changed. */
int sql_do(struct sql *s, const char *text, const char *format, ...);
/* The first column of the first row, or otherwise the value given. */
uint64_t sql_number(struct sql *s, uint64_t otherwise, const char *text, const char *format, ...);

/* Copies a column's text, cut at size. */
void sql_text(sqlite3_stmt *statement, int column, char *out, size_t size);
static inline uint64_t sql_uint(sqlite3_stmt *statement, int column) {
	return (uint64_t)sqlite3_column_int64(statement, column);
}

#endif
