/*
 * One fact that several may change at once (is in the room, has this name, is
 * a guest, the token is good), and what it can be. A change is known from when
 * it was asked for to when it was answered; unanswered, it may have happened
 * or may yet. What was seen counts as a change that surely happened.
 *
 *   asked...answered     a sure claim: it held at some instant in between
 *   asked...             a claim that may hold from then on
 *
 * A value can be seen in [from, to] if a claim of it began before `to` and no
 * sure claim lies wholly between that claim and `from`.
 */
#ifndef APPCHAT_TESTS_MODEL_REG_H
#define APPCHAT_TESTS_MODEL_REG_H

#include <stdbool.h>
#include <stdint.h>

#define REG_CLAIMS 16

struct claim {
	uint64_t value, from, to;
	uint32_t id;
	bool sure;
};

struct reg {
	struct claim claims[REG_CLAIMS];
	uint32_t count, next;
	uint64_t forgot;   /* what was seen from before this cannot be judged any more */
};

/* The fact has this value from `now` on. */
void reg_set(struct reg *r, uint64_t value, uint64_t now);
/* A change was asked for; returns its number, never 0. */
uint32_t reg_ask(struct reg *r, uint64_t value, uint64_t now);
/* It was answered: done, or refused. */
void reg_done(struct reg *r, uint32_t id, uint64_t now);
void reg_refused(struct reg *r, uint32_t id);
/* Nothing asked for so far can happen any more: the server has ended. */
void reg_ended(struct reg *r, uint64_t now);

/* Can it have had this value at some instant in [from, to]? */
bool reg_may_be(const struct reg *r, uint64_t value, uint64_t from, uint64_t to);
/* Can it have had no other value in [from, to]? */
bool reg_is(const struct reg *r, uint64_t value, uint64_t from, uint64_t to);
/* It was seen to have this value in [from, to]; false: it cannot have. */
bool reg_saw(struct reg *r, uint64_t value, uint64_t from, uint64_t to);
/* Has it become impossible to say what it is? */
bool reg_blurred(const struct reg *r);
/* Are so many changes open that another should wait? */
bool reg_crowded(const struct reg *r);

#endif
