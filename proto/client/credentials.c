/*
 * The file of tokens. A line: SERVER, FOLDED NAME, TOKEN, USER, KIND, NAME,
 * parted by tabs; the one used last is the last. See credentials.h.
 */
#include "proto/client/credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utf8proc.h>

#include "proto/base/buf.h"
#include "proto/client/hex.h"

#define FILE_MAX (1 << 20)

/* ---- the folder ------------------------------------------------------------------ */

static bool make_folders(char *path) {
	for (char *p = path + 1;; p++) {
		if (*p && *p != '/')
			continue;
		char kept = *p;
		*p = 0;
		bool ok = mkdir(path, 0700) == 0 || errno == EEXIST || errno == EISDIR;
		*p = kept;
		if (!ok)
			return false;
		if (!kept)
			return true;
	}
}

char *credentials_folder(void) {
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	struct buf path = {0};
	struct stat st;
	if (state && *state == '/')
		buf_printf(&path, "%s/appchat", state);
	else if (home && *home == '/')
		buf_printf(&path, "%s/.local/state/appchat", home);
	else {
		errno = ENOENT;
		return NULL;
	}
	if (make_folders((char *)path.data) && stat((char *)path.data, &st) == 0 && S_ISDIR(st.st_mode))
		return (char *)path.data;
	int error = errno;
	buf_free(&path);
	errno = error;
	return NULL;
}

/* ---- lines ------------------------------------------------------------------------ */

struct line {
	char *server, *folded, *token, *user, *kind, *name;
};

/* Cuts a line (without its end) into its fields; false when it is not one of ours. */
static bool split(char *text, struct line *out) {
	char **field[] = {&out->server, &out->folded, &out->token, &out->user, &out->kind, &out->name};
	for (size_t i = 0; i < sizeof field / sizeof *field; i++)
		if (!(*field[i] = strsep(&text, "\t")))
			return false;
	return !text;
}

static char *fold(const char *name) {
	utf8proc_uint8_t *folded = utf8proc_NFKC_Casefold((const utf8proc_uint8_t *)name);
	return folded ? (char *)folded : xstrdup(name);
}

static bool fits(const char *text) {
	return !strpbrk(text, "\t\r\n");
}

static void read_whole(const char *path, struct buf *b) {
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;
	while (fd >= 0 && b->len < FILE_MAX && (n = read(fd, buf_reserve(b, 4096), 4096)) > 0)
		b->len += (size_t)n;
	if (fd >= 0)
		close(fd);
	buf_byte(b, 0);
}

static char *file_in(const char *folder, const char *name) {
	struct buf path = {0};
	buf_printf(&path, "%s/%s", folder, name);
	return (char *)path.data;
}

static bool take(const struct line *l, struct credential *out) {
	if (!hex_decode(out->token, sizeof out->token, l->token) || strlen(l->name) >= sizeof out->name)
		return false;
	out->user = strtoull(l->user, NULL, 10);
	out->guest = !strcmp(l->kind, "guest");
	strcpy(out->name, l->name);
	return true;
}

bool credentials_find(const char *folder, const char *server, const char *name, struct credential *out) {
	char *path = file_in(folder, "credentials"), *folded = name ? fold(name) : NULL;
	struct buf content = {0};
	struct line l;
	bool found = false;
	read_whole(path, &content);
	char *rest = (char *)content.data, *text;
	while ((text = strsep(&rest, "\n")))
		if (split(text, &l) && !strcmp(l.server, server) && (!folded || !strcmp(l.folded, folded)))
			found = take(&l, out) || found;
	buf_free(&content);
	free(folded);
	free(path);
	return found;
}

/* ---- changing it -------------------------------------------------------------------- */

static bool write_new(const char *path, const struct buf *b) {
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	bool ok = fchmod(fd, 0600) == 0 && write(fd, b->data, b->len) == (ssize_t)b->len && fsync(fd) == 0;
	int error = errno;
	close(fd);
	errno = error;
	return ok;
}

/* Copies all lines but that of server and name (if token is given: with this token).
 * last: gets the server's last line, when it is another name's, instead. */
static void copy_others(struct buf *out, char *content, const char *server, const char *folded, const char *token, struct buf *last) {
	char *text;
	while ((text = strsep(&content, "\n"))) {
		struct line l;
		if (!*text)
			continue;
		char *copy = xstrdup(text);
		bool there = split(copy, &l) && !strcmp(l.server, server), same = there && !strcmp(l.folded, folded);
		if (last && there) {
			buf_append(out, last->data, last->len);
			last->len = 0;
		}
		if (!same || (token && strcmp(l.token, token)))
			buf_printf(last && there && !same ? last : out, "%s\n", text);
		free(copy);
	}
}

/* Under the lock: reads, leaves out c's server and name, adds c, replaces. What is
 * forgotten, or only asked for so far, leaves another token of that name alone. */
static bool change(const char *folder, const char *server, const struct credential *c, bool forget, bool aside) {
	char *path = file_in(folder, "credentials"), *fresh = file_in(folder, "credentials.new");
	char *lock_path = file_in(folder, "credentials.lock"), *folded = fold(c->name);
	char token[2 * sizeof c->token + 1];
	struct buf content = {0}, out = {0}, last = {0};
	bool ok = false;
	int lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock < 0 || flock(lock, LOCK_EX))
		goto cleanup;
	read_whole(path, &content);
	hex_encode(token, c->token, sizeof c->token);
	copy_others(&out, (char *)content.data, server, folded, forget || !c->user ? token : NULL, aside ? &last : NULL);
	if (!forget)
		buf_printf(&out, "%s\t%s\t%s\t%" PRIu64 "\t%s\t%s\n", server, folded, token, c->user,
			c->guest ? "guest" : "account", c->name);
	buf_append(&out, last.data, last.len);
	ok = write_new(fresh, &out) && rename(fresh, path) == 0;
cleanup:;
	int error = errno;
	if (lock >= 0)
		close(lock);
	explicit_bzero(token, sizeof token);
	buf_free(&content);
	buf_free(&out);
	buf_free(&last);
	free(folded);
	free(lock_path);
	free(fresh);
	free(path);
	errno = error;
	return ok;
}

bool credentials_save(const char *folder, const char *server, const struct credential *c, bool aside) {
	if (!fits(c->name) || !fits(server)) {
		errno = EINVAL;
		return false;
	}
	return change(folder, server, c, false, aside);
}

bool credentials_forget(const char *folder, const char *server, const struct credential *c) {
	return change(folder, server, c, true, false);
}
