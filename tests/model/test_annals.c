/* The model finds faults: doctored logs, and facts that cannot be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/model/annals.h"
#include "tests/model/reg.h"

#define ANNA 7
#define BERT 8

static struct trail trail;
static struct annals *l;
static uint32_t slots[4];

static int setup(void **state) {
	(void)state;
	memset(&trail, 0, sizeof trail);
	trail.quiet = true;
	l = annals_new(&trail);
	annals_room(l, false, "");
	for (uint32_t i = 0; i < 4; i++) {
		char text[64];
		slots[i] = annals_slot(l, ANNA);
		size_t n = annals_mark(text, sizeof text, slots[i], 0);
		snprintf(text + n, sizeof text - n, "number %u", i);
		annals_variant(l, slots[i], 0, KIND_MESSAGE, text);
		trail_tick(&trail);
		annals_tried(l, slots[i], 0);
	}
	return 0;
}

static int teardown(void **state) {
	(void)state;
	annals_free(l);
	return 0;
}

/* Event seq, as message i. */
static struct told as(uint64_t seq, uint32_t i) {
	uint32_t room;
	enum kind kind;
	const char *text;
	annals_content(l, slots[i], 0, &room, &kind, &text);
	return (struct told){.seq = seq, .time_ms = 1000 + seq, .author = ANNA, .kind = kind, .name = "anna", .text = text, .tag = slots[i]};
}

static void tell(struct told told) {
	uint32_t slot;
	trail_tick(&trail);
	annals_event(l, 0, &told, &slot);
}

/* Acknowledged and told, 1 to 4. */
static void all_is_well(void) {
	for (uint32_t i = 0; i < 4; i++) {
		trail_tick(&trail);
		annals_acked(l, slots[i], 0, i + 1, 1001 + i, false);
		tell(as(i + 1, i));
	}
	annals_whole(l, 0, 1, 4, trail.tick);
	assert_int_equal(trail.differences, 0);
}

static void found(const char *what) {
	assert_true(trail.differences > 0);
	if (!strstr(trail.last, what))
		fail_msg("'%s' is not in: %s", what, trail.last);
}

static void an_honest_log_has_none(void **state) {
	(void)state;
	all_is_well();
	for (uint32_t i = 0; i < 4; i++)
		tell(as(i + 1, i));   /* another reads the same */
	annals_tried(l, slots[2], 0);
	annals_acked(l, slots[2], 0, 3, 1003, true);
	annals_settled(l);
	assert_int_equal(trail.differences, 0);
}

static void a_lost_tail_is_found(void **state) {
	(void)state;
	all_is_well();
	annals_whole(l, 0, 1, 3, trail.tick);
	found("lost");
}

static void an_ack_without_its_event_is_found(void **state) {
	(void)state;
	tell(as(1, 0));
	annals_acked(l, slots[1], 0, 2, 1002, false);
	tell(as(3, 2));
	annals_whole(l, 0, 1, 3, trail.tick);
	found("was acknowledged, but is not in the history");
}

static void an_ack_whose_place_another_took_is_found(void **state) {
	(void)state;
	annals_acked(l, slots[0], 0, 1, 1001, false);
	tell(as(1, 1));
	found("known as message 0.0");
}

static void a_doubled_message_is_found(void **state) {
	(void)state;
	all_is_well();
	tell(as(5, 2));
	found("stored twice");
}

static void two_acks_at_two_places_are_found(void **state) {
	(void)state;
	annals_tried(l, slots[0], 0);
	annals_acked(l, slots[0], 0, 1, 1001, false);
	annals_acked(l, slots[0], 0, 2, 1002, true);
	found("stored twice");
}

static void an_ack_that_is_fresh_twice_is_found(void **state) {
	(void)state;
	annals_tried(l, slots[0], 0);
	annals_acked(l, slots[0], 0, 1, 1001, false);
	annals_acked(l, slots[0], 0, 1, 1001, false);
	found("cannot be");
}

static void a_duplicate_of_nothing_is_found(void **state) {
	(void)state;
	annals_acked(l, slots[0], 0, 1, 1001, true);
	found("cannot be");
}

