/* Repeatable chance for tests: the same seed gives the same throws. */
#ifndef APPCHAT_TESTS_SUPPORT_DICE_H
#define APPCHAT_TESTS_SUPPORT_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};

/* SplitMix64 (public domain, Vigna). */
static inline uint64_t dice_next(struct dice *d) {
	uint64_t z = d->state += 0x9e3779b97f4a7c15ull;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

/* 0 to sides - 1. */
static inline uint32_t dice_roll(struct dice *d, uint32_t sides) {
	return (uint32_t)(dice_next(d) >> 32) % sides;
}

/* True once in `of` throws. */
static inline bool dice_once_in(struct dice *d, uint32_t of) {
	return !dice_roll(d, of);
}

#endif
