/*
 * The model: people with devices, rooms, and the visits that devices make to
 * the real server. Facts that may change at once are registers (reg.h), logs
 * are in the annals (annals.h); the rest is plain arrays.
 *
 *   plan -> actions -> visit_ask() -> server
 *   server -> answers -> annals, registers -> differences (trail)
 */
#ifndef APPCHAT_TESTS_MODEL_MODEL_H
#define APPCHAT_TESTS_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/model/annals.h"
#include "tests/model/humans.h"
#include "tests/model/plan.h"
#include "tests/model/serve.h"
#include "tests/model/trail.h"

struct visit;
struct inflater;

struct model {
	struct trail trail;
	struct annals *annals;
	struct plan plan;
	struct serve serve;
	struct inflater *inflater;
	struct room_known rooms[ROOMS_MAX];
	uint32_t room_count;
	struct human **humans;        /* all there ever were */
	size_t human_count;
	struct human **cast;          /* who the plan's people are now; the last is the auditor */
	uint32_t people;              /* in the cast, without the auditor */
	struct visit **visits;
	size_t visit_count;
	uint32_t visits_made, names;
	uint64_t now_ms, wall_ms;     /* time that this program ran; and the clock it was read from */
	uint64_t step_every_us, steps_due_us;
	uint64_t stalled_ms;          /* when this program last stood still */
	uint64_t muted_tick, unmuted_tick, unmuted_ms;   /* when the server could not write */
	bool unsure;                  /* what was refused for lack of storage may be stored after all */
	uint64_t thaw_ms, unmute_ms, start_ms;   /* when a fault ends; 0: none */
	uint64_t fault_every_ms, seconds;
	bool started;                 /* the server is up */
	bool settling, audit_due;
	uint32_t strangers;           /* while settling: people that the server has wrong */
	bool any_fault;               /* faults from outside: STORAGE may come at any time */
	unsigned kills, stops, freezes, mutes, audits, settles, gaps;
	uint64_t asked[24], refused[24], events, unanswered;
};

/* One turn: steps that are due, what arrived, what is to go out. At most wait_ms. */
void model_turn(struct model *m, int wait_ms);

#endif
