/* Runs are looked up by where they begin; another run in the same place puts the old one out. */
#include "bots/latency.h"

#include <stdlib.h>

#include "proto/base/buf.h"

static void flush(struct latency *l, struct latency_run *r, bool aside) {
	struct latency_group *g = &r->group[aside];
	if (g->count)
		hist_add_since(aside ? &l->aside : &l->second, r->intended, r->count, g->latest, g->count);
	g->count = 0;
}

static void begin_run(struct latency *l, struct latency_run *r, uint32_t room, uint64_t first, uint64_t last) {
	flush(l, r, false);
	flush(l, r, true);
	r->first = first;
	r->last = last;
	r->room = room;
	r->count = r->newest = 0;
	if (r->cap < last - first + 1) {
		r->cap = last - first + 1;
		r->intended = xrealloc(r->intended, r->cap * sizeof *r->intended);
	}
	for (uint64_t seq = first; seq <= last; seq++) {
		uint64_t intended = verify_intended(l->verify, room, seq);
		if (intended)
			r->intended[r->count++] = intended;
		if (intended > r->newest)
			r->newest = intended;
	}
}

void latency_delivered(void *arg, uint32_t room, const struct follower *f, uint64_t first, uint64_t last, uint64_t now) {
	struct latency *l = arg;
	struct latency_run *r = &l->run[(first + room * 17) % LATENCY_RUNS];
	if (r->first != first || r->last != last || r->room != room)
		begin_run(l, r, room, first, last);
	struct latency_group *g = &r->group[f->aside];
	if (g->count && now - g->opened > g->span)
		flush(l, r, f->aside);
	if (!g->count) {
		g->opened = now;
		g->span = now > r->newest ? (now - r->newest) >> HIST_STEP_BITS : 0;
	}
	g->count++;
	g->latest = now;
}

void latency_flush(struct latency *l) {
	for (int i = 0; i < LATENCY_RUNS; i++) {
		flush(l, &l->run[i], false);
		flush(l, &l->run[i], true);
	}
}

void latency_second(struct latency *l) {
	latency_flush(l);
	hist_merge(&l->total, &l->second);
	hist_clear(&l->second);
}

void latency_free(struct latency *l) {
	for (int i = 0; i < LATENCY_RUNS; i++)
		free(l->run[i].intended);
}
