/* Replays tests/vectors/sync: a table from a line's first word to what it does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/client/sync.h"
#include "proto/client/window.h"
#include "tests/support/vectors.h"

#define STATES 8
#define EVENTS 64

struct replay {
	struct sync sync;
	Appchat__SignedIn in;            /* being gathered while in_states */
	Appchat__User user;
	bool in_states;
	Appchat__RoomState state[STATES], *states[STATES];
	char name[STATES][32];
	struct buf fresh, reset;         /* lists since the last look */
	int cases, line;
};

/* Says where in the file the replay was when an assertion failed. */
static int line_of_failure(void **state) {
	struct replay *r = *state;
	if (r->line)
		print_message("tests/vectors/sync/rooms.txt:%d was the last line replayed\n", r->line);
	sync_clear(&r->sync);
	buf_free(&r->fresh);
	buf_free(&r->reset);
	free(r);
	return 0;
}

static int new_replay(void **state) {
	*state = calloc(1, sizeof(struct replay));
	return *state ? 0 : -1;
}


typedef void step(struct replay *r, const struct vector_line *l);

static uint64_t number(const char *text) {
	char *end;
	uint64_t n = strtoull(text, &end, 10);
	assert_true(end != text && !*end);
	return n;
}

static void list_add(struct buf *b, uint64_t n) {
	buf_printf(b, b->len ? ",%" PRIu64 : "%" PRIu64, n);
}

static void same_list(struct buf *b, const char *want) {
	buf_byte(b, 0);
	assert_string_equal(b->len > 1 ? (char *)b->data : "-", want);
	b->len = 0;
}

/* ---- what happens ---------------------------------------------------------------------- */

static void on_event(void *arg, struct sync_room *room, const struct sync_event *e, bool fresh) {
	struct replay *r = arg;
	(void)room;
	if (fresh)
		list_add(&r->fresh, e->seq);
}

static void on_reset(void *arg, struct sync_room *room) {
	list_add(&((struct replay *)arg)->reset, room->id);
}

static void do_case(struct replay *r, const struct vector_line *l) {
	(void)l;
	sync_clear(&r->sync);
	r->sync = (struct sync){.arg = r, .on_event = on_event, .on_reset = on_reset};
	r->fresh.len = r->reset.len = 0;
	r->cases++;
}

static void do_signed_in(struct replay *r, const struct vector_line *l) {
	appchat__signed_in__init(&r->in);
	appchat__user__init(&r->user);
	r->user.id = number(l->word[1]);
	r->in.user = &r->user;
	r->in.rooms = r->states;
	r->in_states = true;
}

static void do_state(struct replay *r, const struct vector_line *l) {
	size_t i = r->in_states ? r->in.n_rooms : 0;
	Appchat__RoomState *s = &r->state[i];
	assert_int_equal(l->words, 7);
	assert_true(i < STATES);
	appchat__room_state__init(s);
	s->id = number(l->word[1]);
	s->epoch = (uint32_t)number(l->word[2]);
	s->head = number(l->word[3]);
	s->floor = number(l->word[4]);
	s->read = number(l->word[5]);
	snprintf(r->name[i], sizeof r->name[i], "%s", l->word[6]);
	s->name = r->name[i];
	r->states[i] = s;
	if (r->in_states)
		r->in.n_rooms++;
	else
		sync_room_state(&r->sync, s);
}

static void do_end(struct replay *r, const struct vector_line *l) {
	(void)l;
	r->in_states = false;
	sync_signed_in(&r->sync, &r->in);
}

static void do_left(struct replay *r, const struct vector_line *l) {
	sync_left(&r->sync, number(l->word[1]));
}

static void do_lost(struct replay *r, const struct vector_line *l) {
	(void)l;
	sync_lost(&r->sync);
}

static void do_follow_sent(struct replay *r, const struct vector_line *l) {
	(void)l;
	for (size_t i = 0; i < r->sync.rooms; i++)
		if (r->sync.room[i]->follow)
			sync_follow_sent(r->sync.room[i]);
}

static void do_follow_done(struct replay *r, const struct vector_line *l) {
	sync_follow_done(&r->sync, !strcmp(l->word[1], "ok"));
}

