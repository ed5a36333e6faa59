/* Password hashing (argon2id by libsodium) on threads of its own, off the loop. */
#ifndef APPCHAT_SERVER_ROOM_HASHER_H
#define APPCHAT_SERVER_ROOM_HASHER_H

#include <stdbool.h>
#include <stddef.h>

#include "server/store/store.h"

#define HASHER_QUEUE_MAX 256    /* jobs that may wait */

struct hasher;
struct hash_job;
typedef void hash_done(struct hash_job *job);

/* Verifies password against hash, or, when hash is empty, makes one. */
struct hash_job {
	char password[1025];              /* wiped before done() */
	char hash[STORE_PASSWORD_MAX];    /* in, or out */
	bool ok;                          /* out */
	hash_done *done;                  /* called by hasher_drain(); owns the job again */
	struct hash_job *next;            /* the hasher's */
};

/* wake is called from its thread when there is something to drain; may be NULL. */
struct hasher *hasher_new(void (*wake)(void *), void *arg);
/* Ends the thread; jobs that were not drained get done() with ok false. */
void hasher_free(struct hasher *h);
/* False when too many wait: the job stays the caller's. */
bool hasher_submit(struct hasher *h, struct hash_job *job);
size_t hasher_drain(struct hasher *h);

#endif
