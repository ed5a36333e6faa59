/* The library every program shares: maps, varints, frames, UTF-8, JSON, UUIDs, rates, log levels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "proto/appchat.pb-c.h"
#include "proto/base/json.h"
#include "proto/base/log.h"
#include "proto/base/map.h"
#include "proto/base/utf8.h"
#include "proto/base/uuid.h"
#include "proto/wire.h"
#include "server/room/rate.h"

static void a_map_is_like_an_array(void **state) {
	(void)state;
	enum { KEYS = 500 };
	struct map map = {0};
	void *shadow[KEYS] = {0};
	size_t count = 0;
	srand(3);
	for (int i = 0; i < 100000; i++) {
		size_t k = (size_t)rand() % KEYS;
		if (rand() % 2) {
			count += !shadow[k];
			map_put(&map, k, shadow[k] = &shadow[(size_t)rand() % KEYS]);
		} else {
			assert_ptr_equal(map_remove(&map, k), shadow[k]);
			count -= shadow[k] != NULL;
			shadow[k] = NULL;
		}
		assert_ptr_equal(map_get(&map, k), shadow[k]);
		assert_int_equal(map.count, count);
	}
	for (size_t k = 0; k < KEYS; k++)
		assert_ptr_equal(map_get(&map, k), shadow[k]);
	map_free(&map);
}

static void varints_come_back(void **state) {
	(void)state;
	uint8_t p[WIRE_VARINT_MAX];
	uint64_t back;
	for (int shift = 0; shift < 64; shift++)
		for (int off = -1; off <= 1; off++) {
			uint64_t v = (1ull << shift) + (uint64_t)(int64_t)off;
			size_t n = wire_put_varint(p, v);
			assert_int_equal(n, wire_varint_size(v));
			assert_int_equal(wire_get_varint(p, n, &back), n);
			assert_true(back == v);
			assert_int_equal(wire_get_varint(p, n - 1, &back), 0);
		}
}

static void a_frame_of_events_is_what_protobuf_makes(void **state) {
	(void)state;
	Appchat__Message message = APPCHAT__MESSAGE__INIT;
	Appchat__Event event = APPCHAT__EVENT__INIT, *list[3] = {&event, &event, &event};
	Appchat__Events events = APPCHAT__EVENTS__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	struct buf run = {0}, out = {0};
	char text[70000];
	const size_t sizes[] = {1, 80, 130, 20000, 69999};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		memset(text, 'x', sizes[i]);
		text[sizes[i]] = 0;
		message.text = text;
		event.seq = 77;
		event.body_case = APPCHAT__EVENT__BODY_MESSAGE;
		event.message = &message;
		run.len = out.len = 0;
		for (int k = 0; k < 3; k++) {
			size_t len = appchat__event__get_packed_size(&event);
			wire_field_bytes(&run, 2, len);
			run.len += appchat__event__pack(&event, buf_reserve(&run, len));
		}
		wire_events_frame(&out, 300, run.data, run.len);
		events.room = 300;
		events.n_event = 3;
		events.event = list;
		frame.body_case = APPCHAT__SERVER_FRAME__BODY_EVENTS;
		frame.events = &events;
		size_t size = appchat__server_frame__get_packed_size(&frame);
		uint8_t *packed = xmalloc(size);
		appchat__server_frame__pack(&frame, packed);
		uint8_t header[WS_HEADER_MAX];
		size_t n = ws_put_header(header, WS_BINARY, size);
		assert_int_equal(out.len, n + size);
		assert_memory_equal(out.data, header, n);
		assert_memory_equal(out.data + n, packed, size);
		free(packed);
	}
	buf_free(&run);
	buf_free(&out);
}

static void utf8_is_checked(void **state) {
	(void)state;
	assert_true(utf8_valid("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 10));
	assert_int_equal(utf8_count("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), 4);
	const char *const bad[] = {"\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\xff"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(utf8_valid(bad[i], strlen(bad[i])));
}

static void json_is_escaped(void **state) {
	(void)state;
	struct buf b = {0};
	json_open(&b, NULL, '{');
	json_string(&b, "text", "a\"\\\n\x1b\xff\xc3\xa9");
	json_open(&b, "list", '[');
	json_uint(&b, NULL, 1);
	json_number(&b, NULL, 2.5, 1);
	json_number(&b, NULL, NAN, 1);
	json_close(&b, ']');
	json_bool(&b, "yes", true);
	json_close(&b, '}');
	buf_byte(&b, 0);
	assert_string_equal((char *)b.data,
		"{\"text\":\"a\\\"\\\\\\n\\u001b\xef\xbf\xbd\xc3\xa9\",\"list\":[1,2.5,null],\"yes\":true}");
	buf_free(&b);
}

/* As Unicode has it, but for number signs and the like, which are formats and seen. */
static bool is_seen(utf8proc_int32_t c) {
	const utf8proc_property_t *p = utf8proc_get_property(c);
	bool sign = (c >= 0x600 && c <= 0x605) || c == 0x6dd || c == 0x70f || c == 0x890 || c == 0x891 || c == 0x8e2 ||
	            c == 0x110bd || c == 0x110cd;
	return !p->ignorable && p->category != UTF8PROC_CATEGORY_CC && p->category != UTF8PROC_CATEGORY_ZL &&
	       p->category != UTF8PROC_CATEGORY_ZP && (p->category != UTF8PROC_CATEGORY_CF || sign) && (c & 0xfffe) != 0xfffe;
}

