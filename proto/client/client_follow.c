/* Asking for what is missing: Follow from the cursors, and pages of history. */
#include <stdlib.h>

#include "proto/base/buf.h"
#include "proto/client/client_state.h"

#define PAGE_EVENTS 100
#define HISTORY_HOLD_MS 500
#define CURSORS_MAX 1000   /* in one Follow: stays below LIMIT_FRAME */

/* ---- follow --------------------------------------------------------------------------- */

static void follow_answered(void *arg, const Appchat__ServerFrame *frame) {
	struct client *c = arg;
	if (!frame)
		return;
	bool failed = frame->body_case == APPCHAT__SERVER_FRAME__BODY_ERROR;
	if (failed) {
		unsigned retry = frame->error->retry_after_ms;
		c->hold_ms = client_now_ms() + (retry > 1000 ? retry : 1000);
	}
	client_set_error(c, failed ? frame->error->text : "");
	sync_follow_done(&c->sync, !failed);
	client_pump(c);
}

static size_t collect(struct client *c, struct sync_room **out) {
	size_t n = 0;
	for (size_t i = 0; i < c->sync.rooms && n < CURSORS_MAX; i++)
		if (c->sync.room[i]->follow && !c->sync.room[i]->following)
			out[n++] = c->sync.room[i];
	return n;
}

void client_follow(struct client *c) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Follow follow = APPCHAT__FOLLOW__INIT;
	struct sync_room *rooms[CURSORS_MAX];
	size_t n = collect(c, rooms);
	if (!n || c->o.no_rooms)
		return;
	Appchat__Cursor *cursor = xcalloc(n, sizeof *cursor), **list = xcalloc(n, sizeof *list);
	for (size_t i = 0; i < n; i++) {
		appchat__cursor__init(&cursor[i]);
		cursor[i].room = rooms[i]->id;
		cursor[i].epoch = rooms[i]->epoch;
		cursor[i].after = rooms[i]->cursor;
		list[i] = &cursor[i];
	}
	follow.n_cursor = n;
	follow.cursor = list;
	follow.active = c->active;
	frame.follow = &follow;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_FOLLOW;
	if (client_request(c, &frame, follow_answered, c))
		for (size_t i = 0; i < n; i++)
			sync_follow_sent(rooms[i]);
	free(list);
	free(cursor);
}

/* ---- history ----------------------------------------------------------------------------- */

static bool same(const struct page *p, uint64_t room, uint64_t asked, bool forward) {
	return p->room == room && p->asked == asked && p->forward == forward;
}

static void page_remove(struct client *c, struct page *page) {
	struct page **at = &c->pages;
	while (*at && *at != page)
		at = &(*at)->next;
	if (*at)
		*at = page->next;
	free(page);
}

/* Whoever looks at the room would ask again at once: not before the server likes to be asked. */
static void page_refused(struct client *c, const struct page *asked, const Appchat__Error *error) {
	unsigned retry = error->retry_after_ms > HISTORY_HOLD_MS ? error->retry_after_ms : HISTORY_HOLD_MS;
	client_set_error(c, error->text);
	if (error->temporary)
		c->history_hold_ms = client_now_ms() + retry;
	else
		c->empty = *asked;
}

static void page_answered(void *arg, const Appchat__ServerFrame *frame) {
	struct page *page = arg, asked = *page;
	struct client *c = page->client;
	page_remove(c, page);
	if (!frame)
		return;
	struct sync_room *room = sync_find(&c->sync, asked.room);
	if (frame->body_case == APPCHAT__SERVER_FRAME__BODY_HISTORY_PAGE && frame->history_page->room == asked.room &&
	    !sync_page(&c->sync, frame->history_page, asked.asked, asked.forward))
		c->empty = asked;
	if (frame->body_case == APPCHAT__SERVER_FRAME__BODY_ERROR)
		page_refused(c, &asked, frame->error);
	else
		client_set_error(c, "");
	if (room)
		client_room_changed(c, room, CLIENT_ROOM_FILLED);
	client_pump(c);
}

bool client_history_busy(const struct client *c, const struct sync_room *room) {
	for (const struct page *p = c->pages; p; p = p->next)
		if (p->room == room->id)
			return true;
	return false;
}

static bool ask_page(struct client *c, uint64_t room, uint64_t asked, bool forward) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__History history = APPCHAT__HISTORY__INIT;
	struct page *page = xmalloc(sizeof *page);
	*page = (struct page){c, room, asked, forward, c->pages};
	history.room = room;
	history.forward = forward;
	history.before = forward ? 0 : asked;
	history.after = forward ? asked : 0;
	history.limit = c->history_events < PAGE_EVENTS ? c->history_events : PAGE_EVENTS;
	frame.history = &history;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_HISTORY;
	if (!client_request(c, &frame, page_answered, page)) {
		free(page);
		return false;
	}
	c->pages = page;
	return true;
}

bool client_history(struct client *c, struct sync_room *room, size_t i, bool forward) {
	if (c->state != CLIENT_READY || c->history_hold_ms || i > room->events || (forward && i == room->events))
		return false;
	uint64_t asked = i < room->events ? room->event[i]->seq : room->cursor + 1;
	if (!sync_missing(room, forward ? i + 1 : i) || same(&c->empty, room->id, asked, forward))
		return false;
	for (const struct page *p = c->pages; p; p = p->next)
		if (p->room == room->id && p->forward == forward)
			return false;
	return ask_page(c, room->id, asked, forward);
}

void client_history_resume(struct client *c) {
	struct sync_room *room = sync_find(&c->sync, c->active);
	c->history_hold_ms = 0;
	if (room)
		client_room_changed(c, room, CLIENT_ROOM_FILLED);
}

void client_pages_lost(struct client *c) {
	c->empty = (struct page){0};
	c->history_hold_ms = 0;
}
