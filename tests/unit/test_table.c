/* The table of requests against appchat.proto. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "server/handle/table.h"

/* Every field of the oneof has a row of its name; a request without one fails here. */
static void every_request_has_its_row(void **state) {
	(void)state;
	const ProtobufCMessageDescriptor *d = &appchat__client_frame__descriptor;
	unsigned requests = 0;
	for (unsigned i = 0; i < d->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &d->fields[i];
		if (!(f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
			continue;
		const struct request_row *row = request_row((Appchat__ClientFrame__BodyCase)f->id);
		if (!row)
			fail_msg("the request %s has no row in server/handle/table.c", f->name);
		assert_string_equal(row->name, f->name);
		assert_non_null(row->handle);
		assert_true(row->states && row->roles && row->cost && row->max_bytes);
		requests++;
	}
	assert_true(requests > 15);
}

static void there_is_no_row_for_what_is_no_request(void **state) {
	(void)state;
	assert_null(request_row(APPCHAT__CLIENT_FRAME__BODY__NOT_SET));
	assert_null(request_row((Appchat__ClientFrame__BodyCase)1));
	assert_null(request_row((Appchat__ClientFrame__BodyCase)9999));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_request_has_its_row),
		cmocka_unit_test(there_is_no_row_for_what_is_no_request),
	};
	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