static void json_hides_nothing_from_a_terminal(void **state) {
	(void)state;
	for (utf8proc_int32_t c = 0xa0; c < 0x110000; c++) {
		char text[5] = "";
		struct buf b = {0};
		if (utf8proc_encode_char(c, (utf8proc_uint8_t *)text) < 1 || (c >= 0xd800 && c < 0xe000) || (c >= 0xfdd0 && c < 0xfdf0))
			continue;
		json_string(&b, NULL, text);
		buf_byte(&b, 0);
		bool raw = !strncmp((char *)b.data + 1, text, strlen(text));
		/* new formats come with new versions of Unicode: of those not assigned it may be either */
		if (raw != is_seen(c) && utf8proc_category(c) != UTF8PROC_CATEGORY_CN)
			fail_msg("U+%04X became %s", (unsigned)c, (char *)b.data);
		buf_free(&b);
	}
	struct buf b = {0};
	json_string(&b, NULL, "a\xc2\x9b" "2J\u202e\u3164\U000e0041\U000e007f\ufdd0\U0001f600\xed\xa0\x80\xc2\x7f");
	buf_byte(&b, 0);
	assert_string_equal((char *)b.data, "\"a\\u009b2J\\u202e\\u3164\\udb40\\udc41\\udb40\\udc7f\\ufdd0"
		"\xf0\x9f\x98\x80\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\\u007f\"");
	buf_free(&b);
}

static void uuids_are_version_7_and_rise(void **state) {
	(void)state;
	uint8_t a[16], b[16];
	uuid7(a);
	for (int i = 0; i < 20000; i++) {
		uuid7(b);
		assert_true(uuid7_valid(b, 16));
		assert_true(memcmp(a, b, 16) < 0);
		memcpy(a, b, 16);
	}
	a[6] = 0x40;
	assert_false(uuid7_valid(a, 16));
	assert_false(uuid7_valid(b, 15));
}

static void a_rate_lets_a_burst_through_and_then_its_pace(void **state) {
	(void)state;
	struct rate rate = {0};
	uint32_t wait_ms = 0;
	uint64_t now = 1000000000;
	for (int i = 0; i < 10; i++)
		assert_true(rate_take(&rate, now, 10, 5, 1, &wait_ms));
	assert_false(rate_take(&rate, now, 10, 5, 1, &wait_ms));
	assert_in_range(wait_ms, 200, 201);
	assert_true(rate_take(&rate, now + 200000000, 10, 5, 1, &wait_ms));
	assert_false(rate_take(&rate, now + 200000000, 10, 5, 1, &wait_ms));
	assert_true(rate_take(&rate, now + 60000000000, 10, 5, 10, &wait_ms));
}

static void log_levels_are_read_whole_or_not_at_all(void **state) {
	(void)state;
	char before[256], after[256];
	assert_true(log_set("warn,net=debug,store=off"));
	log_get(before, sizeof before);
	assert_non_null(strstr(before, "main=warn,net=debug"));
	assert_non_null(strstr(before, "store=off"));
	assert_false(log_set("info,nothing=debug"));
	assert_false(log_set("loud"));
	log_get(after, sizeof after);
	assert_string_equal(before, after);
	assert_true(log_set(before));
}

static void what_is_logged_cannot_forge_a_line(void **state) {
	(void)state;
	char out[32];
	assert_string_equal(log_quote(out, sizeof out, "a\n\"b\x1b", 5), "\"a\\x0a\\x22b\\x1b\"");
	assert_true(strlen(log_quote(out, sizeof out, "0123456789012345678901234567890123456789", 40)) < sizeof out);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_map_is_like_an_array),
		cmocka_unit_test(varints_come_back),
		cmocka_unit_test(a_frame_of_events_is_what_protobuf_makes),
		cmocka_unit_test(utf8_is_checked),
		cmocka_unit_test(json_is_escaped),
		cmocka_unit_test(json_hides_nothing_from_a_terminal),
		cmocka_unit_test(uuids_are_version_7_and_rise),
		cmocka_unit_test(a_rate_lets_a_burst_through_and_then_its_pace),
		cmocka_unit_test(log_levels_are_read_whole_or_not_at_all),
		cmocka_unit_test(what_is_logged_cannot_forge_a_line),
	};
	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
