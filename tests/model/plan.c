/* SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014). */
#include "tests/model/plan.h"

#define GOLDEN 0x9e3779b97f4a7c15ull

uint64_t plan_mix(uint64_t x) {
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return x ^ x >> 31;
}

static uint32_t draw(struct plan *p) {
	return (uint32_t)(plan_mix(p->state += GOLDEN) >> 32);
}

void plan_init(struct plan *p, uint64_t seed) {
	p->state = plan_mix(seed + GOLDEN);
	p->steps = 0;
}

struct step plan_next(struct plan *p) {
	struct step s = {.number = ++p->steps};
	s.person = draw(p);
	s.device = draw(p);
	s.action = draw(p);
	s.a = draw(p);
	s.b = draw(p);
	s.c = draw(p);
	s.fault = draw(p);
	return s;
}
