/*
 * What a client finds on its disk, whoever wrote it: a file of a dead process's
 * outbox and the file of tokens. What is taken over is bounded, is there again
 * for the next one, and a token that is found can be kept and forgotten.
 *
 * Input: a byte that says which (bit 0), then the file.
 */
#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/client/credentials.h"
#include "proto/client/outbox.h"
#include "proto/client/outbox_file.h"
#include "proto/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static char folder[64], dead[128], tokens[128];

static void remove_all(void) {
	char path[400];
	DIR *dir = opendir(folder);
	for (struct dirent *entry; (entry = readdir(dir));) {
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] != '.')
			unlink(path);
	}
	closedir(dir);
}

static void end(void) {
	remove_all();
	rmdir(folder);
}

/* The name of an outbox's file is learnt from one that is there. */
static void learn_name(void) {
	struct outbox_file *file = outbox_file_open(folder, "key");
	DIR *dir = opendir(folder);
	assert(file && dir);
	for (struct dirent *entry; (entry = readdir(dir));)
		if (!strncmp(entry->d_name, "outbox-", 7))
			snprintf(dead, sizeof dead, "%s/%.24s00000000000000000000000000000000", folder, entry->d_name);
	closedir(dir);
	outbox_file_close(file);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
	(void)argc, (void)argv;
	snprintf(folder, sizeof folder, "%s/appchat-kept-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	if (!mkdtemp(folder))
		abort();
	atexit(end);
	snprintf(tokens, sizeof tokens, "%s/credentials", folder);
	learn_name();
	return 0;
}

static void put(const char *path, const uint8_t *data, size_t size) {
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
}

static size_t count(const struct outbox *o) {
	size_t n = 0;
	for (const struct outbox_item *item = outbox_first(o); item; item = item->next, n++)
		assert(item->room && *item->text && strlen(item->text) <= LIMIT_TEXT);
	return n;
}

static void take_over(void) {
	struct outbox *one = outbox_new(), *two = outbox_new();
	assert(outbox_keep(one, folder, "key"));
	size_t found = count(one);
	assert(access(dead, F_OK) != 0);
	outbox_free(one);
	assert(outbox_keep(two, folder, "key"));
	assert(count(two) == found);
	outbox_free(two);
}

static void find_tokens(void) {
	struct credential c, again;
	if (!credentials_find(folder, "ws://a:1", NULL, &c))
		return;
	assert(strlen(c.name) < sizeof c.name);
	if (!credentials_save(folder, "ws://a:1", &c, false))
		return;
	assert(credentials_find(folder, "ws://a:1", c.name, &again) && !memcmp(again.token, c.token, sizeof c.token));
	assert(credentials_forget(folder, "ws://a:1", &c));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (!size)
		return 0;
	put(data[0] & 1 ? tokens : dead, data + 1, size - 1);
	if (data[0] & 1)
		find_tokens();
	else
		take_over();
	remove_all();
	return 0;
}
