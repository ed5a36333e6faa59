/* The outbox's file. See outbox_file.h. */
#include "proto/client/outbox_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "proto/base/uuid.h"
#include "proto/client/hex.h"
#include "proto/limits.h"

#define FILE_MAX (64 << 20)      /* a larger one is not ours */
#define COMPACT_BYTES (64 << 10) /* an empty outbox's file is cut to nothing beyond this */

struct outbox_file {
	int fd;
	char *path;
	size_t live;    /* items added and not done */
	size_t bytes;
};

/* ---- names ---------------------------------------------------------------------- */

/* "outbox-" and 16 hex digits that stand for the key (FNV-1a, 64 bits). */
static void prefix_of(char out[32], const char *key) {
	uint64_t hash = 14695981039346656037ULL;
	for (; *key; key++)
		hash = (hash ^ (uint8_t)*key) * 1099511628211ULL;
	snprintf(out, 32, "outbox-%016" PRIx64 "-", hash);
}

/* A new file, locked. Another process may have taken it for a dead one's before
 * our lock and removed it: then -1 with EAGAIN. */
static int make_locked(const char *path) {
	struct stat st;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX) == 0 && fstat(fd, &st) == 0 && st.st_nlink > 0)
		return fd;
	close(fd);
	errno = EAGAIN;
	return -1;
}

struct outbox_file *outbox_file_open(const char *folder, const char *key) {
	char prefix[32], name[33];
	uint8_t id[16];
	prefix_of(prefix, key);
	for (int tries = 0; tries < 5; tries++) {
		struct buf path = {0};
		uuid7(id); /* rising: files are taken over in the order they were made */
		hex_encode(name, id, sizeof id);
		buf_printf(&path, "%s/%s%s", folder, prefix, name);
		int fd = make_locked((char *)path.data);
		if (fd >= 0) {
			struct outbox_file *f = xcalloc(1, sizeof *f);
			f->fd = fd;
			f->path = (char *)path.data;
			return f;
		}
		buf_free(&path);
		if (errno != EAGAIN)
			break;
	}
	return NULL;
}

void outbox_file_close(struct outbox_file *f) {
	if (!f)
		return;
	if (!f->live)
		unlink(f->path);
	close(f->fd);
	free(f->path);
	free(f);
}

/* ---- writing -------------------------------------------------------------------- */

/* A whole line, or nothing of it: half a line would spoil the next. */
static bool write_line(struct outbox_file *f, const struct buf *b) {
	ssize_t n;
	do
		n = write(f->fd, b->data, b->len);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)b->len) {
		int error = n < 0 ? errno : ENOSPC;
		if (ftruncate(f->fd, (off_t)f->bytes))
			f->bytes += n > 0 ? (size_t)n : 0;
		errno = error;
		return false;
	}
	f->bytes += b->len;
	return true;
}

bool outbox_file_add(struct outbox_file *f, const struct outbox_item *item) {
	if (!f)
		return true;
	struct buf line = {0};
	size_t len = strlen(item->text);
	buf_printf(&line, "+ ");
	hex_append(&line, item->id, 16);
	buf_printf(&line, " %" PRIu64 " ", item->room);
	hex_append(&line, item->text, len);
	buf_byte(&line, '\n');
	bool ok = write_line(f, &line);
	buf_free(&line);
	f->live++;
	return ok;
}

bool outbox_file_sync(struct outbox_file *f) {
	return !f || fdatasync(f->fd) == 0;
}

int outbox_file_descriptor(const struct outbox_file *f) {
	return fcntl(f->fd, F_DUPFD_CLOEXEC, 0);
}

void outbox_file_done(struct outbox_file *f, const struct outbox_item *item) {
	if (!f)
		return;
	f->live -= f->live > 0;
	if (!f->live && f->bytes > COMPACT_BYTES && ftruncate(f->fd, 0) == 0) {
		f->bytes = 0;
		return;
	}
	struct buf line = {0};
	buf_printf(&line, "- ");
	hex_append(&line, item->id, 16);
	buf_byte(&line, '\n');
	write_line(f, &line);
	buf_free(&line);
}