/* SEQ:KIND:AUTHOR words as events; freed with free_events. */
static Appchat__Event **events_of(const struct vector_line *l, size_t first) {
	static char text[] = "text", name[] = "name";
	Appchat__Event **list = calloc(EVENTS, sizeof *list);
	for (size_t i = first; i < l->words; i++) {
		Appchat__Event e = APPCHAT__EVENT__INIT;
		char kind;
		uint64_t author;
		assert_int_equal(sscanf(l->word[i], "%" SCNu64 ":%c:%" SCNu64, &e.seq, &kind, &author), 3);
		if (kind == 'm') {
			e.body_case = APPCHAT__EVENT__BODY_MESSAGE;
			e.message = malloc(sizeof *e.message);
			appchat__message__init(e.message);
			e.message->author = author;
			e.message->text = text;
			e.message->name = name;
		} else if (kind == 't') {
			e.body_case = APPCHAT__EVENT__BODY_TOPIC_CHANGED;
			e.topic_changed = malloc(sizeof *e.topic_changed);
			appchat__topic_changed__init(e.topic_changed);
			e.topic_changed->author = author;
			e.topic_changed->name = name;
		} else if (kind == 'c') {
			e.body_case = APPCHAT__EVENT__BODY_ROOM_CREATED;
			e.room_created = malloc(sizeof *e.room_created);
			appchat__room_created__init(e.room_created);
			e.room_created->author = author;
		} else {
			assert_int_equal(kind, 'u');
		}
		list[i - first] = malloc(sizeof e);
		*list[i - first] = e;
	}
	return list;
}

static void free_events(Appchat__Event **list, size_t count) {
	for (size_t i = 0; i < count; i++) {
		free(list[i]->message); /* a union: whichever it is */
		free(list[i]);
	}
	free(list);
}

static void do_events(struct replay *r, const struct vector_line *l) {
	Appchat__Events events = APPCHAT__EVENTS__INIT;
	events.room = number(l->word[1]);
	events.n_event = l->words - 2;
	events.event = events_of(l, 2);
	sync_events(&r->sync, &events);
	free_events(events.event, events.n_event);
}

static void do_page(struct replay *r, const struct vector_line *l) {
	Appchat__HistoryPage page = APPCHAT__HISTORY_PAGE__INIT;
	page.room = number(l->word[1]);
	page.epoch = (uint32_t)number(l->word[2]);
	page.more = !strcmp(l->word[5], "more");
	page.n_event = l->words - 6;
	page.event = events_of(l, 6);
	sync_page(&r->sync, &page, number(l->word[4]), !strcmp(l->word[3], "after"));
	free_events(page.event, page.n_event);
}

static void do_gap(struct replay *r, const struct vector_line *l) {
	Appchat__Gap gap = APPCHAT__GAP__INIT;
	gap.room = number(l->word[1]);
	gap.from = number(l->word[2]);
	gap.to = number(l->word[3]);
	sync_gap(&r->sync, &gap);
}

static void do_pong(struct replay *r, const struct vector_line *l) {
	Appchat__Pong pong = APPCHAT__PONG__INIT;
	Appchat__Head head[STATES], *heads[STATES];
	for (size_t i = 1; i < l->words; i++) {
		Appchat__Head *h = &head[i - 1];
		appchat__head__init(h);
		assert_int_equal(sscanf(l->word[i], "%" SCNu64 ":%" SCNu64 ":%" SCNu64, &h->room, &h->head, &h->sent), 3);
		heads[i - 1] = h;
	}
	pong.n_head = l->words - 1;
	pong.head = heads;
	sync_pong(&r->sync, &pong);
}

static struct sync_room *room_of(struct replay *r, const char *id) {
	struct sync_room *room = sync_find(&r->sync, number(id));
	assert_non_null(room);
	return room;
}

static void do_read(struct replay *r, const struct vector_line *l) {
	sync_read(&r->sync, room_of(r, l->word[1]), number(l->word[2]));
}

/* ---- what must be so --------------------------------------------------------------------- */

static int by_id(const void *a, const void *b) {
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return x < y ? -1 : x > y;
}

static void same_rooms(struct replay *r, const char *want, bool follow) {
	struct buf b = {0};
	uint64_t id[STATES];
	size_t n = 0;
	for (size_t i = 0; i < r->sync.rooms; i++)
		if (!follow || r->sync.room[i]->follow)
			id[n++] = r->sync.room[i]->id;
	qsort(id, n, sizeof *id, by_id);
	for (size_t i = 0; i < n; i++)
		list_add(&b, id[i]);
	same_list(&b, want);
	buf_free(&b);
}

static void same_window(const struct sync_room *room, const char *want) {
	struct buf b = {0};
	for (size_t i = 0; i < room->events;) {
		size_t j = i;
		while (j + 1 < room->events && room->event[j + 1]->seq == room->event[j]->seq + 1)
			j++;
		list_add(&b, room->event[i]->seq);
		if (j > i)
			buf_printf(&b, "-%" PRIu64, room->event[j]->seq);
		i = j + 1;
	}
	same_list(&b, want);
	buf_free(&b);
}

static void same_missing(const struct sync_room *room, const struct vector_line *l) {
	size_t i = !strcmp(l->word[3], "end") ? room->events : number(l->word[3]);
	assert_int_equal(sync_missing(room, i), number(l->word[4]));
}

static uint64_t number_of(const struct sync_room *room, const char *what) {
	return !strcmp(what, "cursor") ? room->cursor
	       : !strcmp(what, "head") ? room->head
	       : !strcmp(what, "floor") ? room->floor
	       : !strcmp(what, "mark") ? room->read
	       : !strcmp(what, "unread") ? room->unread
	       : !strcmp(what, "behind") ? sync_behind(room)
	                                 : UINT64_MAX;
}