static void another_order_is_found(void **state) {
	(void)state;
	all_is_well();
	tell(as(2, 2));
	found("known as message 1.0");
}

static void an_altered_text_is_found(void **state) {
	(void)state;
	struct told t = as(1, 0);
	t.text = "m0.0 number x";
	tell(t);
	found("nobody said this");
}

static void an_altered_name_author_or_time_is_found(void **state) {
	(void)state;
	for (int i = 0; i < 4; i++) {
		trail.differences = 0;
		tell(as(1, 0));
		struct told t = as(1, 0);
		if (i == 0)
			t.name = "bert";
		else if (i == 1)
			t.author = BERT;
		else if (i == 2)
			t.time_ms++;
		else
			t.tag++;
		tell(t);
		found("known as message 0.0");
	}
}

static void a_time_that_falls_is_found(void **state) {
	(void)state;
	struct told t = as(2, 1);
	t.time_ms = 5;
	tell(as(1, 0));
	tell(t);
	found("neighbours");
}

static void what_was_refused_must_not_appear(void **state) {
	(void)state;
	annals_refused(l, slots[0], 0, false);
	tell(as(1, 0));
	found("refused, but is stored");
}

static void what_was_not_there_when_all_was_read_must_not_appear(void **state) {
	(void)state;
	tell(as(1, 0));
	annals_settled(l);
	tell(as(2, 1));
	found("refused, but is stored");
}

static void another_content_under_one_id_is_found(void **state) {
	(void)state;
	all_is_well();
	char text[64];
	uint32_t slot;
	annals_mark(text, sizeof text, slots[0], 1);
	annals_variant(l, slots[0], 0, KIND_MESSAGE, text);
	annals_tried(l, slots[0], 1);
	annals_event(l, 0, &(struct told){.seq = 5, .time_ms = 2000, .author = ANNA, .name = "anna", .text = text, .tag = slots[0]}, &slot);
	found("stored twice");
}

static void conflicts_are_judged(void **state) {
	(void)state;
	char text[64];
	annals_refused(l, slots[0], 0, true);
	found("conflict with itself");
	annals_mark(text, sizeof text, slots[1], 1);
	annals_variant(l, slots[1], 0, KIND_MESSAGE, text);
	annals_tried(l, slots[1], 1);
	trail.differences = 0;
	annals_refused(l, slots[1], 1, true);
	assert_int_equal(trail.differences, 0);
	annals_settled(l);
	found("nothing is stored");
}

static void one_id_of_two_authors_is_two_messages(void **state) {
	(void)state;
	char text[64];
	all_is_well();
	uint32_t twin = annals_twin(l, slots[0], BERT), slot;
	assert_int_equal(annals_twin(l, slots[0], BERT), twin);
	annals_mark(text, sizeof text, twin, 0);
	annals_variant(l, twin, 0, KIND_MESSAGE, text);
	annals_tried(l, twin, 0);
	assert_true(annals_event(l, 0, &(struct told){.seq = 5, .time_ms = 2000, .author = BERT, .name = "bert", .text = text, .tag = slots[0]}, &slot));
	assert_int_equal(slot, twin);
	assert_int_equal(trail.differences, 0);
}

static void heads_do_not_fall(void **state) {
	(void)state;
	all_is_well();
	uint64_t asked = trail_tick(&trail);
	annals_head(l, 0, 4, asked);
	assert_int_equal(trail.differences, 0);
	annals_head(l, 0, 3, asked);
	found("head is said to be 3");
}

static void a_wrong_topic_is_found(void **state) {
	(void)state;
	char text[64];
	all_is_well();
	annals_topic(l, 0, 4, "");
	uint32_t t = annals_slot(l, ANNA), slot;
	annals_mark(text, sizeof text, t, 0);
	annals_variant(l, t, 0, KIND_TOPIC, text);
	annals_tried(l, t, 0);
	annals_topic(l, 0, 5, text);   /* judged when 5 is known */
	tell((struct told){.seq = 5, .time_ms = 2000, .author = ANNA, .kind = KIND_TOPIC, .name = "anna", .text = text});
	(void)slot;
	annals_settled(l);
	assert_int_equal(trail.differences, 0);
	annals_topic(l, 0, 5, "");
	found("topic at head 5");
}

