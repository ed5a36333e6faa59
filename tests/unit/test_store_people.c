/* The store: guests, accounts, names that pass from one to the other, sessions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "tests/unit/store_helper.h"

#define LATER UINT64_MAX   /* as hold_before_ms: whoever it is, its time is over */

static void token(uint8_t hash[STORE_HASH_BYTES], int number) {
	memset(hash, number, STORE_HASH_BYTES);
}

static struct store_guest claim(struct store_box *box, uint64_t user, const char *name, uint64_t hold_before_ms, int number) {
	struct store_guest g = { .user = user, .hold_before_ms = hold_before_ms, .client = "test 1", .address = "127.0.0.1" };
	snprintf(g.name, sizeof g.name, "%s", name);
	snprintf(g.key, sizeof g.key, "%s", name);
	token(g.token_hash, number);
	box_run(box, &g.op, STORE_GUEST);
	free(g.rooms);
	return g;
}

static struct store_sign_up sign_up(struct store_box *box, uint64_t user, const char *name, int number) {
	struct store_sign_up u = { .user = user, .password = "hashed", .client = "test 2", .address = "::1" };
	snprintf(u.name, sizeof u.name, "%s", name);
	snprintf(u.key, sizeof u.key, "%s", name);
	token(u.token_hash, number);
	box_run(box, &u.op, STORE_SIGN_UP);
	free(u.rooms);
	return u;
}

static struct store_session_find who(struct store_box *box, int number) {
	struct store_session_find f = { .session = 0 };
	token(f.token_hash, number);
	box_run(box, &f.op, STORE_SESSION_FIND);
	free(f.rooms);
	return f;
}

static struct store_user_find find(struct store_box *box, const char *key) {
	struct store_user_find f = { .seen_ms = 0 };
	snprintf(f.key, sizeof f.key, "%s", key);
	box_run(box, &f.op, STORE_USER_FIND);
	return f;
}

static void a_guest_comes_back(void **state) {
	struct store_box *box = *state;
	struct store_guest ann = claim(box, 0, "ann", 0, 1);
	assert_int_equal(ann.op.result, STORE_OK);
	assert_true(ann.as.id > 0 && ann.as.guest && ann.session > 0);
	assert_string_equal(ann.as.name, "ann");
	assert_int_equal(ann.room_count, 1);           /* #lobby */
	box_close(box);
	box_open(box);
	struct store_session_find f = who(box, 1);
	assert_int_equal(f.op.result, STORE_OK);
	assert_int_equal(f.as.id, ann.as.id);
	assert_int_equal(f.session, ann.session);
	assert_int_equal(f.room_count, 1);
	assert_int_equal(who(box, 2).op.result, STORE_NOT_FOUND);
}

static void a_name_in_use_is_taken(void **state) {
	struct store_box *box = *state;
	assert_int_equal(claim(box, 0, "ann", 0, 1).op.result, STORE_OK);
	assert_int_equal(claim(box, 0, "ann", 0, 2).op.result, STORE_TAKEN);
	assert_int_equal(claim(box, 0, "ann", clock_wall_ms() - 3600000, 2).op.result, STORE_TAKEN);
	assert_int_equal(sign_up(box, 0, "ann", 2).op.result, STORE_TAKEN);
	assert_int_equal(who(box, 2).op.result, STORE_NOT_FOUND);
}

static void an_old_guests_name_passes_on(void **state) {
	struct store_box *box = *state;
	struct store_guest first = claim(box, 0, "ann", 0, 1);
	struct store_guest second = claim(box, 0, "ann", LATER, 2);
	assert_int_equal(second.op.result, STORE_OK);
	assert_int_equal(second.evicted_user, first.as.id);
	assert_int_not_equal(second.as.id, first.as.id);
	struct store_session_find f = who(box, 1);
	assert_int_equal(f.as.id, first.as.id);
	assert_string_equal(f.as.name, "");            /* still that person, without a name */
	assert_int_equal(sign_up(box, first.as.id, "", 0).op.result, STORE_TAKEN);
	struct store_guest renamed = claim(box, first.as.id, "anna", 0, 0);
	assert_int_equal(renamed.op.result, STORE_OK);
	assert_int_equal(renamed.as.id, first.as.id);
	assert_int_equal(renamed.session, 0);
	assert_string_equal(who(box, 1).as.name, "anna");
	assert_int_equal(claim(box, 12345, "other", 0, 0).op.result, STORE_NOT_FOUND);
}

