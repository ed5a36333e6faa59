/* See requests.h. One function a kind; what they point to lives in struct made. */
#include "tests/support/requests.h"

#include <stdio.h>
#include <string.h>

#include "proto/appchat.pb-c.h"
#include "proto/base/buf.h"

#define ROOMS 5          /* ids 1 to here, now and then another */
#define CURSORS_MAX 600  /* more than a user may be in */
#define TEXT_MAX 17000   /* more than a message may have */

static uint8_t tokens[4][32];
static Appchat__Cursor cursors[CURSORS_MAX];
static Appchat__Cursor *cursor_list[CURSORS_MAX];
static char text[TEXT_MAX + 1], other[64];
static uint8_t id[16];

/* The generated structs have pointers to what may be changed; nobody does. */
static char *literal(const char *s) {
	return (char *)(uintptr_t)s;
}

static char *name(struct dice *d) {
	static const char *const names[] = {"anna", "ben", "Anna", "clea", "dora", "\xd0\xb0nna", "", "a-b", "admin", "10.0.0.1",
		"lobby", "old", "long", "garden", "Zo\xc3\xab", "x.", "#lobby", "\xff\xfe", "thirty-three-characters-is-too-long"};
	if (!dice_once_in(d, 4))
		return literal(names[dice_roll(d, sizeof names / sizeof *names)]);
	snprintf(other, sizeof other, "n%u", dice_roll(d, 500));
	return other;
}

static char *words(struct dice *d, uint32_t usual) {
	size_t len = dice_once_in(d, 8) ? dice_roll(d, TEXT_MAX) : dice_roll(d, usual);
	memset(text, 'a' + (char)dice_roll(d, 26), len);
	text[len] = 0;
	return text;
}

static uint64_t room(struct dice *d) {
	return dice_once_in(d, 16) ? dice_next(d) >> dice_roll(d, 64) : 1 + dice_roll(d, ROOMS);
}

/* Around what the rooms hold, or anything. */
static uint64_t seq(struct dice *d) {
	switch (dice_roll(d, 6)) {
	case 0: return 0;
	case 1: return dice_roll(d, 8);
	case 2: return 12490 + dice_roll(d, 20);
	case 3: return dice_next(d) >> dice_roll(d, 64);
	default: return dice_roll(d, 400);
	}
}

static ProtobufCBinaryData message_id(struct dice *d) {
	memset(id, (int)dice_roll(d, 12), sizeof id);
	id[6] = 0x70;
	id[8] = 0x80;
	if (dice_once_in(d, 2))
		for (int i = 9; i < 16; i++)
			id[i] = (uint8_t)dice_next(d);
	return (ProtobufCBinaryData){dice_once_in(d, 20) ? dice_roll(d, 17) : sizeof id, id};
}

/* ---- a kind each ---- */

union body {
	Appchat__Hello hello;
	Appchat__Claim claim;
	Appchat__SignUp sign_up;
	Appchat__SignIn sign_in;
	Appchat__RevokeSession revoke;
	Appchat__CreateRoom create;
	Appchat__ListRooms list;
	Appchat__JoinRoom join;
	Appchat__LeaveRoom leave;
	Appchat__SetTopic topic;
	Appchat__Follow follow;
	Appchat__Send send;
	Appchat__History history;
	Appchat__Members members;
	Appchat__MarkRead mark;
	Appchat__Ping ping;
	ProtobufCMessage base;
};

static void fill_hello(union body *b, struct dice *d) {
	static char *capabilities[2];
	capabilities[0] = literal("deflate");
	capabilities[1] = literal("x");
	b->hello.version_min = dice_once_in(d, 16) ? dice_roll(d, 4) : 1;
	b->hello.version_max = dice_once_in(d, 16) ? dice_roll(d, 4) : 1;
	b->hello.capabilities = capabilities;
	b->hello.n_capabilities = dice_roll(d, 3);
	uint32_t which = dice_roll(d, 6);
	if (which < 4) {
		memset(tokens[which], (int)which + 1, 32);   /* those of fuzz_handle.c */
		b->hello.token = (ProtobufCBinaryData){dice_once_in(d, 16) ? 31 : 32, tokens[which]};
	}
	if (dice_once_in(d, 2))
		b->hello.instance = message_id(d);
	b->hello.client = words(d, 20);
}

static void fill_follow(union body *b, struct dice *d) {
	size_t count = dice_once_in(d, 12) ? dice_roll(d, CURSORS_MAX) : 1 + dice_roll(d, 4);
	for (size_t i = 0; i < count; i++) {
		appchat__cursor__init(&cursors[i]);
		cursors[i].room = room(d);
		cursors[i].epoch = dice_once_in(d, 10) ? dice_roll(d, 9) : 1;
		cursors[i].after = seq(d);
		cursor_list[i] = &cursors[i];
	}
	b->follow.n_cursor = count;
	b->follow.cursor = cursor_list;
	b->follow.active = dice_once_in(d, 2) ? room(d) : 0;
}

