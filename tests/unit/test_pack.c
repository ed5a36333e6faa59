/* Deflated batches: what comes out is what went in, and only where it pays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "bots/inflate.h"
#include "proto/limits.h"
#include "proto/wire.h"
#include "server/room/pack.h"

static void make_batch(struct buf *out, size_t bytes) {
	struct buf run = {0};
	while (run.len < bytes) {
		wire_field_bytes(&run, 2, 40);
		buf_printf(&run, "%040zu", run.len);
	}
	out->len = 0;
	wire_events_frame(out, 1, run.data, run.len);
	buf_free(&run);
}

static void what_is_packed_comes_out_again(void **state) {
	(void)state;
	struct packer *packer = packer_new();
	struct inflater *inflater = inflater_new();
	struct buf batch = {0}, packed = {0};
	const size_t sizes[] = {500, 1000, 20000, 65000, 200000};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		make_batch(&batch, sizes[i]);
		pack_batch(packer, &batch, &packed);
		assert_true(packed.len > 0 && packed.len < batch.len);
		size_t head = packed.data[1] < 126 ? 2 : packed.data[1] == 126 ? 4 : 10, len, frame_len;
		const uint8_t *deflated = wire_deflated(packed.data + head, packed.len - head, &len);
		assert_non_null(deflated);
		const uint8_t *frame = inflater_frame(inflater, deflated, len, &frame_len);
		head = batch.data[1] < 126 ? 2 : batch.data[1] == 126 ? 4 : 10;
		assert_non_null(frame);
		assert_int_equal(frame_len, batch.len - head);
		assert_memory_equal(frame, batch.data + head, frame_len);
		assert_ptr_equal(frame, inflater_frame(inflater, deflated, len, &frame_len));   /* the second bot's */
	}
	buf_free(&batch);
	buf_free(&packed);
	packer_free(packer);
	inflater_free(inflater);
}

static void it_is_not_packed_where_that_does_not_pay(void **state) {
	(void)state;
	struct packer *packer = packer_new();
	struct buf batch = {0}, packed = {0};
	make_batch(&batch, 100);
	assert_false(pack_worth(&batch, 1000));
	make_batch(&batch, 5000);
	assert_false(pack_worth(&batch, 2));
	assert_true(pack_worth(&batch, 1000));
	for (size_t i = 10; i < batch.len; i++)
		batch.data[i] = (uint8_t)rand();
	pack_batch(packer, &batch, &packed);
	assert_int_equal(packed.len, 0);
	buf_free(&batch);
	buf_free(&packed);
	packer_free(packer);
}

static void a_bomb_is_refused(void **state) {
	(void)state;
	struct packer *packer = packer_new();
	struct inflater *inflater = inflater_new();
	struct buf batch = {0}, packed = {0};
	size_t len, frame_len;
	buf_reserve(&batch, 4u << 20);
	memset(batch.data, 0, 4u << 20);
	batch.len = ws_put_header(batch.data, WS_BINARY, (4u << 20) - 10) + (4u << 20) - 10;
	pack_batch(packer, &batch, &packed);
	const uint8_t *deflated = wire_deflated(packed.data + 4, packed.len - 4, &len);
	assert_non_null(deflated);
	assert_null(inflater_frame(inflater, deflated, len, &frame_len));
	assert_null(inflater_frame(inflater, (const uint8_t *)"\xff\xff\xff", 3, &frame_len));
	buf_free(&batch);
	buf_free(&packed);
	packer_free(packer);
	inflater_free(inflater);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_packed_comes_out_again),
		cmocka_unit_test(it_is_not_packed_where_that_does_not_pay),
		cmocka_unit_test(a_bomb_is_refused),
	};
	return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
