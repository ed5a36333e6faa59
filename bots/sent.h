/*
 * Every message that the bots of a run meant to send, in one table, and found
 * again by who said it and its tag (the last bytes of its client_msg_id).
 */
#ifndef APPCHAT_BOTS_SENT_H
#define APPCHAT_BOTS_SENT_H

#include <stdbool.h>
#include <stdint.h>

#define SENT_NONE UINT32_MAX

struct message {
	uint64_t intended;              /* when it was to leave */
	uint64_t acked_seq, seen_seq;   /* 0: not yet */
	uint32_t author, room;
	bool refused;
};

struct sent;

/* A fresh table for this many authors. */
struct sent *sent_new(uint32_t authors);
void sent_free(struct sent *s);

/* The user id of an author from now on; earlier ones stay known. */
void sent_author(struct sent *s, uint32_t author, uint64_t user);
/* Adds a message; its number, from 0 up, or SENT_NONE when its author has said
 * something with this tag before. */
uint32_t sent_add(struct sent *s, uint32_t author, uint32_t room, uint32_t tag, uint64_t intended);
/* How many there are. */
uint32_t sent_count(const struct sent *s);
/* One of them; it never moves. */
struct message *sent_at(const struct sent *s, uint32_t number);
/* The message that this user said with this tag; SENT_NONE: there is none, and
 * *ours says whether the user is one of the authors. */
uint32_t sent_find(const struct sent *s, uint64_t user, uint32_t tag, bool *ours);

#endif
