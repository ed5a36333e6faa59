/* The bots' WebSocket: the handshake's check, masking, and frames in every possible cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bots/sha1.h"
#include "bots/ws.h"

#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="   /* both from RFC 6455, 1.3 */

/* What came, as text: opcode:length:payload; */
static struct buf heard;
static bool keep_going;

static bool hear(void *arg, enum ws_opcode opcode, const uint8_t *data, size_t len) {
	(void)arg;
	buf_printf(&heard, "%d:%zu:", opcode, len);
	buf_append(&heard, data, len);
	buf_byte(&heard, ';');
	return keep_going;
}

static int setup(void **state) {
	(void)state;
	heard.len = 0;
	keep_going = true;
	return 0;
}

static int clean_up(void **state) {
	(void)state;
	buf_free(&heard);
	return 0;
}

static void known_digests(void **state) {
	(void)state;
	char accept[WS_ACCEPT_SIZE], text[64];
	uint8_t digest[SHA1_BYTES], million[1000];
	ws_accept(KEY, accept);
	assert_string_equal(accept, ACCEPT);
	sha1("abc", 3, digest);
	base64(digest, sizeof digest, text);
	assert_string_equal(text, "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
	memset(million, 'a', sizeof million);
	for (size_t len = 50; len < 70; len++) /* around where the padding needs a second block */
		sha1(million, len, digest);
	sha1("", 0, digest);
	base64(digest, sizeof digest, text);
	assert_string_equal(text, "2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
	base64((const uint8_t *)"ab", 2, text);
	assert_string_equal(text, "YWI=");
}

static enum ws_answer answer(const char *text, size_t *used, char *why, size_t size) {
	return ws_answer((const uint8_t *)text, strlen(text), KEY, used, why, size);
}

static void the_handshake_is_checked(void **state) {
	(void)state;
	static const char good[] = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nsec-websocket-accept:  " ACCEPT
		" \r\nSec-WebSocket-Protocol: appchat.v1\r\n\r\n";
	char why[120];
	size_t used = 0;
	for (size_t n = 0; n + 1 < sizeof good - 1; n++)
		assert_int_equal(ws_answer((const uint8_t *)good, n, KEY, &used, why, sizeof why), WS_ANSWER_MORE);
	assert_int_equal(answer(good, &used, why, sizeof why), WS_ANSWER_OPEN);
	assert_int_equal(used, strlen(good));
	assert_int_equal(answer("HTTP/1.1 101 x\r\nSec-WebSocket-Accept: AAAA\r\nSec-WebSocket-Protocol: appchat.v1\r\n\r\n", &used, why,
		sizeof why), WS_ANSWER_BAD);
	assert_non_null(strstr(why, "Accept"));
	assert_int_equal(answer("HTTP/1.1 101 x\r\nSec-WebSocket-Accept: " ACCEPT "\r\n\r\n", &used, why, sizeof why), WS_ANSWER_BAD);
	assert_non_null(strstr(why, "not an appchat server"));
	assert_int_equal(answer("HTTP/1.1 404 Not \033Found\r\n\r\n", &used, why, sizeof why), WS_ANSWER_BAD);
	assert_non_null(strstr(why, "404 Not ?Found"));
	assert_int_equal(answer("SSH-2.0-OpenSSH\r\n", &used, why, sizeof why), WS_ANSWER_BAD);
	char *endless = malloc(WS_RESPONSE_MAX + 1);
	memset(endless, 'x', WS_RESPONSE_MAX);
	memcpy(endless, "HTTP/1.1 101", 12);
	endless[WS_RESPONSE_MAX] = 0;
	assert_int_equal(answer(endless, &used, why, sizeof why), WS_ANSWER_BAD);
	free(endless);
}

static void our_frames_are_masked(void **state) {
	(void)state;
	static const size_t sizes[] = {0, 1, 125, 126, 127, 65535, 65536, 70000};
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
		struct buf out = {0};
		size_t len = sizes[s], head = len < 126 ? 6 : len < 65536 ? 8 : 14;
		uint8_t *payload = malloc(len + 1);
		for (size_t i = 0; i < len; i++)
			payload[i] = (uint8_t)(i * 7);
		ws_frame(&out, WS_BINARY, payload, len, 0x8040c0a5u);
		assert_int_equal(out.len, head + len);
		assert_int_equal(out.data[0], 0x82);
		assert_int_equal(out.data[1] & 0x80, 0x80);
		for (size_t i = 0; i < len; i++)
			assert_int_equal(out.data[head + i] ^ out.data[head - 4 + (i & 3)], payload[i]);
		free(payload);
		buf_free(&out);
	}
}

/* A stream with everything: small, fragmented with a ping inside, empty, 16-bit and 64-bit lengths, close. */
static struct buf stream(void) {
	struct buf b = {0};
	uint8_t head[WS_HEADER_MAX];
	static const size_t sizes[] = {3, 0, 126, 300, 66000};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		buf_append(&b, head, ws_put_header(head, WS_BINARY, sizes[i]));
		for (size_t k = 0; k < sizes[i]; k++)
			buf_byte(&b, (uint8_t)('a' + k % 26));
	}
	buf_append(&b, "\x02\x02" "he" "\x89\x02" "hi" "\x00\x00" "\x80\x03" "llo", 15);
	buf_append(&b, "\x88\x02\x03\xe8", 4);
	return b;
}