static void fill_history(union body *b, struct dice *d) {
	b->history.room = room(d);
	b->history.before = seq(d);
	b->history.after = seq(d);
	b->history.forward = dice_once_in(d, 2);
	b->history.limit = dice_once_in(d, 2) ? dice_roll(d, 300) : 0;
}

static void fill_sign_up(union body *b, struct dice *d) {
	b->sign_up.name = name(d);
	b->sign_up.password = dice_once_in(d, 3) ? words(d, 12) : literal("correct horse");
}

static void fill_sign_in(union body *b, struct dice *d) {
	b->sign_in.name = name(d);
	b->sign_in.password = dice_once_in(d, 3) ? words(d, 12) : literal("correct horse");
}

static void fill_create(union body *b, struct dice *d) {
	b->create.name = name(d);
	b->create.topic = words(d, 40);
}

static void fill_topic(union body *b, struct dice *d) {
	b->topic.room = room(d);
	b->topic.topic = words(d, 40);
	b->topic.client_msg_id = message_id(d);
}

static void fill_send(union body *b, struct dice *d) {
	b->send.room = room(d);
	b->send.text = words(d, 60);
	b->send.client_msg_id = message_id(d);
}

static void fill_join(union body *b, struct dice *d) {
	b->join.name = dice_once_in(d, 2) ? name(d) : literal("");
	b->join.room = room(d);
}

static void fill_members(union body *b, struct dice *d) {
	b->members.room = room(d);
	b->members.after = name(d);
	b->members.limit = dice_roll(d, 120);
}

static void fill_list(union body *b, struct dice *d) {
	b->list.after = name(d);
	b->list.limit = dice_roll(d, 120);
}

static void fill_mark(union body *b, struct dice *d) {
	b->mark.room = room(d);
	b->mark.seq = seq(d);
}

static void fill_claim(union body *b, struct dice *d) { b->claim.name = name(d); }
static void fill_revoke(union body *b, struct dice *d) { b->revoke.session = dice_roll(d, 12); }
static void fill_leave(union body *b, struct dice *d) { b->leave.room = room(d); }
static void fill_ping(union body *b, struct dice *d) { b->ping.active = dice_once_in(d, 2) ? room(d) : 0; }
static void fill_nothing(union body *b, struct dice *d) { (void)b, (void)d; }

#define KIND(NAME, fill) {APPCHAT__CLIENT_FRAME__BODY_##NAME, fill}

/* What is said more often stands there more often. */
static const struct kind {
	Appchat__ClientFrame__BodyCase body;
	void (*fill)(union body *, struct dice *);
} kinds[] = {
	KIND(HELLO, fill_hello), KIND(HELLO, fill_hello), KIND(CLAIM, fill_claim), KIND(SIGN_UP, fill_sign_up),
	KIND(SIGN_IN, fill_sign_in), KIND(SIGN_OUT, fill_nothing), KIND(LIST_SESSIONS, fill_nothing),
	KIND(REVOKE_SESSION, fill_revoke), KIND(CREATE_ROOM, fill_create), KIND(LIST_ROOMS, fill_list),
	KIND(JOIN_ROOM, fill_join), KIND(JOIN_ROOM, fill_join), KIND(LEAVE_ROOM, fill_leave), KIND(SET_TOPIC, fill_topic),
	KIND(FOLLOW, fill_follow), KIND(FOLLOW, fill_follow), KIND(FOLLOW, fill_follow), KIND(SEND, fill_send),
	KIND(SEND, fill_send), KIND(SEND, fill_send), KIND(SEND, fill_send), KIND(HISTORY, fill_history),
	KIND(HISTORY, fill_history), KIND(MEMBERS, fill_members), KIND(MARK_READ, fill_mark), KIND(PING, fill_ping),
	KIND(STATS, fill_nothing),
};

size_t request_make(struct dice *dice, uint32_t number, uint8_t *out, size_t size) {
	const struct kind *kind = &kinds[dice_roll(dice, sizeof kinds / sizeof *kinds)];
	const ProtobufCFieldDescriptor *field =
		protobuf_c_message_descriptor_get_field(&appchat__client_frame__descriptor, (unsigned)kind->body);
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	union body body;
	protobuf_c_message_init(field->descriptor, &body.base);
	kind->fill(&body, dice);
	frame.request = number;
	frame.body_case = kind->body;
	frame.hello = &body.hello;   /* the oneof's pointers are one */
	if (appchat__client_frame__get_packed_size(&frame) > size)
		return 0;
	return appchat__client_frame__pack(&frame, out);
}
