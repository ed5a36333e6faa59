/*
 * Hostile connections beside the well-behaved bots. Each goes through the
 * table of attacks: connect, behave up to the attack's stage, lie, see what
 * the server does, drop, next. What the server may do stands in the table;
 * the rest is counted as wrong. The verifier tells whether others suffered.
 */
#ifndef APPCHAT_BOTS_HOSTILE_H
#define APPCHAT_BOTS_HOSTILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bots/timers.h"
#include "bots/wsconn.h"

struct hostile;

/* Makes and starts this many liars of this run. */
struct hostile *hostile_start(struct wsnet *net, struct timers *timers, const char *run, uint32_t count);
/* No more attacks; open connections are dropped. hostile may be NULL. */
void hostile_stop(struct hostile *h);
/* True when stopped and nothing is open any more. */
bool hostile_over(const struct hostile *h);
void hostile_free(struct hostile *h);

/* Attacks finished, and those that the server answered as it must not. */
uint64_t hostile_attacks(const struct hostile *h);
uint64_t hostile_wrong(const struct hostile *h);
/* The first of those in words; "" when there was none. */
const char *hostile_first_wrong(const struct hostile *h);

#endif
