/* Logs: acknowledgements, events, gaps, history, and how far behind one is. */
#include <stdlib.h>

#include "proto/limits.h"
#include "tests/model/answers.h"
#include "tests/model/asks.h"

typedef unsigned long long ull;

void on_acked(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	const Appchat__SendAck *ack = f->send_ack;
	const struct room_known *room = &m->rooms[r->room];
	if (ack->room != room->id)
		trail_differ(&m->trail, "visit %u: sent to room %u, acknowledged in %llu", v->number, r->room, (ull)ack->room);
	if (!ack->duplicate)   /* what was said before stays acknowledged to who has left */
		saw_in(m, v, r->room, true, r->from);
	if (r->kind == APPCHAT__CLIENT_FRAME__BODY_SET_TOPIC && room->maker != v->human->user &&
		reg_is(&v->human->guest, 1, r->from, m->trail.tick))
		trail_differ(&m->trail, "visit %u: guest %u set the topic of room %u", v->number, v->human->number, r->room);
	annals_acked(m->annals, r->slot, r->variant, ack->seq, ack->time_ms, ack->duplicate);
}

struct told told_of(const Appchat__Event *e) {
	struct told t = {.seq = e->seq, .time_ms = e->time_ms, .text = ""};
	if (e->body_case == APPCHAT__EVENT__BODY_MESSAGE) {
		t.author = e->message->author;
		t.name = e->message->name;
		t.text = e->message->text;
		t.tag = e->message->tag;
	} else if (e->body_case == APPCHAT__EVENT__BODY_TOPIC_CHANGED) {
		t.kind = KIND_TOPIC;
		t.author = e->topic_changed->author;
		t.name = e->topic_changed->name;
		t.text = e->topic_changed->topic;
	} else if (e->body_case == APPCHAT__EVENT__BODY_ROOM_CREATED) {
		t.kind = KIND_CREATED;
		t.author = e->room_created->author;
		t.name = e->room_created->name;
	}
	return t;
}

/* First heard of: was its author called that then? */
static void check_name(struct model *m, uint32_t room, const struct told *t, uint32_t slot) {
	const struct human *h = human_by_user(m, t->author);
	uint64_t since = slot == NO_SLOT ? 0 : annals_since(m->annals, slot);
	if (h && since && !reg_may_be(&h->name, name_number(t->name), since, m->trail.tick))
		trail_differ(&m->trail, "room %u, %llu: human %u is called \"%s\"", room, (ull)t->seq, h->number, t->name);
}

uint64_t saw_events(struct model *m, struct visit *v, uint32_t room, uint64_t first, Appchat__Event **events, size_t count) {
	uint64_t next = first;
	for (size_t i = 0; i < count; i++) {
		struct told t = told_of(events[i]);
		uint32_t slot;
		if (next && t.seq != next)
			trail_differ(&m->trail, "visit %u of human %u: room %u: %llu instead of %llu", v->number, v->human->number, room,
				(ull)t.seq, (ull)next);
		if (!t.name)
			trail_differ(&m->trail, "room %u, %llu: an event of kind %d", room, (ull)t.seq, (int)events[i]->body_case);
		else if (annals_event(m->annals, room, &t, &slot))
			check_name(m, room, &t, slot);
		next = t.seq + 1;
		m->events++;
	}
	return count ? next - 1 : 0;
}

static void move_cursor(struct visit *v, uint32_t room, uint64_t to) {
	v->seats[room].cursor = to;
	v->seats[room].following = FOLLOW_YES;
	if (v->device->visit == v)
		v->device->cursors[room] = to;
}

/* Something of the room's log came: may this connection have it? */
static bool may_follow(struct model *m, struct visit *v, uint32_t room) {
	if (room != NO_ROOM && v->seats[room].following != FOLLOW_NO &&
		reg_may_be(&v->human->members[room].in, 1, v->fence, m->trail.tick))
		return true;
	trail_differ(&m->trail, "visit %u of human %u: events of room %u, which it %s", v->number, v->human->number, room,
		room != NO_ROOM && v->seats[room].following != FOLLOW_NO ? "is not in" : "does not follow");
	return false;
}

