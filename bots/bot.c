/* From connecting to following the room, what is due when, and the way back. */
#include "bots/bot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bots/scenario.h"
#include "bots/shared.h"
#include "bots/swarm.h"
#include "proto/base/clock.h"
#include "proto/base/uuid.h"

#define SECOND 1000000000ull
#define MS 1000000ull

enum {
	STEP_SECONDS = 15,       /* a step of getting ready that takes longer has failed */
	LEAVE_SECONDS = 5,
	CLAIMS_MAX = 30,         /* names that a bot asks for */
	BACKOFF_MS = 200, BACKOFF_CAP_MS = 2000,
	TRICKLE_MS = 500,
};

const char *bot_name(const struct bot *b, char *out, size_t size) {
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz"; /* none that is taken for a number */
	char ending[8];
	size_t at = sizeof ending - 1;
	ending[at] = 0;
	for (uint32_t n = b->again; n && at; n /= sizeof letters - 1)
		ending[--at] = letters[n % (sizeof letters - 1)];
	snprintf(out, size, "bot-%04u%s", b->index + 1, ending + at);
	return out;
}

uint32_t bot_request(struct bot *b, Appchat__ClientFrame *frame) {
	uint8_t stack[1024], *bytes = stack;
	frame->request = ++b->request ? b->request : ++b->request;
	size_t len = appchat__client_frame__get_packed_size(frame);
	if (len > sizeof stack)
		bytes = xmalloc(len);
	appchat__client_frame__pack(frame, bytes);
	bool sent = wsconn_send(&b->conn, bytes, len);
	if (bytes != stack)
		free(bytes);
	return sent ? frame->request : 0;
}

/* Sends a request of getting ready and gives the server some time to answer. */
static void step(struct bot *b, enum bot_state state, Appchat__ClientFrame *frame) {
	b->state = state;
	b->deadline = clock_mono_ns() + STEP_SECONDS * SECOND;
	b->setup_request = bot_request(b, frame);
	bot_schedule(b);
}

/* ---- Getting ready --------------------------------------------------------------- */

static void connect_now(struct bot *b) {
	struct swarm *s = b->swarm;
	if (!swarm_may_start(s)) {
		b->wait_until = clock_mono_ns() + 5 * MS + wsnet_random(&s->net) % (10 * MS);
		bot_schedule(b);
		return;
	}
	s->tally.starting++;
	b->attempts++;
	b->state = BOT_CONNECTING;
	b->deadline = clock_mono_ns() + STEP_SECONDS * SECOND;
	b->bye_after_ms = 0;
	bot_schedule(b);
	wsconn_open(&b->conn, &s->net, &bot_conn_events);
}

static void greet(struct wsconn *c) {
	struct bot *b = (struct bot *)((char *)c - offsetof(struct bot, conn));
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Hello hello = APPCHAT__HELLO__INIT;
	static char *capabilities[] = {(char *)(uintptr_t)"deflate"};
	hello.version_min = hello.version_max = PROTOCOL_VERSION;
	hello.capabilities = capabilities;
	hello.n_capabilities = 1;
	if (b->known)
		hello.token = (ProtobufCBinaryData){LIMIT_TOKEN, b->token};
	hello.instance = (ProtobufCBinaryData){LIMIT_UUID, b->instance};
	hello.client = (char *)(uintptr_t)("appchat-bots " APPCHAT_VERSION);
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_HELLO;
	frame.hello = &hello;
	b->request = 0;
	b->heard = clock_mono_ns();
	if (b->away)
		swarm_reached(b->swarm, b->heard);
	step(b, BOT_GREETING, &frame);
}

static void claim(struct bot *b) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Claim want = APPCHAT__CLAIM__INIT;
	char name[64];
	if (!b->claims++)
		b->again = b->swarm->again;
	bot_name(b, name, sizeof name);
	want.name = name;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_CLAIM;
	frame.claim = &want;
	step(b, BOT_CLAIMING, &frame);
}

