/* The verifier can fail: logs with a loss, a duplicate, a swap, a lie are fed to it, and it must say so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "bots/latency.h"
#include "bots/sent.h"
#include "bots/text.h"
#include "bots/verify.h"
#include "proto/appchat.pb-c.h"
#include "proto/base/buf.h"
#include "proto/wire.h"

enum { AUTHORS = 2, USER = 500, SIZE = 48, HEAD = 1000, TAG = 7 };
static const char run_name[] = "abcde";

struct world {
	struct verify *v;
	struct follower a, b;
	struct latency latency;
	struct verify_result result;
};

static int setup(void **state) {
	struct world *w = calloc(1, sizeof *w);
	w->v = verify_new(1, AUTHORS, run_name, SIZE, latency_delivered, &w->latency);
	w->latency.verify = w->v;
	verify_author(w->v, 0, USER);
	verify_author(w->v, 1, USER + 1);
	verify_follow(w->v, 0, &w->a, HEAD);
	verify_follow(w->v, 0, &w->b, HEAD);
	*state = w;
	return 0;
}

static int teardown(void **state) {
	struct world *w = *state;
	verify_follower_free(&w->a);
	verify_follower_free(&w->b);
	latency_free(&w->latency);
	verify_free(w->v);
	free(w);
	return 0;
}

/* Appends message number as seq to a run. */
static void put(struct buf *run, uint64_t seq, uint32_t number, uint32_t author) {
	char text[SIZE + 1] = "";
	uint8_t packed[256];
	Appchat__Event event = APPCHAT__EVENT__INIT;
	Appchat__Message said = APPCHAT__MESSAGE__INIT;
	text_make(text, SIZE, run_name, number, author);
	said.author = USER + author;
	said.text = text;
	said.tag = number + TAG;
	event.seq = seq;
	event.time_ms = 1790000000000 + seq;
	event.body_case = APPCHAT__EVENT__BODY_MESSAGE;
	event.message = &said;
	size_t len = appchat__event__pack(&event, packed);
	wire_field_bytes(run, 2, len);
	buf_append(run, packed, len);
}

/* Messages 0 to n-1, by both authors in turn, sent and acknowledged as HEAD + 1 on. */
static struct buf speak(struct world *w, uint32_t n) {
	struct buf run = {0};
	for (uint32_t i = 0; i < n; i++) {
		uint32_t number = verify_sent(w->v, i % 2, 0, i + TAG, 1000000 * (i + 1));
		verify_acked(w->v, number, HEAD + 1 + i);
		put(&run, HEAD + 1 + i, number, i % 2);
	}
	return run;
}

static bool feed(struct world *w, struct follower *f, const struct buf *run) {
	return verify_run(w->v, 0, f, run->data, run->len, 100000000);
}

/* One event of a run of equal ones. */
static struct buf nth(const struct buf *run, uint32_t n, uint32_t i) {
	struct buf one = {0};
	buf_append(&one, run->data + run->len / n * i, run->len / n);
	return one;
}

static void feed_nth(struct world *w, struct follower *f, const struct buf *run, uint32_t n, uint32_t i) {
	struct buf one = nth(run, n, i);
	assert_true(feed(w, f, &one));
	buf_free(&one);
}

static void judge(struct world *w) {
	verify_close(w->v, &w->result);
	verify_follower(w->v, 0, &w->a, &w->result);
	verify_follower(w->v, 0, &w->b, &w->result);
	latency_second(&w->latency);
}

static void a_good_log_is_good(void **state) {
	struct world *w = *state;
	struct buf run = speak(w, 10);
	assert_true(feed(w, &w->a, &run));
	assert_true(feed(w, &w->b, &run));
	judge(w);
	const struct verify_counts *c = verify_counts(w->v);
	assert_int_equal(w->result.expected, 20);
	assert_int_equal(w->result.delivered, 20);
	assert_int_equal(w->result.lost + w->result.unacked + w->result.misplaced, 0);
	assert_int_equal(c->duplicated + c->reordered + c->corrupted + c->foreign, 0);
	assert_int_equal(c->decoded, 10);
	assert_int_equal(c->matched, 10);
	assert_int_equal(w->latency.total.count, 20);
	assert_int_equal(w->latency.total.min, 90000000);
	assert_int_equal(w->latency.total.max, 99000000);
	assert_true(verify_complete(w->v, 0, &w->a));
	buf_free(&run);
}

static void a_lost_event_is_lost(void **state) {
	struct world *w = *state;
	struct buf run = speak(w, 5);
	assert_true(feed(w, &w->a, &run));
	for (uint32_t i = 0; i < 5; i++)
		if (i != 2)
			feed_nth(w, &w->b, &run, 5, i);
	judge(w);
	assert_int_equal(w->result.lost, 1);
	assert_int_equal(w->result.delivered, 9);
	buf_free(&run);
}