void push_events(struct model *m, struct visit *v, const struct request *none, const sframe *f) {
	(void)none;
	uint32_t room = room_by_id_of(m, f->events->room);
	if (!may_follow(m, v, room))
		return;
	uint64_t last = saw_events(m, v, room, v->seats[room].cursor + 1, f->events->event, f->events->n_event);
	if (last)
		move_cursor(v, room, last);
	else
		trail_differ(&m->trail, "visit %u: a frame of no events", v->number);
}

void push_gap(struct model *m, struct visit *v, const struct request *none, const sframe *f) {
	(void)none;
	const Appchat__Gap *gap = f->gap;
	uint32_t room = room_by_id_of(m, gap->room);
	if (!may_follow(m, v, room))
		return;
	if (gap->from != v->seats[room].cursor + 1 || gap->to < gap->from || gap->to - gap->from + 1 <= LIMIT_GAP_EVENTS)
		trail_differ(&m->trail, "visit %u: room %u: a gap from %llu to %llu at cursor %llu", v->number, room, (ull)gap->from,
			(ull)gap->to, (ull)v->seats[room].cursor);
	m->gaps++;
	annals_head(m->annals, room, gap->to, 0);
	move_cursor(v, room, gap->to);
}

/* ---- history ---- */

static void check_page(struct model *m, struct visit *v, const struct request *r, const Appchat__HistoryPage *page, uint64_t last) {
	uint64_t known = annals_known_at(m->annals, r->room, r->from);
	uint64_t first = page->n_event ? page->event[0]->seq : 0;
	bool good = page->n_event <= (r->limit && r->limit < LIMIT_HISTORY_EVENTS ? r->limit : LIMIT_HISTORY_EVENTS);
	if (r->forward)
		good = good && (first ? first == r->seq + 1 : r->seq >= known) && (page->more || last >= known || r->seq >= known);
	else if (r->seq)
		good = good && (first ? last + 1 == r->seq || (r->seq > known && last >= known) : r->seq == 1 || !known) && page->more == (first > 1);
	else
		good = good && last >= known && page->more == (first > 1);
	if (!good)
		trail_differ(&m->trail, "visit %u: room %u: a page %llu to %llu, more %d, for %s %llu, at most %u, of at least %llu", v->number,
			r->room, (ull)first, (ull)last, page->more, r->forward ? "after" : "before", (ull)r->seq, r->limit, (ull)known);
	if (r->forward && page->more)
		annals_head(m->annals, r->room, last + 1, 0);
}

void on_history(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	const Appchat__HistoryPage *page = f->history_page;
	saw_in(m, v, r->room, true, r->from);
	if (page->room != m->rooms[r->room].id || page->epoch != m->rooms[r->room].epoch)
		trail_differ(&m->trail, "visit %u: a page of room %llu, epoch %u", v->number, (ull)page->room, page->epoch);
	uint64_t last = saw_events(m, v, r->room, 0, page->event, page->n_event);
	check_page(m, v, r, page, last);
	if (v->audits == r->room + 1) {
		v->audit_last = last ? last : v->audit_last;
		v->audit_from = page->more ? 0 : r->from;
	}
}

/* ---- health ---- */

void on_pong(struct model *m, struct visit *v, const struct request *r, const sframe *f) {
	bool listed[ROOMS_MAX] = {false};
	for (size_t i = 0; i < f->pong->n_head; i++) {
		const Appchat__Head *head = f->pong->head[i];
		uint32_t room = room_by_id_of(m, head->room);
		if (room == NO_ROOM || v->seats[room].following == FOLLOW_NO || head->sent != v->seats[room].cursor || head->sent > head->head) {
			trail_differ(&m->trail, "visit %u: room %u (follows %d, cursor %llu) is said to be sent up to %llu of %llu", v->number, room,
				room == NO_ROOM ? -1 : (int)v->seats[room].following, room == NO_ROOM ? 0 : (ull)v->seats[room].cursor,
				(ull)head->sent, (ull)head->head);
			continue;
		}
		listed[room] = true;
		v->seats[room].following = FOLLOW_YES;
		annals_head(m->annals, room, head->head, r->from);
	}
	for (uint32_t room = 0; room < m->room_count; room++) {
		if (v->seats[room].following == FOLLOW_YES && !listed[room])
			trail_differ(&m->trail, "visit %u: room %u is not followed any more", v->number, room);
		if (v->seats[room].following == FOLLOW_MAYBE && !listed[room])
			v->seats[room].following = FOLLOW_NO;
	}
}
