/*
 * The store: everything that survives the process.
 *
 * Operations are typed structs that complete asynchronously. The caller fills
 * the input fields and submits; a store thread runs the operation; the result
 * waits in a list until the loop calls store_drain(), which calls done().
 * Writes of all kinds go through one writer thread in the order they were
 * submitted and are committed in groups (done() only after the commit, synced
 * to disk). Reads run on reader threads and see every write completed before.
 *
 *   loop: store_submit(op) -> writer/reader thread -> wake() -> loop: store_drain() -> op->done(op)
 *
 * Nothing above may assume that a store answers at once or that this process
 * is its only writer. No SQL leaves this folder.
 */
#ifndef APPCHAT_SERVER_STORE_STORE_H
#define APPCHAT_SERVER_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/store/op_people.h"
#include "server/store/op_rooms.h"

struct store;

/* A consistent copy while everything goes on. The copy, once served, gives
 * every room a new epoch. */
struct store_backup {
	struct store_op op;
	char path[1024];                    /* must not exist */
	/* out */
	uint64_t bytes;
	char error[256];                    /* when the result is STORE_TEMPORARY */
};

/* A room as it stands when the store is opened. */
struct store_room {
	uint64_t id;
	char name[STORE_NAME_MAX];
	char key[STORE_KEY_MAX];
	char *topic;                        /* malloc'd */
	uint32_t epoch;
	uint64_t head, floor;
	uint64_t maker;
};

struct store_options {
	const char *dir;                    /* data directory, made (0700) when missing */
	void (*wake)(void *arg);            /* called from store threads: something to drain */
	void *wake_arg;
};

/* Opens, makes or migrates the store, with #lobby in it, and starts its
 * threads. NULL: err says what is wrong and what to do about it (a newer
 * version, no rights, another server running on it, ...). */
struct store *store_open(const struct store_options *options, char *err, size_t err_size);

/* Commits what was submitted, calls what done() remain, ends the threads, closes. */
void store_close(struct store *store);

/* Hands an operation over; it is the store's until done(). */
void store_submit(struct store *store, struct store_op *op);

/* Calls done() of every completed operation; returns how many. Loop's thread only. */
size_t store_drain(struct store *store);

/* All rooms, once, right after store_open(). The array and topics are the caller's. */
struct store_room *store_rooms(struct store *store, size_t *count);

/* All bans in force, once, right after store_open(): what, until, reason. Caller frees. */
struct store_ban *store_bans(struct store *store, size_t *count);

struct store_stats {
	uint64_t commits, appended;         /* since start */
	uint32_t queued;                    /* writes not committed yet */
	uint32_t batch;                     /* writes in the last commit */
	uint64_t commit_ns;                 /* what the last commit took */
	bool refusing;                      /* the last commit failed (disk full?) */
};
void store_get_stats(struct store *store, struct store_stats *out);
/* What the last commit took, in ns, and whether one is under way; cheap enough for every turn. */
uint64_t store_commit_ns(struct store *store);
bool store_commits(struct store *store);

#endif