static void a_lost_end_is_lost(void **state) {
	struct world *w = *state;
	struct buf run = speak(w, 5);
	assert_true(feed(w, &w->a, &run));
	feed_nth(w, &w->b, &run, 5, 0);
	assert_false(verify_complete(w->v, 0, &w->b));
	judge(w);
	assert_int_equal(w->result.lost, 4);
	buf_free(&run);
}

static void lost_to_everybody_is_lost(void **state) {
	struct world *w = *state;
	struct buf run = speak(w, 3);
	judge(w);
	assert_int_equal(w->result.expected, 6);
	assert_int_equal(w->result.lost, 6);
	buf_free(&run);
}

static void again_is_a_duplicate(void **state) {
	struct world *w = *state;
	struct buf run = speak(w, 5);
	assert_true(feed(w, &w->a, &run));
	assert_true(feed(w, &w->b, &run));
	feed_nth(w, &w->b, &run, 5, 4);
	feed_nth(w, &w->b, &run, 5, 1);
	judge(w);
	assert_int_equal(verify_counts(w->v)->duplicated, 2);
	assert_int_equal(w->result.lost, 0);
	buf_free(&run);
}

static void late_is_reordered_and_not_lost(void **state) {
	struct world *w = *state;
	static const uint32_t order[] = {0, 3, 1, 4, 2};
	struct buf run = speak(w, 5);
	for (int i = 0; i < 5; i++) /* the log itself is made out of order */
		feed_nth(w, &w->a, &run, 5, order[i]);
	assert_int_equal(verify_counts(w->v)->reordered, 2);
	assert_true(feed(w, &w->b, &run));
	judge(w);
	assert_int_equal(verify_counts(w->v)->reordered, 2);
	assert_int_equal(verify_counts(w->v)->duplicated, 0);
	assert_int_equal(w->result.lost, 0);
	assert_int_equal(verify_counts(w->v)->matched, 5); /* put in order, it compares in one go */
	buf_free(&run);
}

static void another_text_is_corrupt(void **state) {
	struct world *w = *state;
	struct buf run = speak(w, 4);
	assert_true(feed(w, &w->a, &run));
	struct buf copy = {0};
	buf_append(&copy, run.data, run.len);
	copy.data[copy.len - 8] ^= 1; /* in the last text */
	assert_true(feed(w, &w->b, &copy));
	assert_int_equal(verify_counts(w->v)->corrupted, 1);
	buf_free(&run);
	buf_free(&copy);
}

static void the_first_copy_can_be_corrupt(void **state) {
	struct world *w = *state;
	struct buf run = speak(w, 1);
	run.data[run.len - 8] ^= 1;
	assert_true(feed(w, &w->a, &run));
	assert_int_equal(verify_counts(w->v)->corrupted, 1);
	judge(w);
	assert_int_equal(w->result.misplaced, 1);
	buf_free(&run);
}

static void another_message_in_its_place_is_seen(void **state) {
	struct world *w = *state;
	struct buf run = {0};
	uint32_t x = verify_sent(w->v, 0, 0, TAG, 1), y = verify_sent(w->v, 1, 0, TAG + 1, 1);
	verify_acked(w->v, x, HEAD + 2);
	verify_acked(w->v, y, HEAD + 1);
	put(&run, HEAD + 1, x, 0);
	put(&run, HEAD + 2, y, 1);
	feed(w, &w->a, &run);
	feed(w, &w->b, &run);
	judge(w);
	assert_int_equal(w->result.misplaced, 2);
	buf_free(&run);
}

static void stored_twice_is_a_duplicate(void **state) {
	struct world *w = *state;
	struct buf run = speak(w, 2);
	put(&run, HEAD + 3, 0, 0);
	feed(w, &w->a, &run);
	assert_int_equal(verify_counts(w->v)->duplicated, 1);
	verify_acked(w->v, 1, HEAD + 2);
	assert_int_equal(verify_counts(w->v)->duplicated, 1);
	verify_acked(w->v, 1, HEAD + 3); /* acknowledged at two places */
	assert_int_equal(verify_counts(w->v)->duplicated, 2);
	buf_free(&run);
}

static void the_wrong_author_is_corrupt(void **state) {
	struct world *w = *state;
	struct buf run = {0};
	uint32_t number = verify_sent(w->v, 0, 0, TAG, 1);
	verify_acked(w->v, number, HEAD + 1);
	put(&run, HEAD + 1, number, 1);
	feed(w, &w->a, &run);
	assert_int_equal(verify_counts(w->v)->corrupted, 1);
	buf_free(&run);
}