static void check(struct replay *r, const struct vector_line *l) {
	const char *what = l->word[1];
	if (!strcmp(what, "rooms") || !strcmp(what, "follow"))
		same_rooms(r, l->word[2], *what == 'f');
	else if (!strcmp(what, "fresh"))
		same_list(&r->fresh, l->word[2]);
	else if (!strcmp(what, "reset"))
		same_list(&r->reset, l->word[2]);
	else if (!strcmp(what, "window"))
		same_window(room_of(r, l->word[2]), l->word[3]);
	else if (!strcmp(what, "missing"))
		same_missing(room_of(r, l->word[2]), l);
	else
		assert_int_equal(number_of(room_of(r, l->word[2]), what), number(l->word[3]));
}

static const struct {
	const char *word;
	size_t words;    /* at least */
	step *run;
} steps[] = {
	{"case", 2, do_case}, {"signed-in", 2, do_signed_in}, {"state", 7, do_state}, {"end", 1, do_end},
	{"left", 2, do_left}, {"lost", 1, do_lost}, {"follow-sent", 1, do_follow_sent},
	{"follow-done", 2, do_follow_done}, {"events", 3, do_events}, {"page", 6, do_page}, {"gap", 4, do_gap},
	{"pong", 1, do_pong}, {"read", 3, do_read}, {"=", 3, check},
};

static void replay_line(void *arg, const struct vector_line *l) {
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (!strcmp(l->word[0], steps[i].word)) {
			if (l->words < steps[i].words)
				fail_msg("line %d is too short", l->number);
			((struct replay *)arg)->line = l->number;
			steps[i].run(arg, l);
			return;
		}
	fail_msg("line %d: what is '%s'?", l->number, l->word[0]);
}

static void the_cases_hold(void **state) {
	struct replay *r = *state;
	vectors_read("tests/vectors/sync/rooms.txt", replay_line, r);
	assert_true(r->cases > 15);
	r->line = 0;
}

/* ---- what the vectors can't say -------------------------------------------------------------- */

static struct sync_room *big_room(struct sync *s, uint64_t head) {
	Appchat__RoomState state = APPCHAT__ROOM_STATE__INIT;
	state.id = 1;
	state.epoch = 1;
	state.head = head;
	return sync_room_state(s, &state);
}

static void push(struct sync *s, uint64_t seq, const char *text) {
	Appchat__Message message = APPCHAT__MESSAGE__INIT;
	Appchat__Event event = APPCHAT__EVENT__INIT, *list[] = {&event};
	Appchat__Events events = APPCHAT__EVENTS__INIT;
	message.author = 8;
	message.text = (char *)text;
	event.seq = seq;
	event.message = &message;
	event.body_case = APPCHAT__EVENT__BODY_MESSAGE;
	events.room = 1;
	events.n_event = 1;
	events.event = list;
	sync_events(s, &events);
}

static void a_full_window_drops_the_oldest(void **state) {
	struct sync s = {0};
	struct sync_room *room = big_room(&s, 0);
	(void)state;
	for (uint64_t seq = 1; seq <= SYNC_WINDOW_EVENTS + 500; seq++)
		push(&s, seq, "x");
	assert_int_equal(room->events, SYNC_WINDOW_EVENTS);
	assert_int_equal(room->event[0]->seq, 501);
	assert_int_equal(sync_missing(room, 0), 500);
	assert_int_equal(room->cursor, SYNC_WINDOW_EVENTS + 500);
	sync_clear(&s);
}

static void a_window_looked_at_from_above_drops_the_newest(void **state) {
	struct sync s = {0};
	struct sync_room *room = big_room(&s, 0);
	(void)state;
	for (uint64_t seq = 1; seq <= SYNC_WINDOW_EVENTS; seq++)
		push(&s, seq, "x");
	sync_anchor(room, 10);
	push(&s, SYNC_WINDOW_EVENTS + 1, "x");
	assert_int_equal(room->event[0]->seq, 1);
	assert_int_equal(sync_missing(room, room->events), 1);
	assert_int_equal(room->cursor, SYNC_WINDOW_EVENTS + 1);
	sync_clear(&s);
}

static void large_texts_count(void **state) {
	struct sync s = {0};
	struct sync_room *room = big_room(&s, 0);
	char *text = malloc(16384);
	(void)state;
	memset(text, 'x', 16383);
	text[16383] = 0;
	for (uint64_t seq = 1; seq <= 1000; seq++)
		push(&s, seq, text);
	assert_true(room->bytes <= SYNC_WINDOW_BYTES);
	assert_int_equal(room->event[room->events - 1]->seq, 1000);
	free(text);
	sync_clear(&s);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_cases_hold, new_replay, line_of_failure),
		cmocka_unit_test(a_full_window_drops_the_oldest),
		cmocka_unit_test(a_window_looked_at_from_above_drops_the_newest),
		cmocka_unit_test(large_texts_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
