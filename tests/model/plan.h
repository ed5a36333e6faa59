/*
 * The plan: which person does what with which device, in an order that the
 * seed alone decides. A step always draws the same number of random numbers,
 * so what the server answers, and when, does not change the plan.
 */
#ifndef APPCHAT_TESTS_MODEL_PLAN_H
#define APPCHAT_TESTS_MODEL_PLAN_H

#include <stdint.h>

struct plan {
	uint64_t state;
	uint64_t steps;    /* drawn so far */
};

struct step {
	uint64_t number;
	uint32_t person, device;   /* to be taken modulo how many there are */
	uint32_t action;           /* 0 .. 2^32: spread over the actions' weights */
	uint32_t a, b, c;          /* what the action makes of them */
	uint32_t fault;            /* as action, over the faults */
};

void plan_init(struct plan *p, uint64_t seed);
struct step plan_next(struct plan *p);
/* A hash of x: a further number that belongs to a step or a message. */
uint64_t plan_mix(uint64_t x);

#endif
