/*
 * Versions of the schema, oldest first; PRAGMA user_version counts those that
 * were applied. A released version is never edited: append another.
 *
 *   event.data   the event as it goes over the wire: field 2 of Events, that
 *                is tag, length, Event. A range is read by joining them.
 *   dedup        what was stored under a client_msg_id, kept 30 days
 *   ban.shown    what as it is shown: a name and not its key; '': from before version 2
 *   user.key     the look-alike key of the name; NULL: has no name now
 *   meta 'copy'  set in a backup: its rooms get new epochs when it is opened
 */
#include "server/store/schema.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/uuid.h"

#define APPLICATION_ID 0x61706368   /* "apch" */

static const char *const versions[] = {
	/* 1 */
	"CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
	"CREATE TABLE user ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" name TEXT NOT NULL,"
	" key TEXT UNIQUE,"
	" guest INTEGER NOT NULL,"
	" password TEXT NOT NULL DEFAULT '',"
	" created_ms INTEGER NOT NULL,"
	" seen_ms INTEGER NOT NULL);"
	"CREATE TABLE session ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" user INTEGER NOT NULL REFERENCES user(id) ON DELETE CASCADE,"
	" token BLOB NOT NULL UNIQUE,"
	" client TEXT NOT NULL,"
	" address TEXT NOT NULL,"
	" created_ms INTEGER NOT NULL,"
	" seen_ms INTEGER NOT NULL);"
	"CREATE INDEX session_user ON session(user);"
	"CREATE TABLE room ("
	" id INTEGER PRIMARY KEY,"
	" name TEXT NOT NULL,"
	" key TEXT NOT NULL UNIQUE,"
	" topic TEXT NOT NULL,"
	" epoch INTEGER NOT NULL,"
	" floor INTEGER NOT NULL DEFAULT 1,"
	" maker INTEGER NOT NULL,"
	" everybody INTEGER NOT NULL DEFAULT 0,"
	" created_ms INTEGER NOT NULL);"
	"CREATE INDEX room_maker ON room(maker);"
	"CREATE INDEX room_everybody ON room(id) WHERE everybody;"
	"CREATE TABLE member ("
	" user INTEGER NOT NULL REFERENCES user(id) ON DELETE CASCADE,"
	" room INTEGER NOT NULL REFERENCES room(id) ON DELETE CASCADE,"
	" read_seq INTEGER NOT NULL,"
	" PRIMARY KEY (user, room)) WITHOUT ROWID;"
	"CREATE TABLE event ("
	" room INTEGER NOT NULL,"
	" seq INTEGER NOT NULL,"
	" data BLOB NOT NULL,"
	" PRIMARY KEY (room, seq)) WITHOUT ROWID;"
	"CREATE TABLE dedup ("
	" id BLOB NOT NULL,"
	" user INTEGER NOT NULL,"
	" room INTEGER NOT NULL,"
	" seq INTEGER NOT NULL,"
	" time_ms INTEGER NOT NULL,"
	" hash BLOB NOT NULL,"
	" PRIMARY KEY (id, user)) WITHOUT ROWID;"
	"CREATE TABLE ban ("
	" what TEXT PRIMARY KEY,"
	" until_ms INTEGER NOT NULL,"
	" reason TEXT NOT NULL) WITHOUT ROWID;",
	/* 2 */
	"ALTER TABLE ban ADD COLUMN shown TEXT NOT NULL DEFAULT '';",
};
#define VERSION (sizeof versions / sizeof *versions)

unsigned schema_new_epoch(unsigned other) {
	uint32_t epoch;
	do {
		random_bytes(&epoch, sizeof epoch);
		epoch &= 0x7fffffff;
	} while (epoch == 0 || epoch == other);
	return epoch;
}

static void add_lobby(struct sql *s) {
	sql_do(s,
	       "INSERT INTO room (id, name, key, topic, epoch, maker, everybody, created_ms)"
	       " VALUES (1, 'lobby', 'lobby', '', ?, 0, 1, ?)",
	       "ii", (uint64_t)schema_new_epoch(0), clock_wall_ms());
}

static void migrate(struct sql *s, size_t from) {
	char pragma[64];
	sql_exec(s, "BEGIN IMMEDIATE");
	for (size_t i = from; i < VERSION; i++)
		sql_exec(s, versions[i]);
	if (from == 0)
		add_lobby(s);
	snprintf(pragma, sizeof pragma, "PRAGMA user_version = %zu", VERSION);
	sql_exec(s, pragma);
	snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d", APPLICATION_ID);
	sql_exec(s, pragma);
	sql_exec(s, "COMMIT");
	if (!s->error)
		LOG(STORE, INFO, "event=migrated from=%zu to=%zu", from, VERSION);
}

