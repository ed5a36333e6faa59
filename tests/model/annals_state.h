/* What annals.c and annals_read.c share. */
#ifndef APPCHAT_TESTS_MODEL_ANNALS_STATE_H
#define APPCHAT_TESTS_MODEL_ANNALS_STATE_H

#include "tests/model/annals.h"

struct variant {
	uint32_t room, tries, open;   /* open: not answered, or never will be */
	enum kind kind;
	char *text;
};

struct slot {
	uint64_t author, since, seq;  /* seq: where it is stored; 0: not known to be */
	uint8_t id[16];
	uint32_t twin;                /* the next slot of the same id */
	uint32_t winner;              /* the variant that is stored */
	uint32_t count;
	struct variant *variants;
	bool fresh;                   /* an acknowledgement said: stored just now */
	bool must;                    /* a CONFLICT said: something is stored */
};

enum known { KNOWN_NOT, KNOWN_ACKED, KNOWN_TOLD };
struct entry {
	enum known known;
	enum kind kind;
	uint32_t slot, variant;
	uint64_t time_ms, author;
	char *name;
};

#define RAISES 128
struct raise { uint64_t tick, head; };

struct log {
	struct entry *entries;        /* entries[seq - 1] */
	uint64_t cap, reach;          /* reach: the highest number that must be there */
	bool has_first;
	uint64_t maker;
	char *topic;                  /* before the first change */
	struct raise raises[RAISES];
	uint32_t raise_count;
};

struct seen_topic {
	uint32_t room;
	uint64_t head;
	char *topic;
};

struct annals {
	struct trail *trail;
	struct log *logs;
	struct slot *slots;
	struct seen_topic *topics;    /* not yet judged */
	uint32_t log_count, slot_count, slot_cap;
	uint32_t topic_count;
};

/* Number seq of a room is there, whoever says so. */
void annals_raise(struct annals *l, uint32_t room, uint64_t seq);
/* The entry's place, made when missing; NULL: no log has that number. */
struct entry *annals_entry(struct annals *l, uint32_t room, uint64_t seq);

#endif
