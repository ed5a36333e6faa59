/* Who is here, by pages of names: one pass keeps the smallest names after the
 * last page's, so a page of a large room costs no sorting of all of it. */
#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"
#include "server/handle/reply.h"
#include "server/handle/table.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"

#define PEOPLE_PER_COST 200   /* looked at, beyond the row's cost */

struct page {
	const struct person *people[LIMIT_PAGE];
	size_t count, limit;
	bool more;
};

static int order(const struct person *a, const struct person *b) {
	int by_name = strcmp(a->user.name, b->user.name);
	return by_name ? by_name : (a->user.id > b->user.id) - (a->user.id < b->user.id);
}

/* Puts p in its place; the largest falls out of a full page. */
static void insert(struct page *page, const struct person *p) {
	if (page->count == page->limit) {
		page->more = true;
		if (order(p, page->people[page->count - 1]) >= 0)
			return;
		page->count--;
	}
	size_t at = page->count++;
	for (; at && order(p, page->people[at - 1]) < 0; at--)
		page->people[at] = page->people[at - 1];
	page->people[at] = p;
}

static void send_page(struct session *s, uint32_t request, const struct room *room, const struct page *page) {
	Appchat__User users[LIMIT_PAGE], *list[LIMIT_PAGE];
	Appchat__MemberPage m = APPCHAT__MEMBER_PAGE__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	for (size_t i = 0; i < page->count; i++) {
		appchat__user__init(&users[i]);
		users[i].id = page->people[i]->user.id;
		users[i].name = (char *)page->people[i]->user.name;
		users[i].guest = page->people[i]->user.guest;
		list[i] = &users[i];
	}
	m.room = room->id;
	m.n_user = page->count;
	m.user = list;
	m.more = page->more;
	m.online = room->people_count;
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_MEMBER_PAGE;
	frame.member_page = &m;
	reply(s, request, &frame);
}

void handle_members(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	const Appchat__Members *in = frame->members;
	struct room *room = room_by_id(s->hub, in->room);
	if (!room || !person_in(s->person, room)) {
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_NOT_FOUND, "You are not in that room; join it first.");
		return;
	}
	uint32_t wait_ms, cost = room->people_count / PEOPLE_PER_COST;
	if (!rate_take(&s->person->allowance->requests, s->hub->now_ns, REQUEST_BURST, REQUEST_RATE, cost, &wait_ms)) {
		reply_retry(s, request, APPCHAT__ERROR_CODE__ERROR_RATE, wait_ms);
		return;
	}
	struct page page = {.limit = in->limit && in->limit < LIMIT_PAGE ? in->limit : LIMIT_PAGE};
	for (uint32_t i = 0; i < room->people_count; i++)
		if (room->people[i]->user.name[0] && strcmp(room->people[i]->user.name, in->after) > 0)
			insert(&page, room->people[i]);
	send_page(s, request, room, &page);
}
