/*
 * Fuzz inputs that are a sequence of steps: a byte that says what to do, two of
 * length, and so many bytes. A mutator for libFuzzer that keeps them so, and
 * puts in steps that a generator made.
 */
#ifndef APPCHAT_TESTS_SUPPORT_RECORDS_H
#define APPCHAT_TESTS_SUPPORT_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#include "tests/support/dice.h"

#define RECORDS_MAX 64
#define RECORD_HEAD 3

struct record {
	uint8_t op;
	const uint8_t *data;
	size_t len;
};

/* Takes the next step off the input; false: there is none. A length that is too large is cut. */
bool record_next(const uint8_t **data, size_t *size, struct record *out);

/* Makes a step: its bytes go to out (at most size); returns how many. */
typedef size_t record_make(struct dice *dice, uint8_t *op, uint8_t *out, size_t size);

/* For LLVMFuzzerCustomMutator and LLVMFuzzerCustomCrossOver. */
size_t records_mutate(uint8_t *data, size_t size, size_t max, unsigned seed, record_make *make);
size_t records_cross(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out, size_t max, unsigned seed);

#endif
