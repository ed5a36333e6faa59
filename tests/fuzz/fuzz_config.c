/*
 * Anything as a configuration file: refused with one line that says why, or
 * read; then what is printed of it reads as the same settings.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "proto/base/log.h"
#include "server/config.h"

#define LINE_MAX_BYTES 198   /* libinih's */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool read_config(struct options *o, const void *data, size_t size) {
	char path[64], err[512] = "";
	int fd = memfd_create("config", 0);
	assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	options_init(o);
	bool ok = config_read(o, path, err, sizeof err);
	assert(ok || err[0]);
	assert(!memchr(err, '\n', strlen(err)));
	if (ok)
		(void)options_check(o, err, sizeof err);
	close(fd);
	return ok;
}

static char *print(const struct options *o, size_t *len) {
	char *text = NULL;
	FILE *out = open_memstream(&text, len);
	assert(out);
	config_print(out, o);
	fclose(out);
	return text;
}

static bool has_long_line(const char *text) {
	for (; *text; text += strspn(text, "\n"))
		if (strcspn(text, "\n") > LINE_MAX_BYTES)
			return true;
		else
			text += strcspn(text, "\n");
	return false;
}

/* Printed, read and printed again: the same text. (A line that just fitted is too long with our blanks.) */
static void check_printed(const struct options *o) {
	struct options again;
	size_t len, same;
	char *first = print(o, &len);
	if (!has_long_line(first)) {
		assert(read_config(&again, first, len));
		char *second = print(&again, &same);
		assert(len == same && !memcmp(first, second, len));
		free(second);
		options_free(&again);
	}
	free(first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct options o;
	if (read_config(&o, data, size))
		check_printed(&o);
	options_free(&o);
	return 0;
}