static void join(struct bot *b, bool create) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__JoinRoom into = APPCHAT__JOIN_ROOM__INIT;
	Appchat__CreateRoom make = APPCHAT__CREATE_ROOM__INIT;
	into.name = make.name = b->swarm->rooms[b->room].name;
	frame.body_case = create ? APPCHAT__CLIENT_FRAME__BODY_CREATE_ROOM : APPCHAT__CLIENT_FRAME__BODY_JOIN_ROOM;
	if (create)
		frame.create_room = &make;
	else
		frame.join_room = &into;
	step(b, BOT_JOINING, &frame);
}

void bot_welcomed(struct bot *b, const Appchat__Welcome *welcome) {
	const Appchat__Limits *limits = welcome->limits;
	if (limits && limits->hangup_seconds)
		b->silence = limits->hangup_seconds * SECOND;
	if (limits && limits->ping_seconds) /* from four fifths of it on, so that those that came together do not ping together */
		b->quiet = (uint64_t)((0.8 + 0.2 * wsnet_random_unit(&b->swarm->net)) * limits->ping_seconds * 1e9);
	if (limits && limits->text_bytes && limits->text_bytes < b->swarm->o.size)
		swarm_complain(b->swarm, "messages of %u bytes are over the server's limit of %u", b->swarm->o.size, limits->text_bytes);
	if (b->known && !welcome->signed_in) {
		b->swarm->tally.strangers++;
		swarm_complain(b->swarm, "the server no longer knows the token of bot %u", b->index);
		b->known = false;
	}
	if (welcome->signed_in)
		bot_signed_in(b, welcome->signed_in);
	else
		claim(b);
}

void bot_signed_in(struct bot *b, const Appchat__SignedIn *as) {
	if (as->token.len == LIMIT_TOKEN) {
		memcpy(b->token, as->token.data, LIMIT_TOKEN);
		b->known = true;
	}
	if (as->user)
		verify_author(b->swarm->verify, b->index, as->user->id);
	for (size_t i = 0; i < as->n_rooms; i++)
		if (!strcmp(as->rooms[i]->name, b->swarm->rooms[b->room].name)) {
			bot_room_state(b, as->rooms[i]);
			return;
		}
	join(b, false);
}

void bot_room_state(struct bot *b, const Appchat__RoomState *state) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Follow follow = APPCHAT__FOLLOW__INIT;
	Appchat__Cursor cursor = APPCHAT__CURSOR__INIT, *cursors[] = {&cursor};
	struct bot_room *room = &b->swarm->rooms[b->room];
	if (!room->id) {
		room->id = state->id;
		room->epoch = state->epoch;
	}
	if (room->id != state->id || room->epoch != state->epoch) {
		b->swarm->tally.strangers++;
		swarm_complain(b->swarm, "room %s is another one than it was: its log was replaced", room->name);
	}
	if (!b->follow.following)
		verify_follow(b->swarm->verify, b->room, &b->follow, state->head);
	cursor.room = state->id;
	cursor.epoch = state->epoch;
	cursor.after = b->follow.last;
	follow.cursor = cursors;
	follow.n_cursor = 1;
	follow.active = state->id;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_FOLLOW;
	frame.follow = &follow;
	b->head = state->head;
	step(b, BOT_FOLLOWING, &frame);
}

void bot_advanced(struct bot *b) {
	if (!b->away || b->state != BOT_READY || b->follow.last < b->head)
		return;
	b->away = false;
	swarm_back(b->swarm);
}

void bot_followed(struct bot *b) {
	struct swarm *s = b->swarm;
	uint64_t now = clock_mono_ns();
	s->tally.starting--;
	s->tally.ready++;
	s->tally.ever_ready += !b->was_ready;
	s->tally.reconnects += b->was_ready;
	b->was_ready = true;
	b->state = BOT_READY;
	b->setup_request = 0;
	b->next_ping = s->ping_ns ? now + wsnet_random(&s->net) % s->ping_ns : TIMER_NEVER;
	if (verify_announced(&b->follow))
		answers_fetch(b);
	bot_advanced(b);
	talk_pump(b, now);
	bot_schedule(b);
}

