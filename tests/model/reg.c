/* Claims in an array; those that can no longer be seen make room for new ones. */
#include "tests/model/reg.h"

#define EVER UINT64_MAX

static bool after(const struct claim *late, const struct claim *early) {
	return late->sure && late->from > early->to;
}

/* Is claim i overwritten by a change that was over before `from`? */
static bool overwritten(const struct reg *r, uint32_t i, uint64_t from) {
	for (uint32_t j = 0; j < r->count; j++)
		if (j != i && after(&r->claims[j], &r->claims[i]) && r->claims[j].to < from)
			return true;
	return false;
}

static void drop(struct reg *r, uint32_t i) {
	r->claims[i] = r->claims[--r->count];
}

/* Forgets the claim that was overwritten first. When none was, nothing can be judged any more. */
static void make_room(struct reg *r) {
	uint32_t best = 0;
	uint64_t best_to = EVER;
	for (uint32_t i = 0; i < r->count; i++)
		for (uint32_t j = 0; j < r->count; j++)
			if (after(&r->claims[j], &r->claims[i]) && r->claims[j].to < best_to) {
				best_to = r->claims[j].to;
				best = i;
			}
	if (best_to > r->forgot)
		r->forgot = best_to;   /* EVER, when there is none */
	drop(r, best);
}

static uint32_t add(struct reg *r, struct claim claim) {
	if (r->count == REG_CLAIMS)
		make_room(r);
	claim.id = ++r->next;
	r->claims[r->count++] = claim;
	return claim.id;
}

void reg_set(struct reg *r, uint64_t value, uint64_t now) {
	r->count = 0;
	r->forgot = now;
	add(r, (struct claim){.value = value, .from = now, .to = now, .sure = true});
}

uint32_t reg_ask(struct reg *r, uint64_t value, uint64_t now) {
	return add(r, (struct claim){.value = value, .from = now, .to = EVER});
}

static uint32_t find(const struct reg *r, uint32_t id) {
	uint32_t i = 0;
	while (i < r->count && r->claims[i].id != id)
		i++;
	return i;
}

void reg_done(struct reg *r, uint32_t id, uint64_t now) {
	uint32_t i = find(r, id);
	if (i == r->count)
		return;
	r->claims[i].to = now;
	r->claims[i].sure = true;
}

void reg_refused(struct reg *r, uint32_t id) {
	uint32_t i = find(r, id);
	if (i < r->count)
		drop(r, i);
}

void reg_ended(struct reg *r, uint64_t now) {
	for (uint32_t i = 0; i < r->count; i++)
		if (r->claims[i].to == EVER)
			r->claims[i].to = now;
}

bool reg_may_be(const struct reg *r, uint64_t value, uint64_t from, uint64_t to) {
	if (from <= r->forgot && r->count != 1)
		return true;
	for (uint32_t i = 0; i < r->count; i++)
		if (r->claims[i].value == value && r->claims[i].from <= to && !overwritten(r, i, from))
			return true;
	return false;
}

bool reg_is(const struct reg *r, uint64_t value, uint64_t from, uint64_t to) {
	if (from < r->forgot)
		return false;
	for (uint32_t i = 0; i < r->count; i++)
		if (r->claims[i].value != value && r->claims[i].from <= to && !overwritten(r, i, from))
			return false;
	return true;
}

bool reg_saw(struct reg *r, uint64_t value, uint64_t from, uint64_t to) {
	if (!reg_may_be(r, value, from, to))
		return false;
	if (!reg_is(r, value, from, to))   /* else it says nothing new */
		add(r, (struct claim){.value = value, .from = from, .to = to, .sure = true});
	return true;
}

bool reg_blurred(const struct reg *r) {
	return r->forgot == EVER;
}

bool reg_crowded(const struct reg *r) {
	uint32_t open = 0;
	for (uint32_t i = 0; i < r->count; i++)
		open += !r->claims[i].sure;
	return open > REG_CLAIMS / 2;
}
