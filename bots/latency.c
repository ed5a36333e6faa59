/* Groups are looked up by where their run begins; another run in the same place flushes it. */
#include "bots/latency.h"

static void flush(struct latency *l, struct latency_group *g) {
	struct hist *to = g->aside ? &l->aside : &l->second;
	for (uint64_t seq = g->first; g->count && seq <= g->last; seq++) {
		uint64_t intended = verify_intended(l->verify, g->room, seq);
		if (intended)
			hist_add(to, g->latest > intended ? g->latest - intended : 0, g->count);
	}
	g->count = 0;
}

static bool same(const struct latency_group *g, uint32_t room, const struct follower *f, uint64_t first, uint64_t last, uint64_t now) {
	return g->count && g->first == first && g->last == last && g->room == room && g->aside == f->aside &&
		now - g->opened <= g->span;
}

void latency_delivered(void *arg, uint32_t room, const struct follower *f, uint64_t first, uint64_t last, uint64_t now) {
	struct latency *l = arg;
	struct latency_group *g = &l->group[(first + room * 17) % LATENCY_GROUPS];
	if (!same(g, room, f, first, last, now)) {
		uint64_t newest = verify_intended(l->verify, room, last);
		flush(l, g);
		*g = (struct latency_group){.first = first, .last = last, .opened = now, .room = room, .aside = f->aside};
		g->span = newest && now > newest ? (now - newest) >> HIST_STEP_BITS : 0;
	}
	g->count++;
	g->latest = now;
}

void latency_flush(struct latency *l) {
	for (int i = 0; i < LATENCY_GROUPS; i++)
		flush(l, &l->group[i]);
}

void latency_second(struct latency *l) {
	latency_flush(l);
	hist_merge(&l->total, &l->second);
	hist_clear(&l->second);
}