void bot_setup_error(struct bot *b, const Appchat__Error *error) {
	struct swarm *s = b->swarm;
	bool joining = b->state == BOT_JOINING;
	b->setup_request = 0;
	if (joining && error->code == APPCHAT__ERROR_CODE__ERROR_NOT_FOUND) {
		join(b, true);
	} else if (joining && error->code == APPCHAT__ERROR_CODE__ERROR_NAME_TAKEN) {
		join(b, false);
	} else if (b->state == BOT_CLAIMING && error->code == APPCHAT__ERROR_CODE__ERROR_NAME_TAKEN && b->claims < CLAIMS_MAX) {
		if (b->again == s->again) /* another run's bot has it: an ending for all from here on */
			s->again++;
		b->again = s->again;
		claim(b);
	} else {
		swarm_complain(s, "%s", error->text);
		s->tally.rate_limited += error->code == APPCHAT__ERROR_CODE__ERROR_RATE;
		b->bye_after_ms = error->retry_after_ms;
		b->bye_final = !error->temporary;
		wsconn_close(&b->conn, "could not get ready");
	}
}

/* ---- The way back ---------------------------------------------------------------- */

/* Full jitter: anywhere between at once and a bound that doubles, after what the server asked for. */
static uint64_t back_off(struct bot *b) {
	uint64_t bound = BACKOFF_MS << (b->attempts < 4 ? b->attempts : 4);
	if (bound > BACKOFF_CAP_MS)
		bound = BACKOFF_CAP_MS;
	return (b->bye_after_ms + wsnet_random(&b->swarm->net) % bound) * MS;
}

static void forget_connection(struct bot *b) {
	struct tally *t = &b->swarm->tally;
	if (b->state == BOT_READY && !b->away) {
		b->away = true;
		swarm_away(b->swarm);
	}
	if (b->state == BOT_READY)
		t->ready--;
	else if (b->state >= BOT_CONNECTING && b->state < BOT_READY)
		t->starting--;
	else if (b->state == BOT_LEAVING)
		t->leaving--;
	b->setup_request = b->ping_request = b->stats_request = b->history_request = 0;
	shared_leave(b->coming);
	b->coming = NULL;
	talk_disconnected(b);
}

static void on_closed(struct wsconn *c) {
	struct bot *b = (struct bot *)((char *)c - offsetof(struct bot, conn));
	struct swarm *s = b->swarm;
	bool leaving = b->state == BOT_LEAVING || s->phase >= PHASE_LEAVE;
	forget_connection(b);
	if (!leaving)
		snprintf(s->tally.last_close, sizeof s->tally.last_close, "%s", c->why);
	if (!leaving && c->refused && !s->tally.ever_ready)
		swarm_give_up(s, EXIT_NO_SERVER, "cannot connect to %s port %u: %s", s->o.host, s->o.port, c->why);
	if (leaving || b->bye_final || s->phase >= PHASE_LEAVE) {
		b->state = BOT_GONE;
		s->tally.gone++;
		timers_set(&s->timers, &b->timer, TIMER_NEVER);
		return;
	}
	b->state = BOT_WAITING;
	b->wait_until = clock_mono_ns() + back_off(b);
	bot_schedule(b);
}

void bot_drop(struct bot *b, const char *why) {
	wsconn_close(&b->conn, why);
}

void bot_forgive(struct bot *b, uint64_t now) {
	b->heard = now;
	if (b->deadline && b->deadline < now + STEP_SECONDS * SECOND)
		b->deadline = now + STEP_SECONDS * SECOND;
}

