/* Broken HTTP, broken frames, broken protobuf, requests that may not be. */
#include "bots/attacks.h"

#include <stdlib.h>
#include <string.h>

#include "proto/appchat.pb-c.h"
#include "proto/base/uuid.h"
#include "proto/limits.h"
#include "proto/wire.h"

/* ---- Makers' helpers --------------------------------------------------------------- */

static void bytes(struct buf *out, const char *data, size_t len) {
	buf_append(out, data, len);
}

static void noise(struct buf *out, struct wsnet *net, size_t len) {
	while (len--)
		buf_byte(out, (uint8_t)wsnet_random(net));
}

static void framed(struct buf *out, struct wsnet *net, enum ws_opcode opcode, const void *data, size_t len) {
	ws_frame(out, opcode, data, len, (uint32_t)wsnet_random(net));
}

static void packed(struct buf *out, struct wsnet *net, Appchat__ClientFrame *frame, int body) {
	frame->body_case = (Appchat__ClientFrame__BodyCase)body;
	if (!frame->request)
		frame->request = 9;
	size_t len = appchat__client_frame__get_packed_size(frame);
	uint8_t *p = xmalloc(len);
	appchat__client_frame__pack(frame, p);
	framed(out, net, WS_BINARY, p, len);
	free(p);
}

/* A Send of len bytes of text to the room, with this id. */
static void send_text(struct buf *out, struct wsnet *net, uint64_t room, char *text, uint8_t *id, size_t id_len) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Send body = APPCHAT__SEND__INIT;
	body.room = room;
	body.text = text;
	body.client_msg_id = (ProtobufCBinaryData){id_len, id};
	frame.send = &body;
	packed(out, net, &frame, APPCHAT__CLIENT_FRAME__BODY_SEND);
}

static void claim_name(struct buf *out, struct wsnet *net, const char *name) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Claim body = APPCHAT__CLAIM__INIT;
	body.name = (char *)(uintptr_t)name;
	frame.claim = &body;
	packed(out, net, &frame, APPCHAT__CLIENT_FRAME__BODY_CLAIM);
}

static void hello_with(struct buf *out, struct wsnet *net, uint32_t version, size_t token_len) {
	uint8_t random[8192];
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Hello body = APPCHAT__HELLO__INIT;
	random_bytes(random, token_len);
	body.version_min = body.version_max = version;
	body.token = (ProtobufCBinaryData){token_len, random};
	body.instance = (ProtobufCBinaryData){LIMIT_UUID, random + 16};
	if (token_len < 32)
		random_bytes(random + 16, 16);
	frame.hello = &body;
	packed(out, net, &frame, APPCHAT__CLIENT_FRAME__BODY_HELLO);
}

/* ---- Before there is a WebSocket --------------------------------------------------- */

static void no_http(struct buf *out, struct wsnet *net) {
	noise(out, net, 300);
	bytes(out, "\r\n\r\n", 4);
}

static void endless_header(struct buf *out, struct wsnet *net) {
	(void)net;
	bytes(out, "GET /ws HTTP/1.1\r\nHost: x\r\nX-Long: ", 35);
	for (int i = 0; i < 40000; i++)
		buf_byte(out, 'a');
}

static void wrong_subprotocol(struct buf *out, struct wsnet *net) {
	(void)net;
	buf_printf(out, "GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
		"Sec-WebSocket-Protocol: other.v9\r\n\r\n", PROTOCOL_PATH);
}

