/*
 * A client that writes down what it was told, and later holds the server to it.
 *
 *   witness PORT LEDGER say NAME ROOMS COUNT [GROUP]
 *       Is the guest NAME, in the rooms NAME-1 to NAME-ROOMS and the lobby, and
 *       follows them. Says again what was not acknowledged, then COUNT texts,
 *       GROUP at once (4), and waits until each is acknowledged and seen.
 *   witness PORT LEDGER check [new-epochs]
 *       Reads the whole log of every room and compares: see below.
 *
 * The ledger is appended to before and after everything:
 *   token HEX            who one is
 *   try UUID ROOM TEXT   before it is sent for the first time
 *   ack UUID ROOM SEQ    when it is acknowledged
 *   saw ROOM EPOCH SEQ DIGEST   of each event that was pushed
 *
 * check: each room's numbers are dense from its floor to its head; no author's
 * text with the same tag is there twice; each acknowledged text is there, once,
 * under the number that was acknowledged; what was seen is what is there, in
 * the same epoch (new-epochs: a backup was restored, so all others differ, and
 * what was said after it may be gone). Prints a line of totals.
 *
 * Exit 0: all is right; 1: something is wrong, and it was said what; 2: the
 * server went away or did not answer; 3: wrong usage.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/base/uuid.h"
#include "proto/limits.h"
#include "tests/support/ledger.h"
#include "tests/support/link.h"

#define PATIENCE_MS 15000
#define ROOMS_MAX 64

static struct {
	struct link link;
	struct ledger ledger;
	Appchat__ServerFrame *answer;     /* to the request waited for */
	uint32_t awaited;
	bool stranger;                    /* who checks is nobody in the ledger */
} w;

static void leave(int status, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));
static void leave(int status, const char *format, ...) {
	va_list args;
	va_start(args, format);
	fputs("witness: ", stderr);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(status);
}

/* ---- hearing ---- */

static void take_ack(const Appchat__ServerFrame *frame) {
	struct said *said = ledger_asked(&w.ledger, frame->request);
	const Appchat__SendAck *ack = frame->send_ack;
	if (!said)
		leave(1, "an acknowledgement of nothing that was said");
	if (said->seq && (said->seq != ack->seq || said->room != ack->room))
		leave(1, "the same text was acknowledged as %" PRIu64 " and as %" PRIu64, said->seq, ack->seq);
	ledger_acked(&w.ledger, said, ack->room, ack->seq);
}

static bool on_message(void *arg, enum ws_opcode opcode, const uint8_t *data, size_t len) {
	(void)arg;
	if (opcode != WS_BINARY)
		return true;
	Appchat__ServerFrame *frame = appchat__server_frame__unpack(NULL, len, data);
	if (!frame)
		leave(1, "the server sent what is no frame");
	if (frame->body_case == APPCHAT__SERVER_FRAME__BODY_SEND_ACK)
		take_ack(frame);
	else if (frame->body_case == APPCHAT__SERVER_FRAME__BODY_EVENTS)
		for (size_t i = 0; i < frame->events->n_event; i++)
			ledger_see(&w.ledger, frame->events->room, frame->events->event[i]);
	else if (frame->body_case == APPCHAT__SERVER_FRAME__BODY_ERROR && ledger_asked(&w.ledger, frame->request))
		ledger_asked(&w.ledger, frame->request)->request = 0; /* to be said again */
	if (w.awaited && frame->request == w.awaited)
		w.answer = frame;
	else
		appchat__server_frame__free_unpacked(frame, NULL);
	return true;
}

static void hear(void) {
	switch (link_read(&w.link, PATIENCE_MS, on_message, NULL)) {
	case LINK_READ: return;
	case LINK_TIME_OUT: leave(2, "no answer");
	case LINK_CLOSED: leave(2, "the server is gone");
	default: leave(1, "the server does not speak WebSocket");
	}
}

static void pause_ms(uint32_t ms) {
	uint64_t until = clock_mono_ns() + ms * UINT64_C(1000000);
	while (clock_mono_ns() < until)
		if (link_read(&w.link, (int)((until - clock_mono_ns()) / 1000000) + 1, on_message, NULL) == LINK_CLOSED)
			leave(2, "the server is gone");
}

/* Asks until it is not refused for now; the answer is the caller's to free. */
static Appchat__ServerFrame *ask(Appchat__ClientFrame *frame) {
	for (;;) {
		w.awaited = link_ask(&w.link, frame);
		for (w.answer = NULL; !w.answer;)
			hear();
		w.awaited = 0;
		const Appchat__Error *error = w.answer->body_case == APPCHAT__SERVER_FRAME__BODY_ERROR ? w.answer->error : NULL;
		if (!error || !error->temporary)
			return w.answer;
		pause_ms(error->retry_after_ms ? error->retry_after_ms : 50);
		appchat__server_frame__free_unpacked(w.answer, NULL);
	}
}