/* ---- taking over ------------------------------------------------------------------ */

struct found {
	uint8_t id[16];
	uint64_t room;
	char *text;
};

static bool read_whole(int fd, struct buf *b) {
	struct stat st;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size > FILE_MAX)
		return false;
	for (;;) {
		ssize_t n = read(fd, buf_reserve(b, 65536), 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		b->len += (size_t)n;
	}
}

/* "+ ID ROOM TEXT" as a new last one of found; false when it can't be read. */
static bool parse_add(char *line, struct found *out) {
	char *end, *text;
	if (strlen(line) < 37 || line[34] != ' ' || !hex_decode(out->id, 16, line + 2))
		return false;
	out->room = strtoull(line + 35, &end, 10);
	size_t len = *end == ' ' ? strlen(end + 1) / 2 : 0;
	if (!uuid7_valid(out->id, 16) || !out->room || !len || len > LIMIT_TEXT)
		return false;
	text = xcalloc(1, len + 1);
	if (!hex_decode((uint8_t *)text, len, end + 1) || memchr(text, 0, len)) {
		free(text);
		return false;
	}
	out->text = text;
	return true;
}

static void parse_done(char *line, struct found *found, size_t count) {
	uint8_t id[16];
	if (strlen(line) != 34 || !hex_decode(id, 16, line + 2))
		return;
	for (size_t i = 0; i < count; i++)
		if (found[i].text && !memcmp(found[i].id, id, 16)) {
			free(found[i].text);
			found[i].text = NULL;
		}
}

static void read_items(struct buf *b, outbox_adopt_item *item, void *arg) {
	struct found *found = NULL;
	size_t count = 0;
	buf_byte(b, 0);
	char *line = (char *)b->data, *end;
	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = 0;
		if (!strncmp(line, "- ", 2)) {
			parse_done(line, found, count);
		} else if (!strncmp(line, "+ ", 2)) {
			found = xrealloc(found, (count + 1) * sizeof *found);
			count += parse_add(line, &found[count]);
		}
	}
	for (size_t i = 0; i < count; i++) {
		if (found[i].text)
			item(arg, found[i].id, found[i].room, found[i].text);
		free(found[i].text);
	}
	free(found);
}

static void adopt_file(struct outbox_adoption *a, char *path, outbox_adopt_item *item, void *arg) {
	struct buf content = {0};
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) || !read_whole(fd, &content)) {
		if (fd >= 0)
			close(fd);
		free(path);
	} else {
		read_items(&content, item, arg);
		a->fd[a->files] = fd;
		a->path[a->files++] = path;
	}
	buf_free(&content);
}

void outbox_adopt(struct outbox_adoption *a, const char *folder, const char *key, const struct outbox_file *own,
                  outbox_adopt_item *item, void *arg) {
	char prefix[32];
	struct dirent **names;
	memset(a, 0, sizeof *a);
	prefix_of(prefix, key);
	int count = scandir(folder, &names, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		struct buf path = {0};
		buf_printf(&path, "%s/%s", folder, names[i]->d_name);
		bool ours = !strncmp(names[i]->d_name, prefix, strlen(prefix)) && strcmp((char *)path.data, own->path);
		if (ours && a->files < OUTBOX_ADOPT_MAX)
			adopt_file(a, (char *)path.data, item, arg);
		else
			buf_free(&path);
		free(names[i]);
	}
	if (count >= 0)
		free(names);
}

void outbox_adopted(struct outbox_adoption *a, bool safe) {
	for (size_t i = 0; i < a->files; i++) {
		if (safe)
			unlink(a->path[i]);
		close(a->fd[i]);
		free(a->path[i]);
	}
	a->files = 0;
}
