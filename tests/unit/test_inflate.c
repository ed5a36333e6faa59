/* Deflated frames from a server that may be false: what is none, or too much, is no frame. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "proto/inflate.h"
#include "proto/limits.h"
#include "proto/wire.h"

static struct inflate *inflate;

static int set_up(void **state) {
	(void)state;
	inflate = inflate_new();
	return 0;
}

static int tear_down(void **state) {
	(void)state;
	inflate_free(inflate);
	return 0;
}

/* ServerFrame{deflated} of these bytes. */
static void deflate_frame(struct buf *out, const void *data, size_t len) {
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
	struct buf packed = {0};
	size_t most = libdeflate_deflate_compress_bound(c, len);
	buf_reserve(&packed, most);
	packed.len = libdeflate_deflate_compress(c, data, len, packed.data, most);
	assert_true(packed.len > 0);
	out->len = 0;
	wire_field_bytes(out, 21, packed.len);
	buf_append(out, packed.data, packed.len);
	buf_free(&packed);
	libdeflate_free_compressor(c);
}

/* ServerFrame{notice{text of len 'x'}} */
static void notice(struct buf *out, size_t len) {
	struct buf text = {0};
	wire_field_bytes(&text, 1, len);
	memset(buf_reserve(&text, len), 'x', len);
	text.len += len;
	out->len = 0;
	wire_field_bytes(out, 19, text.len);
	buf_append(out, text.data, text.len);
	buf_free(&text);
}

static size_t notice_size(const uint8_t *data, size_t len) {
	Appchat__ServerFrame *frame = inflate_frame(inflate, data, len);
	if (!frame)
		return 0;
	assert_int_equal(frame->body_case, APPCHAT__SERVER_FRAME__BODY_NOTICE);
	size_t size = strlen(frame->notice->text);
	appchat__server_frame__free_unpacked(frame, NULL);
	return size;
}

static void deflated_or_not_it_is_the_same_frame(void **state) {
	(void)state;
	struct buf plain = {0}, packed = {0};
	const size_t sizes[] = {1, 100, 70000, 256 * 1024, 1000000, 5};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		notice(&plain, sizes[i]);
		deflate_frame(&packed, plain.data, plain.len);
		assert_int_equal(notice_size(plain.data, plain.len), sizes[i]);
		assert_int_equal(notice_size(packed.data, packed.len), sizes[i]);
	}
	buf_free(&plain);
	buf_free(&packed);
}

static void a_bomb_is_no_frame(void **state) {
	(void)state;
	struct buf plain = {0}, packed = {0}, out = {0};
	notice(&plain, LIMIT_SERVER_FRAME + 1);
	deflate_frame(&packed, plain.data, plain.len);
	assert_true(packed.len < LIMIT_SERVER_FRAME / 100);
	assert_int_equal(notice_size(packed.data, packed.len), 0);
	notice(&plain, 64 << 20);
	deflate_frame(&packed, plain.data, plain.len);
	size_t len;
	const uint8_t *deflated = wire_deflated(packed.data, packed.len, &len);
	assert_false(inflate_open(inflate, deflated, len, &out));
	assert_true(out.len == 0 && out.cap <= LIMIT_SERVER_FRAME);
	buf_free(&plain);
	buf_free(&packed);
	buf_free(&out);
}

static void a_frame_in_a_frame_in_a_frame_is_none(void **state) {
	(void)state;
	struct buf plain = {0}, once = {0}, twice = {0};
	notice(&plain, 50);
	deflate_frame(&once, plain.data, plain.len);
	deflate_frame(&twice, once.data, once.len);
	assert_int_equal(notice_size(once.data, once.len), 50);
	assert_null(inflate_frame(inflate, twice.data, twice.len));
	buf_free(&plain);
	buf_free(&once);
	buf_free(&twice);
}

static void garbage_is_no_frame(void **state) {
	(void)state;
	struct buf plain = {0}, packed = {0}, cut = {0};
	notice(&plain, 3000);
	deflate_frame(&packed, plain.data, plain.len);
	size_t len;
	const uint8_t *deflated = wire_deflated(packed.data, packed.len, &len);
	for (size_t n = 0; n < len; n++) {   /* a right frame around what is cut off */
		cut.len = 0;
		wire_field_bytes(&cut, 21, n);
		buf_append(&cut, deflated, n);
		assert_null(inflate_frame(inflate, cut.data, cut.len));
	}
	srand(5);
	for (int round = 0; round < 2000; round++) {   /* whatever it is then, it is read or refused */
		cut.len = 0;
		buf_append(&cut, packed.data, packed.len);
		for (int i = 0; i < 3; i++)
			cut.data[(size_t)rand() % cut.len] = (uint8_t)rand();
		Appchat__ServerFrame *frame = inflate_frame(inflate, cut.data, cut.len);
		if (frame)
			appchat__server_frame__free_unpacked(frame, NULL);
	}
	assert_int_equal(notice_size(packed.data, packed.len), 3000);
	buf_free(&plain);
	buf_free(&packed);
	buf_free(&cut);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deflated_or_not_it_is_the_same_frame),
		cmocka_unit_test(a_bomb_is_no_frame),
		cmocka_unit_test(a_frame_in_a_frame_in_a_frame_is_none),
		cmocka_unit_test(garbage_is_no_frame),
	};
	return cmocka_run_group_tests_name("inflate", tests, set_up, tear_down);
}