/* ---- facts ---- */

static void a_fact_is_what_was_done_last(void **state) {
	(void)state;
	struct reg r = {0};
	reg_set(&r, 0, 1);
	uint32_t id = reg_ask(&r, 1, 10);
	assert_true(reg_may_be(&r, 0, 11, 12) && reg_may_be(&r, 1, 11, 12));
	reg_done(&r, id, 20);
	assert_true(reg_may_be(&r, 0, 15, 25));    /* asked before it was over */
	assert_false(reg_may_be(&r, 0, 21, 25));
	assert_true(reg_is(&r, 1, 21, 25));
	assert_false(reg_may_be(&r, 1, 5, 9));
}

static void an_unanswered_change_is_either_way_until_seen(void **state) {
	(void)state;
	struct reg r = {0};
	reg_set(&r, 0, 1);
	reg_ask(&r, 1, 10);
	assert_true(reg_saw(&r, 0, 11, 12));
	assert_true(reg_may_be(&r, 1, 13, 14));    /* it may yet happen */
	reg_ended(&r, 20);
	assert_true(reg_saw(&r, 1, 21, 22));
	assert_false(reg_saw(&r, 0, 23, 24));      /* it did, and stays */
	reg_set(&r, 0, 30);
	reg_ask(&r, 1, 31);
	reg_ended(&r, 40);
	assert_true(reg_saw(&r, 0, 41, 42));
	assert_false(reg_saw(&r, 1, 43, 44));      /* it did not, and will not */
}

static void changes_at_once_are_in_either_order(void **state) {
	(void)state;
	struct reg r = {0};
	reg_set(&r, 0, 1);
	uint32_t a = reg_ask(&r, 1, 10), b = reg_ask(&r, 2, 11);
	reg_done(&r, a, 12);
	reg_done(&r, b, 13);
	assert_true(reg_may_be(&r, 1, 20, 21) && reg_may_be(&r, 2, 20, 21));
	assert_false(reg_may_be(&r, 0, 20, 21));
	assert_true(reg_saw(&r, 1, 20, 21));
	assert_false(reg_may_be(&r, 2, 22, 23));
	reg_refused(&r, reg_ask(&r, 3, 30));
	assert_true(reg_is(&r, 1, 31, 32));
}

static void many_changes_never_make_a_false_alarm(void **state) {
	(void)state;
	struct reg r = {0};
	reg_set(&r, 0, 1);
	for (uint64_t t = 10; t < 100000; t += 10) {
		uint32_t id = reg_ask(&r, t % 3, t);
		reg_done(&r, id, t + 1);
		assert_true(reg_may_be(&r, t % 3, t + 2, t + 3));
		assert_true(reg_saw(&r, t % 3, t + 2, t + 3));
		assert_false(reg_may_be(&r, (t + 1) % 3, t + 4, t + 5));
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_honest_log_has_none, setup, teardown),
		cmocka_unit_test_setup_teardown(a_lost_tail_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(an_ack_without_its_event_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(an_ack_whose_place_another_took_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(a_doubled_message_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(two_acks_at_two_places_are_found, setup, teardown),
		cmocka_unit_test_setup_teardown(an_ack_that_is_fresh_twice_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(a_duplicate_of_nothing_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(another_order_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(an_altered_text_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(an_altered_name_author_or_time_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(a_time_that_falls_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_refused_must_not_appear, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_not_there_when_all_was_read_must_not_appear, setup, teardown),
		cmocka_unit_test_setup_teardown(another_content_under_one_id_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(conflicts_are_judged, setup, teardown),
		cmocka_unit_test_setup_teardown(one_id_of_two_authors_is_two_messages, setup, teardown),
		cmocka_unit_test_setup_teardown(heads_do_not_fall, setup, teardown),
		cmocka_unit_test_setup_teardown(a_wrong_topic_is_found, setup, teardown),
		cmocka_unit_test(a_fact_is_what_was_done_last),
		cmocka_unit_test(an_unanswered_change_is_either_way_until_seen),
		cmocka_unit_test(changes_at_once_are_in_either_order),
		cmocka_unit_test(many_changes_never_make_a_false_alarm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