static void strange_upgrade(struct buf *out, struct wsnet *net) {
	(void)net;
	bytes(out, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27);
	bytes(out, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n", 63);
}

static void half_a_request(struct buf *out, struct wsnet *net) {
	(void)net;
	bytes(out, "GET /ws HTTP/1.1\r\nHost:", 23);
}

/* ---- Broken frames ----------------------------------------------------------------- */

static void bad_opcode(struct buf *out, struct wsnet *net) { framed(out, net, (enum ws_opcode)3, "x", 1); }
static void bad_control(struct buf *out, struct wsnet *net) { framed(out, net, (enum ws_opcode)11, "x", 1); }
static void lone_continuation(struct buf *out, struct wsnet *net) { framed(out, net, WS_CONTINUATION, "abc", 3); }
static void text_message(struct buf *out, struct wsnet *net) { framed(out, net, WS_TEXT, "{\"hello\":1}", 11); }
static void empty_message(struct buf *out, struct wsnet *net) { framed(out, net, WS_BINARY, "", 0); }

static void reserved_bits(struct buf *out, struct wsnet *net) {
	framed(out, net, WS_BINARY, "abc", 3);
	out->data[0] |= 0x70;
}

static void unmasked(struct buf *out, struct wsnet *net) {
	(void)net;
	bytes(out, "\x82\x04\x08\x01\x12\x00", 6);
}

static void huge_length(struct buf *out, struct wsnet *net) {
	bytes(out, "\x82\xff\x3f\xff\xff\xff\xff\xff\xff\xff", 10);
	noise(out, net, 2000);
}

static void negative_length(struct buf *out, struct wsnet *net) {
	bytes(out, "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10);
	noise(out, net, 2000);
}

static void long_ping(struct buf *out, struct wsnet *net) {
	uint8_t data[500] = {0};
	framed(out, net, WS_PING, data, sizeof data);
}

static void half_a_frame(struct buf *out, struct wsnet *net) {
	(void)net;
	bytes(out, "\x82\xfe\x10\x00" "abcd1234", 12);
}

static void large_before_hello(struct buf *out, struct wsnet *net) {
	static const uint8_t zero[60000];
	framed(out, net, WS_BINARY, zero, sizeof zero);
}

static void over_the_limit(struct buf *out, struct wsnet *net) {
	static const uint8_t zero[200000];
	framed(out, net, WS_BINARY, zero, sizeof zero);
}

/* ---- Broken protobuf, and requests that may not be --------------------------------- */

static void truncated(struct buf *out, struct wsnet *net) { framed(out, net, WS_BINARY, "\x08\x01\x12\x40\x08\x01", 6); }
static void endless_varint(struct buf *out, struct wsnet *net) { framed(out, net, WS_BINARY, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12); }
static void no_request_number(struct buf *out, struct wsnet *net) { framed(out, net, WS_BINARY, "\x12\x04\x08\x01\x10\x01", 6); }
static void unknown_request(struct buf *out, struct wsnet *net) { framed(out, net, WS_BINARY, "\x08\x07\xc2\x3e\x01x", 6); }
static void no_body(struct buf *out, struct wsnet *net) { framed(out, net, WS_BINARY, "\x08\x07", 2); }
static void future_version(struct buf *out, struct wsnet *net) { hello_with(out, net, 99, 0); }
static void wrong_token(struct buf *out, struct wsnet *net) { hello_with(out, net, PROTOCOL_VERSION, LIMIT_TOKEN); }
static void short_token(struct buf *out, struct wsnet *net) { hello_with(out, net, PROTOCOL_VERSION, 5); }
static void huge_token(struct buf *out, struct wsnet *net) { hello_with(out, net, PROTOCOL_VERSION, 3500); }
static void hello_again(struct buf *out, struct wsnet *net) { hello_with(out, net, PROTOCOL_VERSION, 0); }
static void empty_name(struct buf *out, struct wsnet *net) { claim_name(out, net, ""); }
static void escape_name(struct buf *out, struct wsnet *net) { claim_name(out, net, "\033]0;owned\007"); }
static void bidi_name(struct buf *out, struct wsnet *net) { claim_name(out, net, "adm\xe2\x80\xae" "nim"); }

static void unknown_fields(struct buf *out, struct wsnet *net) {
	static const char hello[] = "\x08\x07\x12\x09\x08\x01\x10\x01\xa2\x3f\x02hi\x98\x40\x05";
	framed(out, net, WS_BINARY, hello, sizeof hello - 1);
}

static void random_message(struct buf *out, struct wsnet *net) {
	struct buf b = {0};
	noise(&b, net, 200);
	framed(out, net, WS_BINARY, b.data, b.len);
	buf_free(&b);
}

static void long_name(struct buf *out, struct wsnet *net) {
	char name[2001];
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = 0;
	claim_name(out, net, name);
}

static void send_signed_out(struct buf *out, struct wsnet *net) {
	uint8_t id[LIMIT_UUID];
	uuid7(id);
	send_text(out, net, 1, (char *)(uintptr_t)"hello?", id, sizeof id);
}

static void send_nowhere(struct buf *out, struct wsnet *net) {
	uint8_t id[LIMIT_UUID];
	uuid7(id);
	send_text(out, net, 999999999, (char *)(uintptr_t)"anybody?", id, sizeof id);
}

static void send_bad_id(struct buf *out, struct wsnet *net) {
	uint8_t id[3] = {1, 2, 3};
	send_text(out, net, 1, (char *)(uintptr_t)"which?", id, sizeof id);
}

static void send_not_utf8(struct buf *out, struct wsnet *net) {
	uint8_t id[LIMIT_UUID];
	uuid7(id);
	send_text(out, net, 1, (char *)(uintptr_t)"\xff\xfe\xc0\x80", id, sizeof id);
}

static void send_too_long(struct buf *out, struct wsnet *net) {
	uint8_t id[LIMIT_UUID];
	char *text = xmalloc(LIMIT_TEXT + 2);
	memset(text, 't', LIMIT_TEXT + 1);
	text[LIMIT_TEXT + 1] = 0;
	uuid7(id);
	send_text(out, net, 1, text, id, sizeof id);
	free(text);
}

static void many_cursors(struct buf *out, struct wsnet *net) {
	enum { N = 4000 };
	static Appchat__Cursor cursor[N];
	static Appchat__Cursor *list[N];
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Follow body = APPCHAT__FOLLOW__INIT;
	for (int i = 0; i < N; i++) {
		cursor[i] = (Appchat__Cursor)APPCHAT__CURSOR__INIT;
		cursor[i].room = (uint64_t)i * 77;
		cursor[i].after = 1ull << 52;
		list[i] = &cursor[i];
	}
	body.cursor = list;
	body.n_cursor = N;
	frame.follow = &body;
	packed(out, net, &frame, APPCHAT__CLIENT_FRAME__BODY_FOLLOW);
}

static void greedy_history(struct buf *out, struct wsnet *net) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__History body = APPCHAT__HISTORY__INIT;
	body.room = 1;
	body.forward = true;
	body.limit = UINT32_MAX;
	frame.history = &body;
	packed(out, net, &frame, APPCHAT__CLIENT_FRAME__BODY_HISTORY);
}

static void flood(struct buf *out, struct wsnet *net) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Ping body = APPCHAT__PING__INIT;
	frame.ping = &body;
	for (uint32_t i = 0; i < 3000; i++) {
		frame.request = i + 10;
		packed(out, net, &frame, APPCHAT__CLIENT_FRAME__BODY_PING);
	}
}

