/* What waits for the disk, for a room and for slow sockets is bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/limits.h"
#include "server/room/fanout.h"
#include "server/room/hub_state.h"
#include "server/room/reason.h"
#include "server/room/untaken.h"
#include "tests/support/talk.h"

struct flood {
	struct world *w;
	struct guy *g;
	struct room *room;
	char *text;
};

static struct flood flood_open(void) {
	struct flood f = {.w = world_open(NULL), .text = calloc(1, LIMIT_TEXT + 1)};
	f.g = guy_open(f.w);
	f.room = room_by_id(f.w->hub, 1);
	guy_be(f.g, "anna");
	guy_follow(f.g, 0);
	memset(f.text, 'x', LIMIT_TEXT);
	return f;
}

static void flood_close(struct flood *f) {
	free(f->text);
	guy_close(f->g);
	world_close(f->w, true);
}

/* What cannot be sent on is not taken: it stays with those who said it. */
static void a_room_with_a_backlog_takes_no_more(void **state) {
	(void)state;
	struct flood f = flood_open();
	f.room->next_ns = hub_now(f.w->hub) + UINT64_C(60000000000);   /* as if the last fan-out had cost a lot */
	for (size_t bytes = 0; bytes < FANOUT_BACKLOG; bytes += LIMIT_TEXT)
		guy_text(f.g, f.text);
	guy_settle(f.g);
	guy_text(f.g, "one more");
	guy_settle(f.g);
	const Appchat__ServerFrame *last = f.g->frames[f.g->count - 1];
	assert_int_equal(guy_code(last), APPCHAT__ERROR_CODE__ERROR_BUSY);
	assert_true(last->error->temporary && last->error->retry_after_ms > 0);
	f.room->next_ns = f.w->hub->paced_ns = 0;
	guy_settle(f.g);
	assert_int_equal(f.room->sent, f.room->head);
	uint64_t seq = guy_send(f.g, "now", NULL);
	assert_int_equal(seq, FANOUT_BACKLOG / LIMIT_TEXT + 1);
	guy_settle(f.g);
	assert_true(guy_has_run(f.g, 1, FANOUT_BACKLOG / LIMIT_TEXT + 1));
	flood_close(&f);
}

/* What is being committed counts as well: a slow disk makes no larger backlog. */
static void a_slow_commit_makes_no_backlog(void **state) {
	(void)state;
	struct flood f = flood_open();
	for (size_t bytes = 0; bytes < 2 * FANOUT_BACKLOG; bytes += LIMIT_TEXT)
		guy_text(f.g, f.text);   /* no answer of the store is taken meanwhile */
	guy_settle(f.g);
	assert_true(f.room->head >= FANOUT_BACKLOG / LIMIT_TEXT - 1 && f.room->head <= FANOUT_BACKLOG / LIMIT_TEXT + 1);
	assert_true(guy_errors(f.g, APPCHAT__ERROR_CODE__ERROR_BUSY) > 0);
	assert_int_equal(f.room->posting_bytes, 0);
	assert_true(guy_has_run(f.g, 1, f.room->head));
	flood_close(&f);
}

static void add_rooms(struct hub *hub, size_t count) {
	for (uint64_t id = 1000; hub->room_count < count; id++) {
		struct store_room r = {.id = id, .epoch = 1, .floor = 1};
		snprintf(r.name, sizeof r.name, "r%llu", (unsigned long long)id);
		snprintf(r.key, sizeof r.key, "r%llu", (unsigned long long)id);
		room_add(hub, &r);
	}
}

/* Where rooms are many a room's log is small, and no event leaves it before it was sent. */
static void a_backlog_fits_in_the_log(void **state) {
	(void)state;
	struct flood f = flood_open();
	add_rooms(f.w->hub, 9000);
	f.room->next_ns = hub_now(f.w->hub) + UINT64_C(60000000000);
	for (int i = 0; i < 5; i++) {
		guy_text(f.g, f.text);
		guy_settle(f.g);
	}
	assert_true(f.room->head > 0 && f.room->log.first <= f.room->sent + 1);
	assert_true(guy_errors(f.g, APPCHAT__ERROR_CODE__ERROR_BUSY) > 0);
	flood_close(&f);
}

