/* Anything as a configuration file: read and printable, or refused with one line that says why. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "proto/base/log.h"
#include "server/config.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct options o;
	size_t len;
	if (read_config(&o, data, size))
		free(print(&o, &len));
	options_free(&o);
	return 0;
}
