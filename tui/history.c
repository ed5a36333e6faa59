/* The lines in memory, and a file that only grows, cut back when it is read. */
#include "tui/history.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "tui/sanitize.h"
#include "tui/wide.h"

struct history {
	wchar_t *line[HISTORY_LINES];
	size_t count;
	char *path;
	bool loaded;
};

struct history *history_new(const char *folder) {
	struct history *h = xcalloc(1, sizeof *h);
	if (folder) {
		struct buf path = { 0 };
		buf_printf(&path, "%s/history", folder);
		h->path = (char *)path.data;
	}
	return h;
}

void history_free(struct history *h) {
	if (!h)
		return;
	for (size_t i = 0; i < h->count; i++)
		free(h->line[i]);
	free(h->path);
	free(h);
}

static void keep(struct history *h, wchar_t *line) {
	if (h->count == HISTORY_LINES) {
		free(h->line[0]);
		memmove(h->line, h->line + 1, (HISTORY_LINES - 1) * sizeof *h->line);
		h->count--;
	}
	h->line[h->count++] = line;
}

/* ---- The file ------------------------------------------------------------------ */

static void escape(struct buf *out, const char *text) {
	for (; *text; text++) {
		if (*text == '\n' || *text == '\\')
			buf_byte(out, '\\');
		buf_byte(out, (uint8_t)(*text == '\n' ? 'n' : *text));
	}
	buf_byte(out, '\n');
}

/* Undoes escape() in place, up to the newline that getline left. */
static void unescape(char *line) {
	char *to = line;
	for (const char *from = line; *from && *from != '\n'; from++) {
		if (*from == '\\' && from[1] && from[1] != '\n')
			*to++ = *++from == 'n' ? '\n' : *from;
		else
			*to++ = *from;
	}
	*to = 0;
}

/* The lines kept become the file's only ones. The lock is held on the old one. */
static void cut_file(struct history *h, int fd) {
	struct buf out = { 0 };
	for (size_t i = 0; i < h->count; i++) {
		char *text = wide_to_text(h->line[i], wcslen(h->line[i]));
		escape(&out, text);
		free(text);
	}
	if (ftruncate(fd, 0) == 0 && out.len) {
		ssize_t n = write(fd, out.data, out.len);
		(void)n;
	}
	buf_free(&out);
}

static void read_file(struct history *h, FILE *file) {
	char *line = NULL;
	size_t size = 0, lines = 0;
	for (; getline(&line, &size, file) > 0; lines++) {
		unescape(line);
		char *safe = sanitize_copy(line, SANITIZE_TEXT);
		if (*safe)
			keep(h, wide_from_text(safe));
		free(safe);
	}
	free(line);
	if (lines > 2 * HISTORY_LINES)
		cut_file(h, fileno(file));
}

static void load(struct history *h) {
	if (h->loaded || !h->path)
		return;
	h->loaded = true;
	int fd = open(h->path, O_RDWR | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return;
	FILE *file = fdopen(fd, "r+");
	if (!file) {
		close(fd);
		return;
	}
	flock(fd, LOCK_EX);
	read_file(h, file);
	fclose(file);
}

static void append(struct history *h, const wchar_t *line) {
	int fd = h->path ? open(h->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
	if (fd < 0)
		return;
	struct buf out = { 0 };
	char *text = wide_to_text(line, wcslen(line));
	escape(&out, text);
	flock(fd, LOCK_EX);
	ssize_t n = write(fd, out.data, out.len);
	(void)n;
	close(fd);
	free(text);
	buf_free(&out);
}

/* ---- The lines ------------------------------------------------------------------- */

void history_add(struct history *h, const wchar_t *line) {
	load(h);
	if (!*line || *line == L' ' || (h->count && wcscmp(h->line[h->count - 1], line) == 0))
		return;
	keep(h, wide_copy(line, wcslen(line)));
	append(h, line);
}

size_t history_count(struct history *h) {
	load(h);
	return h->count;
}

const wchar_t *history_line(struct history *h, size_t i) { return h->line[i]; }