/* Nor do short ones, whose number and time are more than what they say. */
static void short_messages_fit_in_the_log(void **state) {
	(void)state;
	enum { PEOPLE = 12 };
	struct world *w = world_open(NULL);
	struct room *room = room_by_id(w->hub, 1);
	struct guy *guys[PEOPLE];
	size_t busy = 0;
	w->hub->options.message_burst = 1000;
	add_rooms(w->hub, 4000);
	for (int i = 0; i < PEOPLE; i++) {
		guys[i] = guy_open(w);
		guy_be(guys[i], (const char *[]){"a", "b", "c", "d", "e", "f", "g", "h", "j", "k", "m", "n"}[i]);
	}
	guy_follow(guys[0], 0);
	room->next_ns = hub_now(w->hub) + UINT64_C(60000000000);
	for (int i = 0; i < 300; i++)
		for (int k = 0; k < PEOPLE; k++)
			guy_text(guys[k], "x");   /* no answer of the store is taken meanwhile */
	for (int i = 0; i < 5000 && (w->hub->operations || i < 3); i++) {
		world_turn(w, guys, PEOPLE);
		usleep(1000);
	}
	for (int i = 0; i < PEOPLE; i++)
		busy += guy_errors(guys[i], APPCHAT__ERROR_CODE__ERROR_BUSY);
	assert_true(room->head > 500 && busy > 0);
	assert_true(room->log.first <= room->sent + 1);
	assert_int_equal(room->posting_bytes, 0);
	for (int i = 0; i < PEOPLE; i++)
		guy_close(guys[i]);
	world_close(w, true);
}

/* When too much waits for slow sockets, those go for whom most waits, though they
 * ask for nothing more, and no more of them than need be. */
static void what_waits_for_slow_sockets_is_bounded(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *guys[6];
	Appchat__Ping ping = APPCHAT__PING__INIT;
	for (int i = 0; i < 6; i++) {
		guys[i] = guy_open(w);
		guy_be(guys[i], (const char *[]){"anna", "ben", "carl", "dora", "emil", "fay"}[i]);
	}
	guys[1]->blocked = true;   /* ben: slow, with little waiting */
	guy_ask(guys[1], APPCHAT__CLIENT_FRAME__BODY_PING, &ping);
	for (int i = 2; i < 6; i++)
		session_held(guys[i]->session, UNTAKEN_MAX / 4 - 4096);
	world_turn(w, guys, 6);
	for (int i = 0; i < 6; i++)
		assert_int_equal(guys[i]->closed, 0);   /* just so much */
	guy_ask(guys[1], APPCHAT__CLIENT_FRAME__BODY_PING, &ping);
	session_held(guys[1]->session, 5 * 4096);
	guy_ask(guys[0], APPCHAT__CLIENT_FRAME__BODY_PING, &ping);
	world_turn(w, guys, 6);
	int closed = 0;
	for (int i = 2; i < 6; i++)
		if (guys[i]->closed) {
			assert_int_equal(guys[i]->closed, close_reason_status(APPCHAT__CLOSE_REASON__CLOSE_SLOW));
			closed++;
		}
	assert_int_equal(closed, 1);
	assert_int_equal(guys[0]->closed, 0);
	assert_int_equal(guys[1]->closed, 0);
	assert_int_equal(guy_count(guys[0], APPCHAT__SERVER_FRAME__BODY_PONG), 1);
	assert_true(w->hub->untaken <= UNTAKEN_MAX / 8 * 7);
	for (int i = 0; i < 6; i++)
		guy_close(guys[i]);
	world_turn(w, NULL, 0);
	assert_int_equal(w->hub->untaken, 0);
	world_close(w, true);
}

/* When what waits for all sockets passes its bound by far, pages are to be asked for again. */
static void history_is_busy_when_memory_is_short(void **state) {
	(void)state;
	struct world *w = world_open(NULL);
	struct guy *g = guy_open(w);
	Appchat__History page = APPCHAT__HISTORY__INIT;
	guy_be(g, "anna");
	assert_true(guy_send(g, "hello", NULL));
	page.room = 1;
	w->hub->untaken += UNTAKEN_MOST;   /* others' */
	guy_ask(g, APPCHAT__CLIENT_FRAME__BODY_HISTORY, &page);
	guy_settle(g);
	assert_int_equal(guy_errors(g, APPCHAT__ERROR_CODE__ERROR_BUSY), 1);
	w->hub->untaken -= UNTAKEN_MOST;
	guy_ask(g, APPCHAT__CLIENT_FRAME__BODY_HISTORY, &page);
	guy_settle(g);
	assert_int_equal(guy_count(g, APPCHAT__SERVER_FRAME__BODY_HISTORY_PAGE), 1);
	assert_int_equal(g->closed, 0);
	guy_close(g);
	world_close(w, true);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_room_with_a_backlog_takes_no_more),
		cmocka_unit_test(a_slow_commit_makes_no_backlog),
		cmocka_unit_test(a_backlog_fits_in_the_log),
		cmocka_unit_test(short_messages_fit_in_the_log),
		cmocka_unit_test(what_waits_for_slow_sockets_is_bounded),
		cmocka_unit_test(history_is_busy_when_memory_is_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
