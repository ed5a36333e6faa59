/*
 * The store as a whole: the data directory, the threads, who gets which
 * operation. In the directory: appchat.db (SQLite, with its -wal and -shm)
 * and `lock`, held while a server runs.
 */
#include "server/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "proto/base/log.h"
#include "server/store/load.h"
#include "server/store/reader.h"
#include "server/store/schema.h"
#include "server/store/writer.h"

#define READERS 2

struct store {
	char path[1024];                /* of the database */
	int lock_fd;
	struct done_list done;
	struct writer writer;
	bool writer_runs;
	struct op_queue reads, backups;
	struct reader readers[READERS + 1];   /* the last one makes backups */
	unsigned readers_running;
	struct store_room *rooms;       /* until store_rooms() takes them */
	size_t room_count;
	struct store_ban *bans;
	size_t ban_count;
};

static bool lock_directory(struct store *s, const char *dir, char *err, size_t err_size) {
	char path[1024], pid[32] = "";
	snprintf(path, sizeof path, "%s/lock", dir);
	s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock_fd < 0) {
		snprintf(err, err_size, "%s: %s; let the user who runs the server write there", path, strerror(errno));
		return false;
	}
	if (flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0) {
		ssize_t n = read(s->lock_fd, pid, sizeof pid - 1);
		pid[n > 0 ? strcspn(pid, "\n") : 0] = '\0';
		snprintf(err, err_size, "%s is in use by another server (process %s); stop that one, or give another data directory",
		         dir, pid[0] ? pid : "unknown");
		return false;
	}
	int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
	if (ftruncate(s->lock_fd, 0) != 0 || write(s->lock_fd, pid, (size_t)n) != n)
		LOG(STORE, WARN, "event=lock_unwritten reason=\"%s\"", strerror(errno));
	return true;
}

/* SQLite gives its other files the mode of this one. */
static bool make_files(struct store *s, const char *dir, char *err, size_t err_size) {
	if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
		snprintf(err, err_size, "%s: cannot make the data directory: %s", dir, strerror(errno));
		return false;
	}
	if (!lock_directory(s, dir, err, err_size))
		return false;
	int fd = open(s->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		snprintf(err, err_size, "%s: %s; let the user who runs the server read and write it", s->path, strerror(errno));
		return false;
	}
	close(fd);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	return true;
}

static bool load(struct store *s, char *err, size_t err_size) {
	s->rooms = load_rooms(&s->writer.sql, &s->writer.heads, &s->room_count);
	s->bans = load_bans(&s->writer.sql, &s->ban_count);
	if (!s->writer.sql.error)
		return true;
	snprintf(err, err_size, "%s: %s; put a backup in its place", s->path, sql_error_text(&s->writer.sql));
	return false;
}

static bool start_threads(struct store *s, char *err, size_t err_size) {
	s->writer_runs = writer_start(&s->writer, &s->done);
	bool good = s->writer_runs;
	for (unsigned i = 0; good && i < READERS + 1; i++) {
		good = reader_start(&s->readers[i], s->path, i < READERS ? &s->reads : &s->backups, &s->done);
		s->readers_running += good;
	}
	if (!good)
		snprintf(err, err_size, "%s: cannot start the store's threads; raise the limits on processes and open files", s->path);
	return good;
}

static void stop_threads(struct store *s) {
	queue_close(&s->reads);
	queue_close(&s->backups);
	for (unsigned i = 0; i < s->readers_running; i++)
		reader_stop(&s->readers[i]);
	if (s->writer_runs)
		writer_stop(&s->writer);
	s->writer_runs = false;
	s->readers_running = 0;
}

static void destroy(struct store *s) {
	stop_threads(s);
	writer_close(&s->writer);
	queue_destroy(&s->reads);
	queue_destroy(&s->backups);
	done_destroy(&s->done);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	load_free_rooms(s->rooms, s->room_count);
	free(s->bans);
	free(s);
}

struct store *store_open(const struct store_options *options, char *err, size_t err_size) {
	struct store *s = xcalloc(1, sizeof *s);
	s->lock_fd = -1;
	writer_init(&s->writer);
	queue_init(&s->reads);
	queue_init(&s->backups);
	done_init(&s->done, options->wake, options->wake_arg);
	snprintf(s->path, sizeof s->path, "%s/%s", options->dir, SCHEMA_FILE);
	if (make_files(s, options->dir, err, err_size)
	    && schema_open(&s->writer.sql, s->path, err, err_size)
	    && load(s, err, err_size)
	    && start_threads(s, err, err_size))
		return s;
	destroy(s);
	return NULL;
}

void store_close(struct store *store) {
	if (!store)
		return;
	stop_threads(store);
	while (store_drain(store) > 0)
		;
	destroy(store);
}

void store_submit(struct store *store, struct store_op *op) {
	struct op_queue *queue = op->kind == STORE_BACKUP ? &store->backups
		: op->kind >= STORE_SESSION_FIND ? &store->reads : &store->writer.queue;
	if (queue_push(queue, op))
		return;
	op->result = STORE_TEMPORARY;   /* the store is being closed */
	done_push(&store->done, op);
}

size_t store_drain(struct store *store) {
	struct store_op *op = done_take(&store->done), *next;
	size_t n = 0;
	for (; op; op = next, n++) {
		next = op->next;
		op->done(op);
	}
	return n;
}

struct store_room *store_rooms(struct store *store, size_t *count) {
	struct store_room *rooms = store->rooms;
	*count = store->room_count;
	store->rooms = NULL;
	store->room_count = 0;
	return rooms;
}

struct store_ban *store_bans(struct store *store, size_t *count) {
	struct store_ban *bans = store->bans;
	*count = store->ban_count;
	store->bans = NULL;
	store->ban_count = 0;
	return bans;
}

void store_get_stats(struct store *store, struct store_stats *out) {
	struct writer *w = &store->writer;
	out->commits = atomic_load(&w->commits);
	out->appended = atomic_load(&w->appended);
	out->queued = (uint32_t)(queue_count(&w->queue) + atomic_load(&w->taken));
	out->batch = (uint32_t)atomic_load(&w->batch);
	out->commit_ns = atomic_load(&w->commit_ns);
	out->refusing = atomic_load(&w->refusing);
}

uint64_t store_commit_ns(struct store *store) {
	return atomic_load_explicit(&store->writer.commit_ns, memory_order_relaxed);
}

bool store_commits(struct store *store) {
	return atomic_load_explicit(&store->writer.taken, memory_order_relaxed) > 0;
}