#define BODY(frame, NAME, name, value) \
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT; \
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_##NAME; \
	frame.name = value

static bool is(const Appchat__ServerFrame *frame, Appchat__ServerFrame__BodyCase body) {
	return frame->body_case == body;
}

/* ---- being somebody ---- */

static void call(int port) {
	char why[128];
	if (!link_open(&w.link, port, why, sizeof why))
		leave(2, "%s", why);
}

static bool keep_token(const Appchat__SignedIn *as) {
	if (as && as->token.len == LIMIT_TOKEN && !w.stranger)
		ledger_token(&w.ledger, as->token.data);
	return as;
}

static void be(const char *name) {
	Appchat__Hello hello = APPCHAT__HELLO__INIT;
	Appchat__Claim claim = APPCHAT__CLAIM__INIT;
	char text[80];
	hello.version_min = hello.version_max = PROTOCOL_VERSION;
	if (w.ledger.has_token)
		hello.token = (ProtobufCBinaryData){LIMIT_TOKEN, w.ledger.token};
	BODY(greeting, HELLO, hello, &hello);
	Appchat__ServerFrame *answer = ask(&greeting);
	if (!is(answer, APPCHAT__SERVER_FRAME__BODY_WELCOME))
		leave(1, "no welcome");
	bool known = keep_token(answer->welcome->signed_in);
	appchat__server_frame__free_unpacked(answer, NULL);
	if (w.ledger.has_token && !known)
		leave(1, "the server does not know the token it gave");
	/* A claim whose answer was lost may have been stored: then under another name. */
	for (int i = 0; !known && i < 100; i++) {
		snprintf(text, sizeof text, i ? "%s%d" : "%s", name, i);
		claim.name = text;
		BODY(wish, CLAIM, claim, &claim);
		answer = ask(&wish);
		known = is(answer, APPCHAT__SERVER_FRAME__BODY_SIGNED_IN) && keep_token(answer->signed_in);
		appchat__server_frame__free_unpacked(answer, NULL);
	}
	if (!known)
		leave(1, "no name is to be had");
}

/* The room's state, joined or made. */
static Appchat__ServerFrame *enter(const char *name, bool make) {
	Appchat__JoinRoom join = APPCHAT__JOIN_ROOM__INIT;
	Appchat__CreateRoom create = APPCHAT__CREATE_ROOM__INIT;
	join.name = create.name = (char *)(uintptr_t)name;
	BODY(into, JOIN_ROOM, join_room, &join);
	BODY(fresh, CREATE_ROOM, create_room, &create);
	Appchat__ServerFrame *answer = ask(&into);
	if (make && is(answer, APPCHAT__SERVER_FRAME__BODY_ERROR)) {
		appchat__server_frame__free_unpacked(answer, NULL);
		answer = ask(&fresh);
	}
	if (!is(answer, APPCHAT__SERVER_FRAME__BODY_ROOM_STATE))
		leave(1, "cannot enter %s", name);
	return answer;
}

/* ---- saying ---- */

static uint64_t follow(const char *name) {
	Appchat__Follow want = APPCHAT__FOLLOW__INIT;
	Appchat__Cursor cursor = APPCHAT__CURSOR__INIT, *cursors[] = {&cursor};
	Appchat__ServerFrame *state = enter(name, true);
	uint64_t id = state->room_state->id;
	cursor.room = id;
	cursor.epoch = state->room_state->epoch;
	cursor.after = ledger_enter(&w.ledger, id, state->room_state->epoch, state->room_state->head);
	if (cursor.after > state->room_state->head)
		leave(1, "%s ends at %" PRIu64 ", and %" PRIu64 " was seen", name, state->room_state->head, cursor.after);
	want.cursor = cursors;
	want.n_cursor = 1;
	BODY(frame, FOLLOW, follow, &want);
	Appchat__ServerFrame *done = ask(&frame);
	if (!is(done, APPCHAT__SERVER_FRAME__BODY_DONE))
		leave(1, "cannot follow %s", name);
	appchat__server_frame__free_unpacked(done, NULL);
	appchat__server_frame__free_unpacked(state, NULL);
	return id;
}

static void say(struct said *said) {
	Appchat__Send send = APPCHAT__SEND__INIT;
	send.room = said->room;
	send.client_msg_id = (ProtobufCBinaryData){LIMIT_UUID, said->id};
	send.text = said->text;
	BODY(frame, SEND, send, &send);
	said->request = link_ask(&w.link, &frame);
}

