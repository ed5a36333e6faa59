/* history ROOM: the last messages, oldest first; read page by page, newest first. */
#include <stdlib.h>

#include "proto/limits.h"
#include "tui/format.h"
#include "tui/verbs.h"

#define LIMIT_DEFAULT 50

struct history_run {
	struct sync one;          /* pages are gathered here, away from the client's own rooms */
	unsigned messages, limit;
	uint64_t before;          /* of the next page; 0: the newest */
	bool asked;
};

static void ask(struct verb_run *v);

static void finish(struct verb_run *v) {
	struct history_run *h = v->own;
	struct sync_room *room = h->one.room[0];
	size_t i = room->events;
	for (unsigned n = 0; i > 0 && n < h->limit;)
		n += room->event[--i]->kind == SYNC_MESSAGE;
	for (; i < room->events; i++) {
		if (v->app->options->json)
			format_json(&v->out, v->app->options->room, room->event[i]);
		else
			format_line(&v->out, room->event[i]);
	}
	if (verb_write(v))
		app_quit(v->app, EXIT_SENT);
}

static void on_message(void *arg, struct sync_room *room, const struct sync_event *event, bool fresh) {
	struct history_run *h = arg;
	(void)room, (void)fresh;
	h->messages += event->kind == SYNC_MESSAGE;
}

static void take_page(struct verb_run *v, const Appchat__HistoryPage *page) {
	struct history_run *h = v->own;
	if (!h->one.rooms) {
		Appchat__RoomState state = APPCHAT__ROOM_STATE__INIT;
		state.id = page->room;
		state.epoch = page->epoch;
		sync_room_state(&h->one, &state);
	}
	size_t fresh = sync_page(&h->one, page, h->before, false);
	h->before = page->n_event ? page->event[0]->seq : 0;
	if (page->more && fresh && h->messages < h->limit && h->before > 1 && h->one.room[0]->events < SYNC_WINDOW_EVENTS - LIMIT_HISTORY_EVENTS)
		ask(v);
	else
		finish(v);
}

static void answered(void *arg, const Appchat__ServerFrame *answer) {
	struct verb_run *v = arg;
	struct history_run *h = v->own;
	h->asked = false;
	if (!answer || v->app->quit)
		return; /* asked again when we are back */
	if (answer->body_case == APPCHAT__SERVER_FRAME__BODY_HISTORY_PAGE)
		take_page(v, answer->history_page);
	else if (answer->body_case == APPCHAT__SERVER_FRAME__BODY_ERROR)
		verb_fail(v, answer->error->temporary ? EXIT_TEMPORARY : EXIT_USAGE, answer->error->text);
}

static void ask(struct verb_run *v) {
	struct history_run *h = v->own;
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__History history = APPCHAT__HISTORY__INIT;
	history.room = v->room;
	history.before = h->before;
	history.limit = LIMIT_HISTORY_EVENTS;
	frame.history = &history;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_HISTORY;
	h->asked = client_call(v->app->client, &frame, answered, v);
}

static void ready(struct verb_run *v, struct sync_room *room) {
	struct history_run *h = v->own;
	(void)room;
	v->timeout_text = "the history did not come in time";
	if (!h->asked)
		ask(v);
}

int verb_history(struct verb_run *v) {
	struct history_run h = {.limit = v->app->options->limit ? v->app->options->limit : LIMIT_DEFAULT};
	h.one = (struct sync){.arg = &h, .on_event = on_message};
	v->own = &h;
	v->ready = ready;
	int code = verb_loop(v);
	h.one.on_event = NULL;
	sync_clear(&h.one);
	return code;
}
