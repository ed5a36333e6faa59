/*
 * Messages on their way. Each has its id from the start and keeps it, so it
 * may be sent again for ever and is stored once. Sent one at a time per room,
 * so order holds whatever is refused for a while. With a file, an item is on
 * the disk before it is sent: a killed client sends it at its next start. To
 * wait for a slow disk elsewhere than where one types, see outbox_save_later.
 *
 *   WAITING -> SENT -> STORED (until its event is seen, then gone)
 *      ^--------+  \-> FAILED (until dismissed or tried again)
 */
#ifndef APPCHAT_CLIENT_OUTBOX_H
#define APPCHAT_CLIENT_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTBOX_MAX 500                                   /* items not stored yet */
#define OUTBOX_AGE_MS (29ULL * 24 * 3600 * 1000)         /* the server remembers ids for 30 days */

enum outbox_state { OUTBOX_WAITING, OUTBOX_SENT, OUTBOX_STORED, OUTBOX_FAILED };

/* Would it outlive the machine's end? It is not sent before, nor called waiting. */
enum outbox_safe { OUTBOX_SAFE, OUTBOX_SAVING, OUTBOX_UNSAFE };

struct outbox_item {
	uint8_t id[16];           /* UUID version 7 */
	uint64_t room;
	uint64_t seq, time_ms;    /* once STORED */
	enum outbox_state state;
	enum outbox_safe safe;
	unsigned tries;
	uint64_t not_before_ms;   /* monotonic; after a temporary error */
	char *text, *reason;      /* reason: why FAILED, or why it waits; NULL else */
	struct outbox_item *next;
};

struct outbox;

/* An outbox that lives in memory only. */
struct outbox *outbox_new(void);
/* Keeps it from now on in a new file in this folder (made, mode 0700), named
 * after key, and takes over what dead processes with the same key left there.
 * False with errno: the outbox works on, unkept. */
bool outbox_keep(struct outbox *o, const char *folder, const char *key);
/* When it is kept: takes over what dead processes left there under another key, too. */
void outbox_take_over(struct outbox *o, const char *folder, const char *key);
/* Frees it; the file goes when nothing is left in it. */
void outbox_free(struct outbox *o);

/* From now on a message is made safe by whoever is told that there is one to be
 * saved: outbox_saving, fdatasync in any thread, outbox_saved. */
void outbox_save_later(struct outbox *o, void (*tell)(void *arg), void *arg);
/* A descriptor to sync and then close, for all that is not safe yet; -1: nothing
 * is to be saved, or it is being done. */
int outbox_saving(struct outbox *o);
/* That was done: those are safe. */
void outbox_saved(struct outbox *o);

/* Puts a message last; copied, on the disk when it returns, unless that is done later. NULL: full. */
struct outbox_item *outbox_add(struct outbox *o, uint64_t room, const char *text);
/* The next item to send now, or NULL; *wait_ms: how long until there may be one (0: not by waiting). */
struct outbox_item *outbox_next(struct outbox *o, uint64_t now_ms, uint64_t wall_ms, uint64_t *wait_ms);
void outbox_sent(struct outbox *o, struct outbox_item *item);
/* The acknowledgement. The item is freed when its event was seen before. */
void outbox_stored(struct outbox *o, const uint8_t id[16], uint64_t seq, uint64_t time_ms);
/* Refused: tried again after retry_ms when temporary, else FAILED. */
void outbox_refused(struct outbox *o, const uint8_t id[16], const char *reason, bool temporary, uint64_t now_ms, unsigned retry_ms);
/* Our own message's event was seen: its item is done, and freed. True when there was one. */
bool outbox_seen(struct outbox *o, uint64_t room, uint32_t tag, uint64_t seq);
/* Everything up to seq was seen, or can't be: forget STORED items up to there. */
void outbox_passed(struct outbox *o, uint64_t room, uint64_t seq);
/* The connection is gone: what was SENT waits again. */
void outbox_lost(struct outbox *o);
/* Gives a FAILED item up and frees it. */
void outbox_dismiss(struct outbox *o, struct outbox_item *item);
/* Puts its text in again as a new one, which is last, and frees it. False: full, and it stays FAILED. */
bool outbox_retry(struct outbox *o, struct outbox_item *item);

struct outbox_item *outbox_first(const struct outbox *o);
struct outbox_item *outbox_find(const struct outbox *o, const uint8_t id[16]);
/* How many are not stored yet (failed ones not counted); how many failed. */
size_t outbox_unsent(const struct outbox *o);
size_t outbox_failed(const struct outbox *o);
uint32_t outbox_tag(const uint8_t id[16]);

#endif