static void accounts_keep_their_names(void **state) {
	struct store_box *box = *state;
	struct store_sign_up ann = sign_up(box, 0, "ann", 1);
	assert_int_equal(ann.op.result, STORE_OK);
	assert_false(ann.as.guest);
	assert_int_equal(ann.room_count, 1);
	assert_int_equal(claim(box, 0, "ann", LATER, 2).op.result, STORE_TAKEN);
	assert_int_equal(claim(box, ann.as.id, "anna", LATER, 2).op.result, STORE_NOT_FOUND);
	struct store_user_find f = find(box, "ann");
	assert_int_equal(f.op.result, STORE_OK);
	assert_int_equal(f.as.id, ann.as.id);
	assert_string_equal(f.password, "hashed");
	assert_true(f.seen_ms > 0);
	assert_int_equal(find(box, "bob").op.result, STORE_NOT_FOUND);
}

static void a_guest_becomes_an_account(void **state) {
	struct store_box *box = *state;
	struct store_guest ann = claim(box, 0, "ann", 0, 1);
	struct store_guest bob = claim(box, 0, "bob", 0, 2);
	struct store_sign_up u = sign_up(box, ann.as.id, "", 0);
	assert_int_equal(u.op.result, STORE_OK);
	assert_int_equal(u.as.id, ann.as.id);
	assert_string_equal(u.as.name, "ann");
	assert_int_equal(u.session, 0);
	assert_int_equal(u.room_count, 1);
	assert_false(who(box, 1).as.guest);            /* the session goes on */
	assert_int_equal(sign_up(box, ann.as.id, "again", 0).op.result, STORE_NOT_FOUND);
	assert_int_equal(sign_up(box, bob.as.id, "ann", 0).op.result, STORE_TAKEN);
	u = sign_up(box, bob.as.id, "robert", 0);
	assert_int_equal(u.op.result, STORE_OK);
	assert_string_equal(u.as.name, "robert");
	assert_int_equal(find(box, "bob").op.result, STORE_NOT_FOUND);
}

static void signing_out(void **state) {
	struct store_box *box = *state;
	struct store_guest ann = claim(box, 0, "ann", 0, 1);
	struct store_guest bob = claim(box, 0, "bob", 0, 2);
	struct store_session_end end = { .user = bob.as.id, .session = ann.session };
	assert_int_equal(box_run(box, &end.op, STORE_SESSION_END), STORE_NOT_FOUND);   /* not bob's */
	end.user = ann.as.id;
	assert_int_equal(box_run(box, &end.op, STORE_SESSION_END), STORE_OK);
	assert_int_equal(box_run(box, &end.op, STORE_SESSION_END), STORE_NOT_FOUND);
	assert_int_equal(who(box, 1).op.result, STORE_NOT_FOUND);
	assert_int_equal(claim(box, ann.as.id, "zoe", 0, 9).op.result, STORE_NOT_FOUND);   /* who left takes no other name along */
	assert_int_equal(sign_up(box, ann.as.id, "zoe", 9).op.result, STORE_NOT_FOUND);
	assert_int_equal(find(box, "zoe").op.result, STORE_NOT_FOUND);
	struct store_guest again = claim(box, 0, "ann", 0, 3);                           /* free at once */
	assert_int_equal(again.op.result, STORE_OK);
	assert_int_not_equal(again.as.id, ann.as.id);                                    /* an id is never used again */
	struct store_sign_up eve = sign_up(box, 0, "eve", 4);
	end = (struct store_session_end){ .user = eve.as.id, .session = eve.session };
	assert_int_equal(box_run(box, &end.op, STORE_SESSION_END), STORE_OK);
	assert_int_equal(find(box, "eve").op.result, STORE_OK);                          /* an account keeps its name */
}