void bot_leave(struct bot *b) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__SignOut out = APPCHAT__SIGN_OUT__INIT;
	struct tally *t = &b->swarm->tally;
	if (b->state != BOT_READY) { /* nothing to sign out of, or no time to wait for it */
		if (b->conn.state != CONN_IDLE) {
			wsconn_close(&b->conn, "the run is over");
		} else if (b->state != BOT_GONE) {
			b->state = BOT_GONE;
			t->gone++;
			timers_set(&b->swarm->timers, &b->timer, TIMER_NEVER);
		}
		return;
	}
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_SIGN_OUT;
	frame.sign_out = &out;
	t->ready--;
	t->leaving++;
	step(b, BOT_LEAVING, &frame);
	b->deadline = clock_mono_ns() + LEAVE_SECONDS * SECOND;
	bot_schedule(b);
}

/* ---- What is due when ------------------------------------------------------------ */

static uint64_t earlier(uint64_t a, uint64_t b) {
	return a < b ? a : b;
}

/* Times of a bot that is ready. */
static uint64_t next_when_ready(const struct bot *b) {
	uint64_t at = earlier(b->next_ping, b->heard + b->silence);
	if (!b->ping_request)
		at = earlier(at, b->heard + b->quiet);
	if (b->out_count > b->out_in_flight && b->hold_until)
		at = earlier(at, b->hold_until);
	if (b->next_flap)
		at = earlier(at, b->next_flap);
	if (b->next_trickle)
		at = earlier(at, b->next_trickle);
	return at;
}

void bot_schedule(struct bot *b) {
	uint64_t at = TIMER_NEVER;
	if (b->state == BOT_WAITING)
		at = b->wait_until;
	else if (b->state == BOT_READY)
		at = next_when_ready(b);
	else if (b->state > BOT_WAITING && b->state < BOT_GONE)
		at = b->deadline;
	if (b->next_send && b->state != BOT_GONE)
		at = earlier(at, b->next_send);
	timers_set(&b->swarm->timers, &b->timer, at == TIMER_NEVER ? at : swarm_wake(b->swarm, at));
}

static void ping(struct bot *b, uint64_t now) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Ping body = APPCHAT__PING__INIT;
	if (b->swarm->ping_ns && now >= b->next_ping)
		b->next_ping = now + b->swarm->ping_ns * 19 / 20 + wsnet_random(&b->swarm->net) % (b->swarm->ping_ns / 10);
	if (b->ping_request)
		return; /* the last one is still out: its time goes on */
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_PING;
	frame.ping = &body;
	b->ping_sent = clock_mono_ns();
	b->ping_request = bot_request(b, &frame);
}

uint32_t bot_ask_stats(struct bot *b) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Stats body = APPCHAT__STATS__INIT;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_STATS;
	frame.stats = &body;
	return b->stats_request = bot_request(b, &frame);
}

/* One read, then none for a while. */
static void trickle(struct bot *b, uint64_t now) {
	b->next_trickle = now + TRICKLE_MS * MS;
	wsconn_pause(&b->conn, !b->conn.paused);
}

static void flap(struct bot *b, uint64_t now) {
	double seconds = b->swarm->o.scenario->flap_seconds * (0.5 + wsnet_random_unit(&b->swarm->net));
	b->next_flap = now + (uint64_t)(seconds * 1e9);
	bot_drop(b, "dropped on purpose");
}

static void work(struct bot *b, uint64_t now) {
	if (now > b->heard + b->silence && !b->conn.paused) {
		bot_drop(b, "the server said nothing for too long");
		return;
	}
	if (now > b->heard + b->silence)
		b->heard = now;
	if (now >= b->next_ping || now >= b->heard + b->quiet)
		ping(b, now);
	talk_pump(b, now);
	if (b->next_trickle && now >= b->next_trickle)
		trickle(b, now);
	if (b->next_flap && now >= b->next_flap)
		flap(b, now);
}

static void on_timer(struct timer *t, uint64_t now) {
	struct bot *b = (struct bot *)((char *)t - offsetof(struct bot, timer));
	talk_compose(b, now);
	if (b->state == BOT_WAITING && now >= b->wait_until)
		connect_now(b);
	else if (b->state == BOT_READY)
		work(b, now);
	else if (b->state > BOT_WAITING && b->state < BOT_GONE && now >= b->deadline)
		wsconn_close(&b->conn, b->state == BOT_CONNECTING ? "no answer to connecting" : "no answer to a request");
	if (b->conn.state == CONN_CLOSING)
		b->deadline = now + STEP_SECONDS * SECOND;
	bot_schedule(b);
}