enum { E = ATTACK_ERROR, C = ATTACK_CLOSED, A = ATTACK_ANSWER, S = ATTACK_SILENCE };

static const struct attack attacks[] = {
	{"noise instead of HTTP", ATTACK_TCP, C | A, no_http, false},
	{"an HTTP header without end", ATTACK_TCP, C | A, endless_header, false},
	{"another subprotocol", ATTACK_TCP, C | A, wrong_subprotocol, false},
	{"an upgrade to something else", ATTACK_TCP, C | A, strange_upgrade, false},
	{"half a request", ATTACK_TCP, C | A | S, half_a_request, true},
	{"an unknown opcode", ATTACK_OPEN, C, bad_opcode, false},
	{"an unknown control opcode", ATTACK_OPEN, C, bad_control, false},
	{"a continuation of nothing", ATTACK_OPEN, C, lone_continuation, false},
	{"reserved bits", ATTACK_OPEN, C, reserved_bits, false},
	{"a frame without a mask", ATTACK_OPEN, C | E | A, unmasked, false},
	{"a length of 2^62", ATTACK_OPEN, C, huge_length, false},
	{"a length over 2^63", ATTACK_OPEN, C, negative_length, false},
	{"a ping that is too long", ATTACK_OPEN, C, long_ping, false},
	{"half a frame and gone", ATTACK_OPEN, C | S, half_a_frame, true},
	{"60 kB before Hello", ATTACK_OPEN, C | E, large_before_hello, false},
	{"a text message", ATTACK_OPEN, C | E, text_message, false},
	{"an empty message", ATTACK_OPEN, C | E, empty_message, false},
	{"truncated protobuf", ATTACK_OPEN, C | E, truncated, false},
	{"a varint without end", ATTACK_OPEN, C | E, endless_varint, false},
	{"noise as a message", ATTACK_OPEN, C | E, random_message, false},
	{"a request without a number", ATTACK_OPEN, C | E, no_request_number, false},
	{"a number without a request", ATTACK_OPEN, C | E, no_body, false},
	{"a protocol of the future", ATTACK_OPEN, C | E, future_version, false},
	{"a token that never was", ATTACK_OPEN, A, wrong_token, false},
	{"a token of five bytes", ATTACK_OPEN, C | E | A, short_token, false},
	{"a token of 3.5 kB", ATTACK_OPEN, C | E | A, huge_token, false},
	{"fields of the future", ATTACK_OPEN, A, unknown_fields, false},
	{"sending before Hello", ATTACK_OPEN, C | E, send_signed_out, false},
	{"Hello twice", ATTACK_GREETED, C | E, hello_again, false},
	{"sending signed out", ATTACK_GREETED, E, send_signed_out, false},
	{"an empty name", ATTACK_GREETED, E, empty_name, false},
	{"a name with an escape sequence", ATTACK_GREETED, E, escape_name, false},
	{"a name that turns the line round", ATTACK_GREETED, E, bidi_name, false},
	{"a name of 2000 letters", ATTACK_GREETED, E, long_name, false},
	{"an unknown request", ATTACK_SIGNED_IN, E, unknown_request, false},
	{"sending to no room", ATTACK_SIGNED_IN, E, send_nowhere, false},
	{"an id that is no UUID", ATTACK_SIGNED_IN, E, send_bad_id, false},
	{"text that is not UTF-8", ATTACK_SIGNED_IN, C | E, send_not_utf8, false},
	{"text over the limit", ATTACK_SIGNED_IN, C | E, send_too_long, false},
	{"4000 cursors", ATTACK_SIGNED_IN, C | E | A, many_cursors, false},
	{"all of history", ATTACK_SIGNED_IN, E | A, greedy_history, false},
	{"3000 pings at once", ATTACK_SIGNED_IN, C | E | A, flood, false},
	{"200 kB in a frame", ATTACK_SIGNED_IN, C | E, over_the_limit, false},
};

const struct attack *attack_at(size_t i) {
	return i < attack_count() ? &attacks[i] : NULL;
}

size_t attack_count(void) {
	return sizeof attacks / sizeof *attacks;
}
