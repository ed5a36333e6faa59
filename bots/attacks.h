/* What hostile connections send, as rows of a table, and what a server may answer. */
#ifndef APPCHAT_BOTS_ATTACKS_H
#define APPCHAT_BOTS_ATTACKS_H

#include <stddef.h>
#include <stdint.h>

#include "bots/wsconn.h"
#include "proto/base/buf.h"

/* How far the liar goes honestly before it lies. */
enum attack_stage { ATTACK_TCP, ATTACK_OPEN, ATTACK_GREETED, ATTACK_SIGNED_IN };

/* What the server may do about it, or'ed. */
enum attack_outcome {
	ATTACK_ERROR = 1,    /* an Error answer */
	ATTACK_CLOSED = 2,   /* the end of the connection */
	ATTACK_ANSWER = 4,   /* another answer */
	ATTACK_SILENCE = 8,  /* nothing for some seconds */
};

struct attack {
	const char *name;
	enum attack_stage stage;
	int allowed;                                  /* outcomes */
	void (*make)(struct buf *out, struct wsnet *net);   /* appends the bytes, frames and all */
	bool vanish;                                  /* and is gone at once */
};

/* The i-th row; NULL past the end. */
const struct attack *attack_at(size_t i);
size_t attack_count(void);

#endif
