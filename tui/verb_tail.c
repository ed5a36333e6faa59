/*
 * tail ROOM: what is said from now on, a line each, over reconnects too. What
 * the server did not push, being too far ahead, is asked for as history, so
 * that the lines are without a hole.
 */
#include <inttypes.h>
#include <stdio.h>

#include "proto/limits.h"
#include "tui/format.h"
#include "tui/verbs.h"

struct tail {
	uint64_t last;    /* printed up to here */
	bool began, asked;
};

static void go_on(struct verb_run *v);

static void print_event(struct verb_run *v, const struct sync_room *room, const struct sync_event *event) {
	if (v->app->options->json)
		format_json(&v->out, room->name, event);
	else
		format_line(&v->out, event);
}

static void skip_to(struct tail *t, uint64_t seq) {
	if (seq > t->last + 1)
		fprintf(stderr, "appchat-tui: the server no longer has %" PRIu64 " events\n", seq - t->last - 1);
	t->last = seq - 1;
}

static void take_page(struct verb_run *v, const Appchat__HistoryPage *page, uint64_t asked) {
	struct tail *t = v->own;
	struct sync *rooms = client_rooms(v->app->client);
	struct sync_room *room = sync_find(rooms, page->room);
	if (!room || t->last != asked)
		return;
	sync_page(rooms, page, asked, true);
	skip_to(t, page->n_event ? page->event[0]->seq : room->cursor + 1);
	go_on(v);
}

static void answered(void *arg, const Appchat__ServerFrame *answer) {
	struct verb_run *v = arg;
	struct tail *t = v->own;
	t->asked = false;
	if (!answer || v->app->quit)
		return; /* asked again when we are back */
	if (answer->body_case == APPCHAT__SERVER_FRAME__BODY_HISTORY_PAGE)
		take_page(v, answer->history_page, t->last);
	else if (answer->body_case == APPCHAT__SERVER_FRAME__BODY_ERROR && !answer->error->temporary)
		verb_fail(v, EXIT_USAGE, answer->error->text);
}

static void ask(struct verb_run *v, const struct sync_room *room) {
	struct tail *t = v->own;
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__History history = APPCHAT__HISTORY__INIT;
	history.room = room->id;
	history.after = t->last;
	history.forward = true;
	history.limit = LIMIT_HISTORY_EVENTS;
	frame.history = &history;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_HISTORY;
	if (!t->asked)
		t->asked = client_call(v->app->client, &frame, answered, v);
}

/* Prints what follows without a hole, and asks for what is missing then. */
static void go_on(struct verb_run *v) {
	struct tail *t = v->own;
	struct sync_room *room = sync_find(client_rooms(v->app->client), v->room);
	if (!room || !t->began || v->app->quit)
		return;
	size_t i = sync_index(room, t->last + 1);
	for (; i < room->events && room->event[i]->seq == t->last + 1 && t->last < room->cursor; i++) {
		print_event(v, room, room->event[i]);
		t->last++;
	}
	verb_write(v);
	bool behind = t->last < room->cursor;
	sync_anchor(room, behind ? t->last : 0); /* keeps what comes next in memory, not the newest */
	if (behind)
		ask(v, room);
}

static void ready(struct verb_run *v, struct sync_room *room) {
	struct tail *t = v->own;
	uv_timer_stop(&v->timeout);
	if (!t->began || room->cursor < t->last) /* less than we printed: another log */
		t->last = room->cursor;
	t->began = true;
	go_on(v);
}

static void on_event(struct verb_run *v, const struct sync_event *event, bool fresh) {
	(void)event;
	if (fresh)
		go_on(v);
}

int verb_tail(struct verb_run *v) {
	struct tail t = {0};
	v->own = &t;
	v->ready = ready;
	v->on_event = on_event;
	v->on_change = go_on;
	return verb_loop(v);
}
