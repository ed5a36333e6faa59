/* See answers.h. One function a kind; what they point to is static. */
#include "tests/support/answers.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "proto/appchat.pb-c.h"
#include "proto/base/buf.h"
#include "proto/wire.h"

#define ROOMS 4
#define EVENTS_MAX 200
#define TEXT_MAX 3000

static Appchat__Event events[EVENTS_MAX], *event_list[EVENTS_MAX];
static Appchat__Message messages[EVENTS_MAX];
static Appchat__TopicChanged topics[EVENTS_MAX];
static Appchat__RoomCreated created[EVENTS_MAX];
static Appchat__RoomState states[ROOMS + 2], *state_list[ROOMS + 2];
static Appchat__Head heads[ROOMS], *head_list[ROOMS];
static Appchat__User user;
static char text[TEXT_MAX + 1];

static char *literal(const char *s) {
	return (char *)(uintptr_t)s;
}

static uint64_t room(struct dice *d) {
	return dice_once_in(d, 20) ? dice_next(d) >> dice_roll(d, 64) : 1 + dice_roll(d, ROOMS);
}

/* A multiple of the step, mostly small, or anything. */
static uint64_t place(struct dice *d) {
	if (dice_once_in(d, 20))
		return dice_next(d) >> dice_roll(d, 64);
	return ANSWERS_STEP * (uint64_t)dice_roll(d, dice_once_in(d, 4) ? 400 : 12);
}

static char *words(struct dice *d) {
	size_t len = dice_once_in(d, 12) ? dice_roll(d, TEXT_MAX) : dice_roll(d, 20);
	memset(text, 'a', len);
	text[len] = 0;
	return text;
}

static void fill_event(struct dice *d, size_t i, uint64_t seq) {
	appchat__event__init(&events[i]);
	events[i].seq = seq;
	uint32_t kind = dice_roll(d, 10);
	if (kind == 0) {
		appchat__topic_changed__init(&topics[i]);
		topics[i].topic = words(d);
		events[i].body_case = APPCHAT__EVENT__BODY_TOPIC_CHANGED;
		events[i].topic_changed = &topics[i];
	} else if (kind == 1) {
		appchat__room_created__init(&created[i]);
		events[i].body_case = APPCHAT__EVENT__BODY_ROOM_CREATED;
		events[i].room_created = &created[i];
	} else if (kind > 2) {
		appchat__message__init(&messages[i]);
		messages[i].author = 6 + dice_roll(d, 3);
		messages[i].text = words(d);
		events[i].body_case = APPCHAT__EVENT__BODY_MESSAGE;
		events[i].message = &messages[i];
	}
	event_list[i] = &events[i];
}

/* A run of events; whole steps long, so that the next one fits. */
static size_t run(struct dice *d) {
	uint64_t seq = place(d) + 1;
	size_t count = dice_once_in(d, 6) ? dice_roll(d, EVENTS_MAX) : ANSWERS_STEP * (1 + dice_roll(d, dice_once_in(d, 4) ? 20 : 2));
	for (size_t i = 0; i < count; i++, seq += dice_once_in(d, 200) ? 2 : 1)
		fill_event(d, i, seq);
	return count;
}

static void fill_state(struct dice *d, Appchat__RoomState *s, uint64_t id) {
	static const char *const names[] = {"lobby", "Lobby", "garden", "old", ""};
	appchat__room_state__init(s);
	s->id = id;
	s->name = literal(names[dice_roll(d, 5)]);
	s->topic = dice_once_in(d, 3) ? words(d) : literal("");
	s->epoch = dice_once_in(d, 10) ? 2 : 1;
	s->head = place(d);
	s->floor = dice_once_in(d, 4) ? place(d) : 1;
	s->read = place(d);
}

/* ---- a kind each ---- */

static void fill_signed_in(struct dice *d, Appchat__ServerFrame *f) {
	static Appchat__SignedIn m;
	appchat__signed_in__init(&m);
	appchat__user__init(&user);
	user.id = dice_once_in(d, 6) ? 8 : 7;
	user.name = literal("me");
	m.user = dice_once_in(d, 10) ? NULL : &user;
	m.n_rooms = dice_roll(d, ROOMS + 2);
	for (size_t i = 0; i < m.n_rooms; i++) {
		fill_state(d, &states[i], 1 + i % ROOMS);
		state_list[i] = &states[i];
	}
	m.rooms = state_list;
	f->signed_in = &m;
}

static void fill_room_state(struct dice *d, Appchat__ServerFrame *f) {
	fill_state(d, &states[0], room(d));
	f->room_state = &states[0];
}