static void no_answer_is_counted(void **state) {
	struct world *w = *state;
	verify_sent(w->v, 0, 0, TAG, 1);
	verify_refused(w->v, verify_sent(w->v, 0, 0, TAG + 1, 1));
	judge(w);
	assert_int_equal(w->result.unacked, 1);
	assert_int_equal(verify_counts(w->v)->refused, 1);
	assert_int_equal(w->result.expected, 0);
}

static void a_gap_is_fetched_and_then_whole(void **state) {
	struct world *w = *state;
	struct buf run = speak(w, 6);
	assert_true(feed(w, &w->a, &run));
	verify_gap(w->v, &w->b, HEAD + 1, HEAD + 4);
	feed_nth(w, &w->b, &run, 6, 4);
	feed_nth(w, &w->b, &run, 6, 5);
	assert_false(verify_complete(w->v, 0, &w->b));
	assert_int_equal(verify_announced(&w->b)->from, HEAD + 1);
	for (uint32_t i = 0; i < 4; i++)
		feed_nth(w, &w->b, &run, 6, i);
	assert_null(verify_announced(&w->b));
	judge(w);
	assert_int_equal(w->result.lost, 0);
	assert_int_equal(verify_counts(w->v)->reordered + verify_counts(w->v)->duplicated, 0);
	buf_free(&run);
}

/* Everybody skips the start: what comes after it is decoded once all the same. */
static void beyond_a_gap_it_compares_too(void **state) {
	struct world *w = *state;
	struct buf run = speak(w, 6);
	size_t one = run.len / 6, count;
	uint64_t first, last;
	struct follower *both[] = {&w->a, &w->b};
	feed_nth(w, &w->a, &run, 6, 0);
	feed_nth(w, &w->b, &run, 6, 0);
	for (int i = 0; i < 2; i++) {
		verify_gap(w->v, both[i], HEAD + 2, HEAD + 4);
		assert_true(verify_run(w->v, 0, both[i], run.data + 4 * one, 2 * one, 1));
	}
	assert_int_equal(verify_counts(w->v)->decoded, 3);
	assert_true(verify_span(w->v, 0, run.data + 4 * one, 2 * one, &first, &last));
	assert_int_equal(first, HEAD + 5);
	assert_int_equal(last, HEAD + 6);
	assert_false(verify_span(w->v, 0, run.data + 3 * one, 3 * one, &first, &last));
	assert_int_equal(verify_cut(run.data + one, 5 * one, HEAD + 4, &count), 3 * one);
	assert_int_equal(count, 3);
	for (int i = 0; i < 2; i++)
		assert_true(verify_run(w->v, 0, both[i], run.data + one, 3 * one, 1));
	assert_int_equal(verify_counts(w->v)->decoded, 6);
	assert_true(verify_span(w->v, 0, run.data, run.len, &first, &last));
	judge(w);
	assert_int_equal(w->result.lost, 0);
	assert_int_equal(verify_counts(w->v)->reordered + verify_counts(w->v)->duplicated + verify_counts(w->v)->corrupted, 0);
	buf_free(&run);
}

static void a_gap_never_fetched_is_lost(void **state) {
	struct world *w = *state;
	struct buf run = speak(w, 6);
	assert_true(feed(w, &w->a, &run));
	verify_gap(w->v, &w->b, HEAD + 1, HEAD + 4);
	judge(w);
	assert_int_equal(w->result.lost, 6);
	buf_free(&run);
}

static void who_comes_later_sees_later(void **state) {
	struct world *w = *state;
	struct follower late = {0};
	struct buf run = speak(w, 4);
	assert_true(feed(w, &w->a, &run));
	assert_true(feed(w, &w->b, &run));
	verify_follow(w->v, 0, &late, HEAD + 3);
	feed_nth(w, &late, &run, 4, 3);
	judge(w);
	verify_follower(w->v, 0, &late, &w->result);
	assert_int_equal(w->result.expected, 9);
	assert_int_equal(w->result.lost, 0);
	verify_follower_free(&late);
	buf_free(&run);
}

static void strangers_are_let_be(void **state) {
	struct world *w = *state;
	struct buf run = {0};
	uint8_t packed[128];
	Appchat__Event event = APPCHAT__EVENT__INIT;
	Appchat__Message said = APPCHAT__MESSAGE__INIT;
	said.text = (char *)(uintptr_t)"hello, bots";
	event.seq = HEAD + 1;
	event.body_case = APPCHAT__EVENT__BODY_MESSAGE;
	event.message = &said;
	size_t len = appchat__event__pack(&event, packed);
	wire_field_bytes(&run, 2, len);
	buf_append(&run, packed, len);
	assert_true(feed(w, &w->a, &run));
	assert_int_equal(verify_counts(w->v)->foreign, 1);
	assert_int_equal(verify_counts(w->v)->corrupted, 0);
	assert_int_equal(verify_intended(w->v, 0, HEAD + 1), 0);
	buf_free(&run);
}

