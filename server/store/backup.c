/*
 * A copy of the live database, made within one read transaction: the view is
 * constant while the writer goes on. (Without it a backup in steps starts again
 * at every commit and never ends.) Between steps it looks whether the store is
 * being closed, and gives up. The copy is one file, marked as a copy.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/base/log.h"
#include "server/store/reader.h"
#include "server/store/schema.h"

#define STEP_PAGES 2000   /* some milliseconds */

static bool fail(struct store_backup *b, const char *reason) {
	snprintf(b->error, sizeof b->error, "%s", reason);
	return false;
}

/* An empty file of mode 0600, so that nobody else ever sees the copy. */
static bool create_empty(struct store_backup *b) {
	int fd = open(b->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(b, errno == EEXIST ? "the file exists already: give another name" : strerror(errno));
	close(fd);
	return true;
}

static bool copy_pages(struct store_backup *b, struct reader *r, struct sql *to) {
	sqlite3_backup *backup = sqlite3_backup_init(to->db, "main", r->sql.db, "main");
	int rc = SQLITE_OK;
	if (!backup)
		return fail(b, sqlite3_errmsg(to->db));
	while (rc == SQLITE_OK && !queue_closed(r->queue))
		rc = sqlite3_backup_step(backup, STEP_PAGES);
	int finished = sqlite3_backup_finish(backup);
	if (rc == SQLITE_OK)
		return fail(b, "the server is being stopped");
	if (rc == SQLITE_DONE && finished == SQLITE_OK)
		return true;
	return fail(b, sqlite3_errstr(rc == SQLITE_DONE ? finished : rc));
}

static bool copy_view(struct store_backup *b, struct reader *r, struct sql *to) {
	sql_do(&r->sql, "BEGIN", "");
	sql_number(&r->sql, 0, "SELECT count(*) FROM sqlite_schema", "");   /* from here on the view is constant */
	bool good = r->sql.error ? fail(b, sql_error_text(&r->sql)) : copy_pages(b, r, to);
	if (!sqlite3_get_autocommit(r->sql.db))
		sqlite3_exec(r->sql.db, "COMMIT", NULL, NULL, NULL);
	return good;
}

static bool copy(struct store_backup *b, struct reader *r) {
	struct sql to;
	bool good = sql_open(&to, b->path, SQLITE_OPEN_READWRITE) ? copy_view(b, r, &to) : fail(b, sql_error_text(&to));
	if (good) {
		schema_mark_copy(&to);
		if (to.error)
			good = fail(b, sql_error_text(&to));
	}
	sql_close(&to);
	return good;
}

static void sync_directory(const char *path) {
	char copy_of_path[sizeof ((struct store_backup *)0)->path];
	snprintf(copy_of_path, sizeof copy_of_path, "%s", path);
	int fd = open(dirname(copy_of_path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

enum store_result read_backup(struct reader *r, struct store_op *op) {
	struct store_backup *b = (struct store_backup *)op;
	struct stat st;
	b->bytes = 0;
	b->error[0] = '\0';
	if (!create_empty(b))
		return STORE_TEMPORARY;
	if (!copy(b, r)) {
		unlink(b->path);
		return STORE_TEMPORARY;
	}
	sync_directory(b->path);
	if (stat(b->path, &st) == 0)
		b->bytes = (uint64_t)st.st_size;
	LOG(STORE, INFO, "event=backup bytes=%llu", (unsigned long long)b->bytes);
	return STORE_OK;
}