static void fill_room_left(struct dice *d, Appchat__ServerFrame *f) {
	static Appchat__RoomLeft m;
	appchat__room_left__init(&m);
	m.room = room(d);
	f->room_left = &m;
}

static void fill_events(struct dice *d, Appchat__ServerFrame *f) {
	static Appchat__Events m;
	appchat__events__init(&m);
	m.room = room(d);
	m.n_event = run(d);
	m.event = event_list;
	f->events = &m;
}

static void fill_gap(struct dice *d, Appchat__ServerFrame *f) {
	static Appchat__Gap m;
	appchat__gap__init(&m);
	m.room = room(d);
	m.from = place(d) + 1;
	m.to = place(d);
	f->gap = &m;
}

static void fill_page(struct dice *d, Appchat__ServerFrame *f) {
	static Appchat__HistoryPage m;
	appchat__history_page__init(&m);
	m.room = room(d);
	m.n_event = run(d);
	m.event = event_list;
	m.more = dice_once_in(d, 2);
	m.epoch = dice_once_in(d, 10) ? 2 : 1;
	f->request = dice_roll(d, 200);
	f->history_page = &m;
}

static void fill_pong(struct dice *d, Appchat__ServerFrame *f) {
	static Appchat__Pong m;
	appchat__pong__init(&m);
	m.n_head = dice_roll(d, ROOMS + 1);
	for (size_t i = 0; i < m.n_head; i++) {
		appchat__head__init(&heads[i]);
		heads[i].room = 1 + i;
		heads[i].head = place(d);
		heads[i].sent = place(d);
		head_list[i] = &heads[i];
	}
	m.head = head_list;
	f->pong = &m;
}

static void fill_presence(struct dice *d, Appchat__ServerFrame *f) {
	static Appchat__Presence m;
	appchat__presence__init(&m);
	m.room = room(d);
	m.online = dice_roll(d, 100);
	f->presence = &m;
}

static void fill_done(struct dice *d, Appchat__ServerFrame *f) {
	static Appchat__Done m;
	(void)d;
	appchat__done__init(&m);
	f->done = &m;
}

static void fill_bye(struct dice *d, Appchat__ServerFrame *f) {
	static Appchat__Bye m;
	appchat__bye__init(&m);
	m.reason = (Appchat__CloseReason)dice_roll(d, 14);
	f->bye = &m;
}

#define KIND(NAME, fill) {APPCHAT__SERVER_FRAME__BODY_##NAME, fill}

static const struct kind {
	Appchat__ServerFrame__BodyCase body;
	void (*fill)(struct dice *, Appchat__ServerFrame *);
} kinds[] = {
	KIND(SIGNED_IN, fill_signed_in), KIND(ROOM_STATE, fill_room_state), KIND(ROOM_LEFT, fill_room_left),
	KIND(EVENTS, fill_events), KIND(EVENTS, fill_events), KIND(EVENTS, fill_events), KIND(EVENTS, fill_events),
	KIND(GAP, fill_gap), KIND(HISTORY_PAGE, fill_page), KIND(HISTORY_PAGE, fill_page), KIND(PONG, fill_pong),
	KIND(PRESENCE, fill_presence), KIND(DONE, fill_done), KIND(BYE, fill_bye),
};

/* The same as ServerFrame{deflated}; 0: it does not fit. */
static size_t deflate(uint8_t *frame, size_t len, size_t size) {
	enum { DEFLATED = 21 };
	static struct libdeflate_compressor *compressor;
	struct buf out = {0};
	if (!compressor)
		compressor = libdeflate_alloc_compressor(1);
	size_t most = libdeflate_deflate_compress_bound(compressor, len);
	uint8_t *packed = xmalloc(most);
	size_t n = libdeflate_deflate_compress(compressor, frame, len, packed, most);
	wire_field_bytes(&out, DEFLATED, n);
	buf_append(&out, packed, n);
	n = out.len <= size ? out.len : 0;
	if (n)
		memcpy(frame, out.data, n);
	buf_free(&out);
	free(packed);
	return n;
}

size_t answer_make(struct dice *dice, uint8_t *out, size_t size) {
	const struct kind *kind = &kinds[dice_roll(dice, sizeof kinds / sizeof *kinds)];
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	kind->fill(dice, &frame);
	frame.body_case = kind->body;
	if (appchat__server_frame__get_packed_size(&frame) > size)
		return 0;
	size_t len = appchat__server_frame__pack(&frame, out);
	return dice_once_in(dice, 6) ? deflate(out, len, size) : len;
}
