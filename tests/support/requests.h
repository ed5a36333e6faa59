/* Requests at random: every kind of the protocol, well formed, about a few rooms,
 * names and message ids, so that they have to do with each other. */
#ifndef APPCHAT_TESTS_SUPPORT_REQUESTS_H
#define APPCHAT_TESTS_SUPPORT_REQUESTS_H

#include <stddef.h>
#include <stdint.h>

#include "tests/support/dice.h"

/* Packs one under this number; returns its size, 0 when it does not fit. */
size_t request_make(struct dice *dice, uint32_t number, uint8_t *out, size_t size);

#endif