static void any_cut_gives_the_same(void **state) {
	(void)state;
	struct buf all = stream(), want = {0};
	struct ws_reader r = {0};
	assert_null(ws_read(&r, all.data, all.len, hear, NULL, NULL));
	buf_append(&want, heard.data, heard.len);
	assert_non_null(memmem(want.data, want.len, "9:2:hi;2:5:hello;8:2:", 21));
	for (size_t step = 1; step < all.len; step = step * 2 + 1) {
		heard.len = 0;
		ws_reader_free(&r);
		for (size_t at = 0; at < all.len; at += step)
			assert_null(ws_read(&r, all.data + at, at + step < all.len ? step : all.len - at, hear, NULL, NULL));
		assert_int_equal(heard.len, want.len);
		assert_memory_equal(heard.data, want.data, want.len);
	}
	ws_reader_free(&r);
	buf_free(&all);
	buf_free(&want);
}

/* Takes the pieces of messages of 300 bytes, gives up those of 66000 in the middle. */
struct taker {
	struct buf seen;
	int finished;
};

static bool take(void *arg, size_t total, size_t done, const uint8_t *data, size_t len, struct buf *message) {
	struct taker *t = arg;
	if (total < 300 || (total == 66000 && done > 30000)) {
		buf_append(message, t->seen.data, done);
		t->seen.len = 0;
		return false;
	}
	assert_int_equal(t->seen.len, done);
	buf_append(&t->seen, data, len);
	if (done + len == total) {
		t->finished++;
		t->seen.len = 0;
	}
	return true;
}

static void pieces_can_be_taken_and_given_back(void **state) {
	(void)state;
	struct buf all = stream();
	struct ws_reader r = {0};
	struct taker t = {0};
	for (size_t at = 0; at < all.len; at += 100)
		assert_null(ws_read(&r, all.data + at, at + 100 < all.len ? 100 : all.len - at, hear, take, &t));
	assert_int_equal(t.finished, 1);
	assert_null(memmem(heard.data, heard.len, "2:300:", 6));
	const uint8_t *big = memmem(heard.data, heard.len, "2:66000:", 8);
	assert_non_null(big);
	for (size_t k = 0; k < 66000; k++)
		assert_int_equal(big[8 + k], 'a' + k % 26);
	buf_free(&t.seen);
	ws_reader_free(&r);
	buf_free(&all);
}

static void what_no_server_may_send_is_refused(void **state) {
	(void)state;
	static const struct { const char *bytes; size_t len; const char *why; } rows[] = {
		{"\xc2\x00", 2, "reserved"}, {"\x82\x81", 2, "masked"}, {"\x83\x00", 2, "opcode"}, {"\x8b\x00", 2, "opcode"},
		{"\x09\x00", 2, "control"}, {"\x88\x7e\x00\x80", 4, "control"}, {"\x80\x00", 2, "continuation"},
		{"\x02\x01x\x82\x00", 5, "inside"}, {"\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10, "limit"},
		{"\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10, "limit"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct ws_reader r = {0};
		const char *why = ws_read(&r, (const uint8_t *)rows[i].bytes, rows[i].len, hear, NULL, NULL);
		assert_non_null(why);
		assert_non_null(strstr(why, rows[i].why));
		ws_reader_free(&r);
	}
}

static void a_fragmented_message_has_a_limit(void **state) {
	(void)state;
	struct ws_reader r = {.limit = 10};
	assert_null(ws_read(&r, (const uint8_t *)"\x02\x06" "abcdef", 8, hear, NULL, NULL));
	assert_non_null(ws_read(&r, (const uint8_t *)"\x80\x06" "abcdef", 8, hear, NULL, NULL));
	ws_reader_free(&r);
}

static void stopping_stops(void **state) {
	(void)state;
	struct ws_reader r = {0};
	keep_going = false;
	assert_null(ws_read(&r, (const uint8_t *)"\x82\x01" "a\x82\x01" "b", 6, hear, NULL, NULL));
	assert_int_equal(heard.len, 6);
	ws_reader_free(&r);
}

#define TEST(f) cmocka_unit_test_setup(f, setup)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(known_digests), TEST(the_handshake_is_checked), TEST(our_frames_are_masked), TEST(any_cut_gives_the_same),
		TEST(pieces_can_be_taken_and_given_back), TEST(what_no_server_may_send_is_refused),
		TEST(a_fragmented_message_has_a_limit), TEST(stopping_stops),
	};
	return cmocka_run_group_tests(tests, NULL, clean_up);
}
