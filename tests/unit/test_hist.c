/* The bots' histogram: exact where it must be, within 0.8 % elsewhere, and never flattering. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "bots/hist.h"

static struct hist h, g;

static int setup(void **state) {
	(void)state;
	hist_clear(&h);
	hist_clear(&g);
	return 0;
}

static void empty_is_zero(void **state) {
	(void)state;
	assert_int_equal(hist_quantile(&h, 0.5), 0);
	assert_int_equal(h.max, 0);
	hist_add(&h, 5, 0);
	assert_int_equal(h.count, 0);
}

static void small_values_are_exact(void **state) {
	(void)state;
	for (uint64_t v = 0; v < 100; v++)
		hist_add(&h, v, 1);
	assert_int_equal(hist_quantile(&h, 0.5), 49);
	assert_int_equal(hist_quantile(&h, 0.99), 98);
	assert_int_equal(hist_quantile(&h, 1), 99);
	assert_int_equal(hist_quantile(&h, 0), 0);
	assert_int_equal(h.min, 0);
}

static void every_value_comes_back_close(void **state) {
	(void)state;
	for (uint64_t v = 1; v < 1ull << 42; v = v * 5 / 4 + 1) {
		hist_clear(&h);
		hist_add(&h, v, 1);
		hist_add(&h, 1ull << 42, 1);   /* so that the maximum does not cut it */
		uint64_t back = hist_quantile(&h, 0.5);
		assert_true(back >= v);
		assert_true(back - v <= v / 100);
	}
}

static void the_maximum_is_exact(void **state) {
	(void)state;
	hist_add(&h, 123456789, 1);
	hist_add(&h, 1000, 98);
	assert_int_equal(hist_quantile(&h, 1), 123456789);
	assert_int_equal(hist_quantile(&h, 0.999), 123456789);
	assert_in_range(hist_quantile(&h, 0.98), 1000, 1010);
	hist_add(&h, UINT64_MAX / 2, 1);
	assert_true(h.max == UINT64_MAX / 2);
}

static void counts_weigh(void **state) {
	(void)state;
	hist_add(&h, 10, 990);
	hist_add(&h, 100, 10);
	assert_int_equal(h.count, 1000);
	assert_int_equal(hist_quantile(&h, 0.99), 10);
	assert_int_equal(hist_quantile(&h, 0.991), 100);
}

static int by_value(const void *a, const void *b) {
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return x < y ? -1 : x > y;
}

static void quantiles_follow_a_sorted_list(void **state) {
	enum { N = 20000 };
	static uint64_t values[N];
	(void)state;
	srand(7);
	for (int i = 0; i < N; i++) {
		values[i] = (uint64_t)rand() * (uint64_t)(rand() % 1000) + 1;
		hist_add(i % 2 ? &h : &g, values[i], 1);
	}
	hist_merge(&h, &g);
	qsort(values, N, sizeof *values, by_value);
	for (int percent = 1; percent < 100; percent++) {
		uint64_t want = values[N * percent / 100 - 1], got = hist_quantile(&h, percent / 100.0);
		assert_true(got >= want);
		assert_true(got - want <= want / 100 + 1);
	}
	assert_int_equal(h.max, values[N - 1]);
	assert_int_equal(h.min, values[0]);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(empty_is_zero, setup),
		cmocka_unit_test_setup(small_values_are_exact, setup),
		cmocka_unit_test_setup(every_value_comes_back_close, setup),
		cmocka_unit_test_setup(the_maximum_is_exact, setup),
		cmocka_unit_test_setup(counts_weigh, setup),
		cmocka_unit_test_setup(quantiles_follow_a_sorted_list, setup),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
