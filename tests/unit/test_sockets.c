/* The count of sockets per address: exact, and nothing is left of who is gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "server/net/sockets.h"

static void one_address_has_its_share(void **state) {
	(void)state;
	struct sockets t = {0};
	struct socket_row *rows[3];
	for (int i = 0; i < 3; i++)
		assert_non_null(rows[i] = sockets_take(&t, "192.0.2.1", 3));
	assert_null(sockets_take(&t, "192.0.2.1", 3));
	struct socket_row *other = sockets_take(&t, "2001:db8::1", 3);
	assert_non_null(other);
	sockets_release(&t, rows[0]);
	assert_non_null(rows[0] = sockets_take(&t, "192.0.2.1", 3));
	assert_null(sockets_take(&t, "192.0.2.1", 3));
	for (int i = 0; i < 3; i++)
		sockets_release(&t, rows[i]);
	sockets_release(&t, other);
	assert_int_equal(t.rows.count, 0);
	sockets_free(&t);
}

static void loopback_may_have_any_number(void **state) {
	(void)state;
	struct sockets t = {0};
	for (int i = 0; i < 100; i++) {
		assert_non_null(sockets_take(&t, "127.0.0.1", 3));
		assert_non_null(sockets_take(&t, "::1", 3));
	}
	assert_int_equal(t.rows.count, 2);
	sockets_free(&t);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_address_has_its_share),
		cmocka_unit_test(loopback_may_have_any_number),
	};
	return cmocka_run_group_tests_name("sockets", tests, NULL, NULL);
}