/* A restored copy may lack the end of logs that clients have seen: other epochs say so. */
static void renew_epochs(struct sql *s) {
	if (!sql_number(s, 0, "SELECT value FROM meta WHERE name = 'copy'", ""))
		return;
	sql_exec(s, "BEGIN IMMEDIATE");
	sqlite3_stmt *rooms = sql_bind(s, "SELECT id, epoch FROM room", "");
	while (sql_row(s, rooms))
		sql_do(s, "UPDATE room SET epoch = ? WHERE id = ?", "ii",
		       (uint64_t)schema_new_epoch((unsigned)sql_uint(rooms, 1)), sql_uint(rooms, 0));
	sql_exec(s, "DELETE FROM meta WHERE name = 'copy'");
	sql_exec(s, "COMMIT");
	if (!s->error)
		LOG(STORE, INFO, "event=restored note=\"opened a backup: every room has a new epoch\"");
}

void schema_mark_copy(struct sql *s) {
	sql_exec(s, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;"
	            "INSERT OR REPLACE INTO meta VALUES ('copy', 1)");
}

static bool complain(char *err, size_t err_size, const char *format, ...) __attribute__((format(printf, 3, 4)));
static bool complain(char *err, size_t err_size, const char *format, ...) {
	va_list list;
	va_start(list, format);
	vsnprintf(err, err_size, format, list);
	va_end(list);
	return false;
}

static bool complain_sql(struct sql *s, const char *path, char *err, size_t err_size) {
	int code = s->error & 0xff;
	const char *advice = code == SQLITE_FULL ? "make room on its disk"
		: code == SQLITE_NOTADB || code == SQLITE_CORRUPT
			? "it is damaged or no database: put a backup in its place, or move it away to start anew"
		: code == SQLITE_CANTOPEN || code == SQLITE_READONLY || code == SQLITE_PERM || code == SQLITE_AUTH
			? "let the user who runs the server read and write it and its directory"
		: code == SQLITE_BUSY || code == SQLITE_LOCKED
			? "another program has it open: end that first"
			: "see the system's log for errors of the disk";
	return complain(err, err_size, "%s: %s; %s", path, sql_error_text(s), advice);
}

static bool check_version(struct sql *s, const char *path, uint64_t *version, char *err, size_t err_size) {
	uint64_t application = sql_number(s, 0, "PRAGMA application_id", "");
	uint64_t tables = sql_number(s, 0, "SELECT count(*) FROM sqlite_schema", "");
	*version = sql_number(s, 0, "PRAGMA user_version", "");
	if (s->error)
		return complain_sql(s, path, err, err_size);
	if (application != APPLICATION_ID && tables > 0)
		return complain(err, err_size, "%s is another program's database; give another data directory", path);
	if (*version > VERSION)
		return complain(err, err_size,
		                "%s was written by a newer appchat-server (its version is %u, this program knows up to %zu); "
		                "run that newer server, or put back a backup made with this one",
		                path, (unsigned)*version, VERSION);
	return true;
}

/*
 * A backup put over the database of a server that was killed finds that one's
 * WAL beside it, and SQLite would replay it into the wrong file. Our database
 * is marked in its header as one with a WAL (bytes 18 and 19), a backup is not.
 */
static void put_aside_foreign_wal(const char *path) {
	char wal[1100], aside[1100];
	unsigned char header[20] = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, header, sizeof header);
	if (fd >= 0)
		close(fd);
	snprintf(wal, sizeof wal, "%s-wal", path);
	snprintf(aside, sizeof aside, "%s-wal.old", path);
	if (n == sizeof header && header[18] == 1 && header[19] == 1 && rename(wal, aside) == 0)
		LOG(STORE, WARN, "event=foreign_wal note=\"the -wal file belonged to another database; it is now -wal.old\"");
}

bool schema_open(struct sql *s, const char *path, char *err, size_t err_size) {
	uint64_t version;
	put_aside_foreign_wal(path);
	if (!sql_open(s, path, SQLITE_OPEN_READWRITE))
		return complain_sql(s, path, err, err_size);
	sqlite3_busy_timeout(s->db, 5000);
	if (!check_version(s, path, &version, err, err_size))
		return false;
	sql_exec(s, "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	            "PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864;"
	            "PRAGMA cache_size = -65536; PRAGMA foreign_keys = ON; PRAGMA secure_delete = FAST");
	if (version < VERSION)
		migrate(s, version);
	renew_epochs(s);
	return s->error ? complain_sql(s, path, err, err_size) : true;
}

bool schema_open_reader(struct sql *s, const char *path) {
	if (!sql_open(s, path, SQLITE_OPEN_READONLY))
		return false;
	sqlite3_busy_timeout(s->db, 5000);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sql_exec(s, "PRAGMA wal_autocheckpoint = 0; PRAGMA mmap_size = 2147418112; PRAGMA query_only = ON");
	return s->error == 0;
}
