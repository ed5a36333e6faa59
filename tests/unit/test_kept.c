/* The batches a room keeps for those who lag. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "server/room/kept.h"

static void add(struct kept *k, uint64_t after, uint64_t last, const char *bytes) {
	struct kept_batch *b = kept_next(k, KEPT_BATCHES, after, last);
	for (; *bytes; bytes++)
		buf_byte(&b->bytes, (uint8_t)*bytes);
}

static void a_batch_is_found_by_where_it_begins(void **state) {
	(void)state;
	struct kept k = {0};
	assert_null(kept_find(&k, 0));
	add(&k, 10, 20, "first");
	add(&k, 20, 25, "");        /* was not worth deflating */
	add(&k, 25, 30, "third");
	assert_int_equal(kept_find(&k, 10)->last, 20);
	assert_int_equal(kept_find(&k, 25)->bytes.len, 5);
	assert_null(kept_find(&k, 20));
	assert_null(kept_find(&k, 11));
	assert_int_equal(kept_newest(&k)->last, 30);
	kept_free(&k);
	assert_null(kept_find(&k, 10));
}

static void the_oldest_makes_room(void **state) {
	(void)state;
	struct kept k = {0};
	for (uint64_t n = 1; n <= KEPT_BATCHES + 2; n++)
		add(&k, n * 10, n * 10 + 10, "bytes");
	assert_null(kept_find(&k, 10));
	assert_null(kept_find(&k, 20));
	assert_non_null(kept_find(&k, 30));
	assert_int_equal(kept_find(&k, 30)->bytes.len, 5);
	kept_free(&k);
}

static void fewer_are_kept_where_many_rooms_are(void **state) {
	(void)state;
	struct kept k = {0};
	for (uint64_t n = 1; n <= 5; n++)
		buf_byte(&kept_next(&k, 2, n * 10, n * 10 + 10)->bytes, 'x');
	assert_null(kept_find(&k, 30));
	assert_non_null(kept_find(&k, 40));
	buf_byte(&kept_next(&k, 1, 60, 70)->bytes, 'x');
	assert_ptr_equal(kept_newest(&k), kept_find(&k, 60));
	assert_null(kept_find(&k, 40));
	assert_null(kept_find(&k, 50));
	kept_free(&k);
}

static void what_comes_before_ends_where_a_batch_begins(void **state) {
	(void)state;
	struct kept k = {0};
	assert_int_equal(kept_start(&k, 5, 100), 100);
	add(&k, 50, 60, "a");
	add(&k, 60, 100, "b");
	assert_int_equal(kept_start(&k, 5, 100), 50);
	assert_int_equal(kept_start(&k, 50, 100), 60);   /* that one is had whole */
	assert_int_equal(kept_start(&k, 55, 100), 60);
	assert_int_equal(kept_start(&k, 60, 100), 100);
	assert_int_equal(kept_start(&k, 5, 40), 40);
	kept_free(&k);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_batch_is_found_by_where_it_begins),
		cmocka_unit_test(the_oldest_makes_room),
		cmocka_unit_test(fewer_are_kept_where_many_rooms_are),
		cmocka_unit_test(what_comes_before_ends_where_a_batch_begins),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
