/* What a server says at random, about a few rooms and a log whose pieces often fit together. */
#ifndef APPCHAT_TESTS_SUPPORT_ANSWERS_H
#define APPCHAT_TESTS_SUPPORT_ANSWERS_H

#include <stddef.h>
#include <stdint.h>

#include "tests/support/dice.h"

#define ANSWERS_STEP 10   /* runs of events begin just above a multiple of this */

/* Packs a ServerFrame, one in six of them deflated; returns its size, 0 when it does not fit. */
size_t answer_make(struct dice *dice, uint8_t *out, size_t size);

#endif