/* Until all that was said is acknowledged and was seen; what was refused for now is said again. */
static void settle(void) {
	for (struct said *said; (said = ledger_open(&w.ledger));) {
		if (!said->request && !said->seq) {
			pause_ms(100);
			say(said);
		} else
			hear();
	}
}

static int do_say(const char *name, int rooms, int count, int group) {
	uint64_t ids[ROOMS_MAX + 1];
	char text[128];
	be(name);
	ids[0] = follow("lobby");
	for (int i = 1; i <= rooms && i <= ROOMS_MAX; i++) {
		snprintf(text, sizeof text, "%s-%d", name, i);
		ids[i] = follow(text);
	}
	settle();
	for (int i = 0; i < count; i++) {
		snprintf(text, sizeof text, "%s says %d", name, ledger_count(&w.ledger) + 1);
		say(ledger_try(&w.ledger, ids[i % (rooms + 1)], text));
		if (i % group == group - 1)
			settle();
	}
	settle();
	return 0;
}

/* ---- checking ---- */

static void read_room(const char *name) {
	Appchat__ServerFrame *state = enter(name, false), *page;
	const Appchat__RoomState *room = state->room_state;
	uint64_t at = room->floor ? room->floor - 1 : 0;
	ledger_begin_room(&w.ledger, room->id, room->epoch, at, room->head);
	while (at < room->head) {
		Appchat__History history = APPCHAT__HISTORY__INIT;
		history.room = room->id;
		history.after = at;
		history.forward = true;
		history.limit = LIMIT_HISTORY_EVENTS;
		BODY(frame, HISTORY, history, &history);
		page = ask(&frame);
		if (!is(page, APPCHAT__SERVER_FRAME__BODY_HISTORY_PAGE) || !page->history_page->n_event)
			leave(1, "no history of %s after %" PRIu64 ", though its head is %" PRIu64, name, at, room->head);
		for (size_t i = 0; i < page->history_page->n_event; i++)
			ledger_compare(&w.ledger, page->history_page->event[i]);
		at = page->history_page->event[page->history_page->n_event - 1]->seq;
		appchat__server_frame__free_unpacked(page, NULL);
	}
	Appchat__LeaveRoom out = APPCHAT__LEAVE_ROOM__INIT;
	out.room = room->id;
	BODY(frame, LEAVE_ROOM, leave_room, &out);
	appchat__server_frame__free_unpacked(ask(&frame), NULL);
	appchat__server_frame__free_unpacked(state, NULL);
}

static int do_check(void) {
	char after[4 * LIMIT_ROOM_NAME_CHARS + 1] = "";
	w.stranger = true;
	w.ledger.has_token = false;
	be("witness");
	for (bool more = true; more;) {
		Appchat__ListRooms list = APPCHAT__LIST_ROOMS__INIT;
		list.after = after;
		BODY(frame, LIST_ROOMS, list_rooms, &list);
		Appchat__ServerFrame *answer = ask(&frame);
		if (!is(answer, APPCHAT__SERVER_FRAME__BODY_ROOM_LIST))
			leave(1, "no list of rooms");
		more = answer->room_list->more;
		for (size_t i = 0; i < answer->room_list->n_room; i++) {
			snprintf(after, sizeof after, "%s", answer->room_list->room[i]->name);
			read_room(after);
		}
		appchat__server_frame__free_unpacked(answer, NULL);
	}
	Appchat__SignOut out = APPCHAT__SIGN_OUT__INIT; /* the name is free again */
	BODY(bye, SIGN_OUT, sign_out, &out);
	appchat__server_frame__free_unpacked(ask(&bye), NULL);
	return ledger_verdict(&w.ledger, stdout) ? 0 : 1;
}

int main(int argc, char **argv) {
	const char *what = argc > 3 ? argv[3] : "";
	if (argc < 4)
		leave(3, "usage: witness PORT LEDGER say NAME ROOMS COUNT [GROUP] | check [new-epochs]");
	if (!ledger_load(&w.ledger, argv[2], argc > 4 && !strcmp(argv[4], "new-epochs")))
		leave(3, "cannot read and write %s", argv[2]);
	call(atoi(argv[1]));
	if (!strcmp(what, "check"))
		return do_check();
	if (strcmp(what, "say") || argc < 7)
		leave(3, "say or check?");
	return do_say(argv[4], atoi(argv[5]), atoi(argv[6]), argc > 7 ? atoi(argv[7]) : 4);
}