static void sessions_are_bounded(void **state) {
	struct store_box *box = *state;
	struct store_sign_up ann = sign_up(box, 0, "ann", 1);
	struct store_session_new n = { .user = ann.as.id, .max = 3, .client = "browser", .address = "10.1.2.3" };
	uint64_t ended = ann.session;                  /* the oldest, then the next */
	for (int i = 2; i <= 5; i++) {
		token(n.token_hash, i);
		assert_int_equal(box_run(box, &n.op, STORE_SESSION_NEW), STORE_OK);
		assert_int_equal(n.room_count, 1);
		assert_string_equal(n.as.name, "ann");
		assert_int_equal(n.ended_count, i > 3);
		if (i > 3)
			assert_int_equal(n.ended[0], ended++);
		free(n.rooms);
		free(n.ended);
	}
	struct store_sessions list = { .user = ann.as.id };
	assert_int_equal(box_run(box, &list.op, STORE_SESSIONS), STORE_OK);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.rows[0].id, n.session);
	assert_string_equal(list.rows[0].client, "browser");
	assert_string_equal(list.rows[0].address, "10.1.2.3");
	assert_true(list.rows[0].id > list.rows[1].id && list.rows[1].id > list.rows[2].id);
	free(list.rows);
	assert_int_equal(who(box, 1).op.result, STORE_NOT_FOUND);
	assert_int_equal(who(box, 5).op.result, STORE_OK);
	struct store_seen seen = { .user = ann.as.id, .session = n.session - 2, .time_ms = clock_wall_ms() + 1000 };
	assert_int_equal(box_run(box, &seen.op, STORE_SEEN), STORE_OK);
	token(n.token_hash, 6);
	n.max = 1;
	assert_int_equal(box_run(box, &n.op, STORE_SESSION_NEW), STORE_OK);
	assert_int_equal(n.ended_count, 3);            /* all but the new one, whoever was seen last */
	free(n.rooms);
	free(n.ended);
	assert_int_equal(who(box, 6).session, n.session);
	assert_int_equal(who(box, 3).op.result, STORE_NOT_FOUND);
	n.user = 999;
	token(n.token_hash, 9);
	assert_int_equal(box_run(box, &n.op, STORE_SESSION_NEW), STORE_NOT_FOUND);
}

static void being_seen(void **state) {
	struct store_box *box = *state;
	struct store_guest ann = claim(box, 0, "ann", 0, 1);
	uint64_t later = clock_wall_ms() + 1000000;
	struct store_seen seen = { .user = ann.as.id, .session = ann.session, .time_ms = later };
	assert_int_equal(box_run(box, &seen.op, STORE_SEEN), STORE_OK);
	assert_int_equal(find(box, "ann").seen_ms, later);
	assert_int_equal(claim(box, 0, "ann", later, 2).op.result, STORE_TAKEN);
	assert_int_equal(claim(box, 0, "ann", later + 1, 2).op.result, STORE_OK);
	seen.session = 999;
	assert_int_equal(box_run(box, &seen.op, STORE_SEEN), STORE_NOT_FOUND);
}

int main(void) {
	log_set("off");
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, box_set_up, box_tear_down)
		TEST(a_guest_comes_back), TEST(a_name_in_use_is_taken), TEST(an_old_guests_name_passes_on),
		TEST(accounts_keep_their_names), TEST(a_guest_becomes_an_account), TEST(signing_out),
		TEST(sessions_are_bounded), TEST(being_seen),
	};
	return cmocka_run_group_tests_name("store: people", tests, NULL, NULL);
}
