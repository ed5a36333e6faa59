/* tail ROOM: what is said from now on, a line each, over reconnects too. */
#include <inttypes.h>
#include <stdio.h>

#include "tui/format.h"
#include "tui/verbs.h"

struct tail {
	uint64_t last;   /* printed, or passed */
};

static void ready(struct verb_run *v, struct sync_room *room) {
	struct tail *t = v->own;
	uv_timer_stop(&v->timeout);
	if (!t->last)
		t->last = room->cursor;
}

static void note_hole(uint64_t missing) {
	if (missing)
		fprintf(stderr, "appchat-tui: %" PRIu64 " events were skipped; see history\n", missing);
}

static void on_event(struct verb_run *v, const struct sync_event *event, bool fresh) {
	struct tail *t = v->own;
	struct sync_room *room = sync_find(client_rooms(v->app->client), v->room);
	if (!fresh || event->seq <= t->last)
		return;
	note_hole(event->seq - t->last - 1);
	t->last = event->seq;
	if (v->app->options->json)
		format_json(&v->out, room->name, event);
	else
		format_line(&v->out, event);
	verb_write(v);
}

int verb_tail(struct verb_run *v) {
	struct tail t = {0};
	v->own = &t;
	v->ready = ready;
	v->on_event = on_event;
	return verb_loop(v);
}