/* ---- Roles and life -------------------------------------------------------------- */

/* The first share of every hundred or so: spread over rooms evenly. */
static bool among(uint32_t index, double share, double from) {
	double at = (double)((uint64_t)index * 7919 % 1000) / 1000;
	return at >= from && at < from + share;
}

void bot_init(struct bot *b, struct swarm *s, uint32_t index) {
	const struct scenario *scenario = s->o.scenario;
	*b = (struct bot){.swarm = s, .index = index, .room = index % s->o.rooms};
	b->timer.fire = on_timer;
	b->silence = SECONDS_HANGUP * SECOND;
	b->quiet = SECONDS_PING * SECOND;
	random_bytes(b->instance, sizeof b->instance);
	b->talks = !scenario->silent && s->o.rate > 0 && (among(index, scenario->talkers, 0) || index < s->o.rooms);
	b->slow = among(index, scenario->slow, 0);
	b->stalled = among(index, scenario->stalled, scenario->slow);
	b->flaps = among(index, scenario->flappers, 0);
	b->follow.aside = b->slow || b->stalled;
}

void bot_free(struct bot *b) {
	free(b->outbox);
	verify_follower_free(&b->follow);
}

void bot_start(struct bot *b) {
	b->state = BOT_WAITING;
	connect_now(b);
}

void bot_begin_load(struct bot *b, uint64_t now) {
	struct wsnet *net = &b->swarm->net;
	if (b->talks)
		b->next_send = swarm_wake(b->swarm, now + 1 + (uint64_t)(wsnet_random_unit(net) / b->swarm->o.rate * 1e9));
	if (b->flaps)
		b->next_flap = now + (uint64_t)(wsnet_random_unit(net) * b->swarm->o.scenario->flap_seconds * 1e9);
	if (b->slow)
		b->next_trickle = now + TRICKLE_MS * MS;
	if (b->stalled)
		wsconn_pause(&b->conn, true);
	bot_schedule(b);
}

void bot_end_load(struct bot *b) {
	b->next_send = b->next_flap = b->next_trickle = 0;
	b->heard = clock_mono_ns();
	wsconn_pause(&b->conn, false);
	bot_schedule(b);
}

bool bot_done(const struct bot *b) {
	return b->state == BOT_GONE || (!b->out_count && verify_complete(b->swarm->verify, b->room, &b->follow));
}

static void on_message(struct wsconn *c, const uint8_t *data, size_t len) {
	struct bot *b = (struct bot *)((char *)c - offsetof(struct bot, conn));
	b->heard = c->net->now;
	answers_take(b, data, len);
}

/* A piece of a large frame: nothing of it is kept here while it is like the shared one. */
static bool on_piece(void *arg, size_t total, size_t done, const uint8_t *data, size_t len, struct buf *message) {
	struct wsconn *c = arg;
	struct bot *b = (struct bot *)((char *)c - offsetof(struct bot, conn));
	struct shared_frame *f = b->coming;
	if (!done && (f || c->state != CONN_OPEN || !shared_fits(total, data, len)))
		return false;
	if (!done)
		f = b->coming = shared_begin(b->swarm->shared, total, data, len);
	else if (!shared_go_on(f, done, data, len)) {
		b->coming = NULL;
		buf_append(message, f->bytes, done);
		shared_leave(f);
		return false;
	}
	if (done + len < total)
		return true;
	b->coming = NULL;
	b->heard = c->net->now;
	if (c->state == CONN_OPEN)
		answers_shared(b, f);
	shared_leave(f);
	return true;
}

const struct wsconn_events bot_conn_events = {.opened = greet, .message = on_message, .piece = on_piece, .closed = on_closed};
