/*
 * The outbox on disk: one file per process, FOLDER/outbox-KEY-RANDOM, locked
 * while its process lives. Lines are only ever appended:
 *
 *   + ID ROOM TEXT     a message, before it is sent (ID and TEXT in hex)
 *   - ID               it is stored, or given up
 *
 * A line without its end is not there. What a dead process left is found by
 * its free lock and taken over.
 */
#ifndef APPCHAT_CLIENT_OUTBOX_FILE_H
#define APPCHAT_CLIENT_OUTBOX_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/client/outbox.h"

struct outbox_file;

#define OUTBOX_ADOPT_MAX 64

/* Files being taken over: locked until outbox_adopted(). */
struct outbox_adoption {
	size_t files;
	int fd[OUTBOX_ADOPT_MAX];
	char *path[OUTBOX_ADOPT_MAX];
};

typedef void outbox_adopt_item(void *arg, const uint8_t id[16], uint64_t room, const char *text);

/* Makes an empty file, mode 0600, and locks it; NULL with errno. key is any text. */
struct outbox_file *outbox_file_open(const char *folder, const char *key);
/* Unlocks; removes the file when no item is left in it. NULL is accepted. */
void outbox_file_close(struct outbox_file *f);
/* Written, so that the end of this process does not lose it; the end of the machine
 * may before outbox_file_sync. False with errno: it is not there. f NULL: nothing to do. */
bool outbox_file_add(struct outbox_file *f, const struct outbox_item *item);
/* What was written is on the disk when it returns. False with errno. */
bool outbox_file_sync(struct outbox_file *f);
/* Another descriptor of the file, to be synced elsewhere and closed; -1 with errno. */
int outbox_file_descriptor(const struct outbox_file *f);
/* May be lost in a crash: the server then answers the second try as the first. */
void outbox_file_done(struct outbox_file *f, const struct outbox_item *item);

/* Reads what other files of this key hold and nobody locks, in the order of their making. */
void outbox_adopt(struct outbox_adoption *a, const char *folder, const char *key, const struct outbox_file *own,
                  outbox_adopt_item *item, void *arg);
/* Removes them when what they hold is safe elsewhere by now; else they stay for the next one. */
void outbox_adopted(struct outbox_adoption *a, bool safe);

#endif
