/*
 * The reference: for each room the log as it was told, by acknowledgements and
 * events, and for each message id what was tried under it. The first telling
 * defines an entry; all others have to agree with it.
 *
 * A slot is one client_msg_id of one author. A variant is one content sent
 * under it: the first that the server stored wins, the others are CONFLICTs.
 * A try is open until it is answered; one that never was may have been stored
 * until annals_settled().
 */
#ifndef APPCHAT_TESTS_MODEL_ANNALS_H
#define APPCHAT_TESTS_MODEL_ANNALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/model/trail.h"

enum kind { KIND_MESSAGE, KIND_TOPIC, KIND_CREATED };

/* An event as somebody was told it. */
struct told {
	uint64_t seq, time_ms, author;
	enum kind kind;
	const char *name, *text;
	uint32_t tag;
};

struct annals;
#define NO_SLOT UINT32_MAX

struct annals *annals_new(struct trail *trail);
void annals_free(struct annals *l);

/* A room, numbered from 0 in this order. has_first: the log begins with a RoomCreated by maker. */
uint32_t annals_room(struct annals *l, bool has_first, const char *topic);
void annals_maker(struct annals *l, uint32_t room, uint64_t maker);

/* A new id of this author; its number is the id's last 4 bytes. */
uint32_t annals_slot(struct annals *l, uint64_t author);
/* The same id, used by another author. */
uint32_t annals_twin(struct annals *l, uint32_t slot, uint64_t author);
const uint8_t *annals_id(const struct annals *l, uint32_t slot);
/* One more content under this id; text is copied and begins with annals_mark(). */
uint32_t annals_variant(struct annals *l, uint32_t slot, uint32_t room, enum kind kind, const char *text);
/* How every text of a variant has to begin, so that it can be told whose it is. */
size_t annals_mark(char *out, size_t size, uint32_t slot, uint32_t variant);
uint32_t annals_variants(const struct annals *l, uint32_t slot);
void annals_content(const struct annals *l, uint32_t slot, uint32_t variant, uint32_t *room, enum kind *kind, const char **text);

/* It was sent; then it was acknowledged, or refused, or nothing was heard (no call). */
void annals_tried(struct annals *l, uint32_t slot, uint32_t variant);
void annals_acked(struct annals *l, uint32_t slot, uint32_t variant, uint64_t seq, uint64_t time_ms, bool duplicate);
void annals_refused(struct annals *l, uint32_t slot, uint32_t variant, bool conflict);

/* An event of a room was told. True: for the first time, and it agrees with
 * what is known; *slot (NO_SLOT: the room's creation) is what it came from. */
bool annals_event(struct annals *l, uint32_t room, const struct told *told, uint32_t *slot);
/* When this slot's first try was sent. */
uint64_t annals_since(const struct annals *l, uint32_t slot);

/* The room's head was said to be this, in answer to something asked at tick `from`. */
void annals_head(struct annals *l, uint32_t room, uint64_t head, uint64_t from);
/* The highest number known, now or at a tick (0 when that was too long ago). */
uint64_t annals_known(const struct annals *l, uint32_t room);
uint64_t annals_known_at(const struct annals *l, uint32_t room, uint64_t tick);
/* With this head the room was said to have this topic; judged when all before it is known. */
void annals_topic(struct annals *l, uint32_t room, uint64_t head, const char *topic);

/* The room's log from first to its end at last has been told, asked for at tick `from`. */
void annals_whole(struct annals *l, uint32_t room, uint64_t first, uint64_t last, uint64_t from);
/* All logs were told whole, and nothing is under way: what is not there never will be. */
void annals_settled(struct annals *l);

/* Sums: ids used, and messages and topics known to be stored. */
void annals_counts(const struct annals *l, uint64_t *slots, uint64_t *stored);

#endif
