/* Strings on the wire: UTF-8 without a zero byte, wherever they are in a frame. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "proto/appchat.pb-c.h"
#include "proto/text.h"
#include "proto/wire.h"

/* ClientFrame{7, send{1, id, text}} */
static struct buf frame_of(const void *text, size_t len) {
	struct buf send = {0}, frame = {0};
	wire_field_varint(&send, 1, 1);
	wire_field_bytes(&send, 2, 16);
	buf_append(&send, "\0\xff\0\xff\0\xff\0\xff\0\xff\0\xff\0\xff\0\xff", 16); /* bytes may be anything */
	wire_field_bytes(&send, 3, len);
	buf_append(&send, text, len);
	wire_field_varint(&frame, 1, 7);
	wire_field_bytes(&frame, 15, send.len);
	buf_append(&frame, send.data, send.len);
	buf_free(&send);
	return frame;
}

static enum text_fault look(const void *text, size_t len) {
	struct buf frame = frame_of(text, len);
	enum text_fault fault = text_check(&appchat__client_frame__descriptor, frame.data, frame.len);
	buf_free(&frame);
	return fault;
}

static void text_is_utf8_without_zero(void **state) {
	(void)state;
	assert_int_equal(look("", 0), TEXT_GOOD);
	assert_int_equal(look("gr\xc3\xbc\xc3\x9f dich", 11), TEXT_GOOD);
	assert_int_equal(look("a\0b", 3), TEXT_HAS_ZERO);
	assert_int_equal(look("\0", 1), TEXT_HAS_ZERO);
	assert_int_equal(look("end\0", 4), TEXT_HAS_ZERO);
	assert_int_equal(look("\xff", 1), TEXT_NOT_UTF8);
	assert_int_equal(look("cut \xc3", 5), TEXT_NOT_UTF8);
	assert_int_equal(look("\xc0\x80", 2), TEXT_NOT_UTF8);   /* a zero byte by another name */
}

static void the_last_of_several_hides_none(void **state) {
	(void)state;
	struct buf frame = frame_of("a\0b", 3), good = frame_of("good", 4);
	buf_append(&frame, good.data, good.len);
	assert_int_equal(text_check(&appchat__client_frame__descriptor, frame.data, frame.len), TEXT_HAS_ZERO);
	buf_free(&frame);
	buf_free(&good);
}

static void unknown_and_broken_fields_are_passed_over(void **state) {
	(void)state;
	struct buf frame = frame_of("fine", 4);
	wire_field_bytes(&frame, 1000, 3);
	buf_append(&frame, "a\0b", 3);
	assert_int_equal(text_check(&appchat__client_frame__descriptor, frame.data, frame.len), TEXT_GOOD);
	srand(3);
	for (int i = 0; i < 100000; i++) {
		struct buf broken = frame_of("fine", 4);
		for (int k = 0; k < 3; k++)
			broken.data[(size_t)rand() % broken.len] = (uint8_t)rand();
		text_check(&appchat__client_frame__descriptor, broken.data, (size_t)rand() % (broken.len + 1));
		buf_free(&broken);
	}
	buf_free(&frame);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_utf8_without_zero),
		cmocka_unit_test(the_last_of_several_hides_none),
		cmocka_unit_test(unknown_and_broken_fields_are_passed_over),
	};
	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