static void rubbish_is_no_run(void **state) {
	struct world *w = *state;
	static const uint8_t rubbish[][6] = {{0}, {0x12, 5, 0}, {0x12, 0x80, 0x80, 0x80, 0x80, 0x80}, {0x12, 4, 0xff, 0xff, 0xff, 0xff}, {0x0a, 0}};
	for (size_t i = 0; i < sizeof rubbish / sizeof *rubbish; i++)
		assert_false(verify_run(w->v, 0, &w->a, rubbish[i], sizeof *rubbish, 1));
}

static void absurd_numbers_do_no_harm(void **state) {
	struct world *w = *state;
	struct buf run = {0};
	put(&run, 1ull << 52, verify_sent(w->v, 0, 0, TAG, 1), 0);
	assert_true(feed(w, &w->a, &run));
	verify_acked(w->v, 0, 1ull << 52);
	assert_int_equal(verify_counts(w->v)->corrupted, 1);
	judge(w);
	buf_free(&run);
}

static void any_cut_of_the_log_compares(void **state) {
	struct world *w = *state;
	enum { N = 50 };
	struct buf run = speak(w, N);
	size_t one = run.len / N;
	assert_true(feed(w, &w->a, &run));
	srand(11);
	for (uint32_t at = 0; at < N;) {
		uint32_t n = 1 + (uint32_t)rand() % 7;
		if (n > N - at)
			n = N - at;
		assert_true(verify_run(w->v, 0, &w->b, run.data + at * one, n * one, 1));
		at += n;
		assert_int_equal(w->b.last, HEAD + at);
	}
	assert_int_equal(verify_counts(w->v)->decoded, N);
	judge(w);
	assert_int_equal(w->result.lost, 0);
	buf_free(&run);
}

static void the_same_tag_twice_is_refused(void **state) {
	struct world *w = *state;
	assert_int_equal(verify_sent(w->v, 0, 0, TAG, 1), 0);
	assert_int_equal(verify_sent(w->v, 0, 0, TAG, 2), SENT_NONE);
	assert_int_equal(verify_sent(w->v, 1, 0, TAG, 3), 1);
	assert_int_equal(verify_counts(w->v)->sent, 2);
}

static void another_tag_is_corrupt(void **state) {
	struct world *w = *state;
	struct buf run = {0};
	verify_acked(w->v, verify_sent(w->v, 0, 0, TAG + 1, 1), HEAD + 1);
	put(&run, HEAD + 1, 0, 0);
	assert_true(feed(w, &w->a, &run));
	assert_int_equal(verify_counts(w->v)->corrupted, 1);
	buf_free(&run);
}

static void texts_are_made_again_alike(void **state) {
	char text[200];
	(void)state;
	for (size_t size = TEXT_MIN; size <= sizeof text; size++) {
		text_make(text, size, run_name, 0xabcdef01, 77);
		for (size_t i = 0; i < size; i++)
			assert_in_range(text[i], ' ', 'z');
		assert_true(text_is(text, size, run_name, 0xabcdef01, 77));
		assert_false(text_is(text, size - 1, run_name, 0xabcdef01, 77));
		text[size - 1] ^= 2;
		assert_false(text_is(text, size, run_name, 0xabcdef01, 77));
	}
	text_make(text, SIZE, run_name, 5, 77);
	assert_false(text_is(text, SIZE, run_name, 6, 77));
	assert_false(text_is(text, SIZE, run_name, 5, 78));
	assert_false(text_is(text, SIZE, "zzzzz", 5, 77));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(a_good_log_is_good), TEST(a_lost_event_is_lost), TEST(a_lost_end_is_lost), TEST(lost_to_everybody_is_lost),
		TEST(again_is_a_duplicate), TEST(late_is_reordered_and_not_lost), TEST(another_text_is_corrupt),
		TEST(the_first_copy_can_be_corrupt), TEST(another_message_in_its_place_is_seen),
		TEST(stored_twice_is_a_duplicate), TEST(the_wrong_author_is_corrupt), TEST(no_answer_is_counted),
		TEST(a_gap_is_fetched_and_then_whole), TEST(beyond_a_gap_it_compares_too), TEST(a_gap_never_fetched_is_lost), TEST(who_comes_later_sees_later),
		TEST(strangers_are_let_be), TEST(rubbish_is_no_run), TEST(absurd_numbers_do_no_harm),
		TEST(any_cut_of_the_log_compares), TEST(the_same_tag_twice_is_refused), TEST(another_tag_is_corrupt),
		cmocka_unit_test(texts_are_made_again_alike),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
