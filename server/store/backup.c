/*
 * A copy of the live database, made in one step: a reader's view is constant
 * while the writer goes on. (In small steps a backup starts again at every
 * commit and never ends.) The copy is one file, marked as a copy.
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

static bool copy_pages(struct store_backup *b, struct sql *from, struct sql *to) {
	sqlite3_backup *backup = sqlite3_backup_init(to->db, "main", from->db, "main");
	if (!backup)
		return fail(b, sqlite3_errmsg(to->db));
	int rc = sqlite3_backup_step(backup, -1);
	int finished = sqlite3_backup_finish(backup);
	if (rc == SQLITE_DONE && finished == SQLITE_OK)
		return true;
	return fail(b, sqlite3_errstr(rc == SQLITE_DONE ? finished : rc));
}

static bool copy(struct store_backup *b, struct sql *from) {
	struct sql to;
	bool good = sql_open(&to, b->path, SQLITE_OPEN_READWRITE) ? copy_pages(b, from, &to) : fail(b, sql_error_text(&to));
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
	if (!copy(b, &r->sql)) {
		unlink(b->path);
		return STORE_TEMPORARY;
	}
	sync_directory(b->path);
	if (stat(b->path, &st) == 0)
		b->bytes = (uint64_t)st.st_size;
	LOG(STORE, INFO, "event=backup bytes=%llu", (unsigned long long)b->bytes);
	return STORE_OK;
}
