/* Frames that many bots share: whatever the cuts, every bot has its own account, and a changed, missing, doubled or swapped batch is noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "bots/bot.h"
#include "bots/inflate.h"
#include "bots/scenario.h"
#include "bots/sent.h"
#include "bots/shared.h"
#include "bots/swarm.h"
#include "bots/text.h"
#include "proto/wire.h"

enum { BOTS = 12, BATCHES = 6, PER_BATCH = 40, SIZE = 48, HEAD = 70, ROOM = 9, USER = 300 };
static const char run_name[] = "abcde";

struct world {
	struct swarm s;
	struct buf batch[BATCHES];      /* WebSocket messages, every other one deflated */
	struct verify_result result;
};

static void put_event(struct buf *run, uint64_t seq, uint32_t number) {
	char text[SIZE + 1] = "";
	uint8_t packed[256];
	Appchat__Event event = APPCHAT__EVENT__INIT;
	Appchat__Message said = APPCHAT__MESSAGE__INIT;
	text_make(text, SIZE, run_name, number, number % BOTS);
	said.author = USER + number % BOTS;
	said.text = text;
	said.tag = number;
	event.seq = seq;
	event.body_case = APPCHAT__EVENT__BODY_MESSAGE;
	event.message = &said;
	size_t len = appchat__event__pack(&event, packed);
	wire_field_bytes(run, 2, len);
	buf_append(run, packed, len);
}

static void deflate(struct buf *message) {
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
	uint8_t packed[16384], head[WIRE_DEFLATED_HEADER_MAX];
	size_t skip = message->data[1] == 126 ? 4 : 2;
	size_t len = libdeflate_deflate_compress(c, message->data + skip, message->len - skip, packed, sizeof packed);
	assert_true(len > 0);
	message->len = 0;
	buf_append(message, head, wire_deflated_header(head, len));
	buf_append(message, packed, len);
	libdeflate_free_compressor(c);
}

/* Everything said and acknowledged, nothing delivered yet. */
static int setup(void **state) {
	static struct options o;
	struct world *w = calloc(1, sizeof *w);
	struct swarm *s = &w->s;
	o = (struct options){.clients = BOTS, .rooms = 1, .size = SIZE, .scenario = scenario_at(0)};
	s->o = o;
	s->verify = verify_new(1, BOTS, run_name, SIZE, latency_delivered, &s->latency);
	s->latency.verify = s->verify;
	s->shared = shared_new();
	s->inflater = inflater_new();
	s->rooms = xcalloc(1, sizeof *s->rooms);
	s->rooms[0].id = ROOM;
	s->bots = xcalloc(BOTS, sizeof *s->bots);
	s->net.now = 5000000000;
	for (uint32_t i = 0; i < BOTS; i++) {
		bot_init(&s->bots[i], s, i);
		s->bots[i].state = BOT_READY;
		s->bots[i].conn.net = &s->net;
		s->bots[i].conn.state = CONN_OPEN;
		s->bots[i].conn.fd = -1;
		verify_author(s->verify, i, USER + i);
		verify_follow(s->verify, 0, &s->bots[i].follow, HEAD);
	}
	for (uint32_t k = 0; k < BATCHES; k++) {
		struct buf run = {0};
		for (uint32_t i = k * PER_BATCH; i < (k + 1) * PER_BATCH; i++) {
			verify_acked(s->verify, verify_sent(s->verify, i % BOTS, 0, i, 1000000 * i + 1), HEAD + 1 + i);
			put_event(&run, HEAD + 1 + i, i);
		}
		wire_events_frame(&w->batch[k], ROOM, run.data, run.len);
		if (k % 2)
			deflate(&w->batch[k]);
		buf_free(&run);
	}
	*state = w;
	return 0;
}

static int teardown(void **state) {
	struct world *w = *state;
	struct swarm *s = &w->s;
	for (uint32_t i = 0; i < BOTS; i++) {
		shared_leave(s->bots[i].coming);
		ws_reader_free(&s->bots[i].conn.reader);
		bot_free(&s->bots[i]);
	}
	for (uint32_t k = 0; k < BATCHES; k++)
		buf_free(&w->batch[k]);
	latency_free(&s->latency);
	verify_free(s->verify);
	shared_free(s->shared);
	inflater_free(s->inflater);
	free(s->rooms);
	free(s->bots);
	free(w);
	return 0;
}

static bool hear(void *arg, enum ws_opcode opcode, const uint8_t *data, size_t len) {
	struct wsconn *c = arg;
	assert_int_equal(opcode, WS_BINARY);
	bot_conn_events.message(c, data, len);
	return c->state == CONN_OPEN;
}

static void feed(struct world *w, uint32_t bot, const uint8_t *data, size_t len) {
	struct wsconn *c = &w->s.bots[bot].conn;
	assert_null(ws_read(&c->reader, data, len, hear, bot_conn_events.piece, c));
}

static void feed_batch(struct world *w, uint32_t bot, uint32_t k) {
	feed(w, bot, w->batch[k].data, w->batch[k].len);
}

static void feed_all(struct world *w, uint32_t bot) {
	for (uint32_t k = 0; k < BATCHES; k++)
		feed_batch(w, bot, k);
}

static void judge(struct world *w) {
	verify_close(w->s.verify, &w->result);
	for (uint32_t i = 0; i < BOTS; i++)
		verify_follower(w->s.verify, 0, &w->s.bots[i].follow, &w->result);
	latency_second(&w->s.latency);
}

/* Nothing is wrong with any bot's deliveries. */
static void all_is_well(struct world *w) {
	const struct verify_counts *c = verify_counts(w->s.verify);
	judge(w);
	assert_int_equal(w->result.expected, BOTS * BATCHES * PER_BATCH);
	assert_int_equal(w->result.delivered, w->result.expected);
	assert_int_equal(c->duplicated + c->reordered + c->corrupted + c->foreign, 0);
	assert_int_equal(c->decoded, BATCHES * PER_BATCH);
	assert_int_equal(w->s.latency.total.count, w->result.expected);
}

static void whole_batches_are_decoded_once(void **state) {
	struct world *w = *state;
	for (uint32_t i = 0; i < BOTS; i++)
		feed_all(w, i);
	all_is_well(w);
	assert_int_equal(w->s.latency.total.min, 5000000000 - 1000000 * (BATCHES * PER_BATCH - 1) - 1);
	assert_int_equal(w->s.latency.total.max, 5000000000 - 1);
}

/* Each bot gets the stream in its own pieces, all by turns, nobody holding bytes. */
static void any_cuts_by_turns(void **state) {
	struct world *w = *state;
	struct buf stream = {0};
	size_t at[BOTS] = {0};
	bool more = true;
	for (uint32_t k = 0; k < BATCHES; k++)
		buf_append(&stream, w->batch[k].data, w->batch[k].len);
	srand(5);
	while (more) {
		more = false;
		for (uint32_t i = 0; i < BOTS; i++) {
			size_t n = 1 + (size_t)rand() % (200 + 300 * i);
			if (n > stream.len - at[i])
				n = stream.len - at[i];
			feed(w, i, stream.data + at[i], n);
			at[i] += n;
			more = more || at[i] < stream.len;
		}
	}
	all_is_well(w);
	buf_free(&stream);
}

/* One bot's copy of a batch has one byte changed, anywhere: in its text, and in what is deflated. */
static void a_changed_byte_is_noticed(void **state) {
	struct world *w = *state;
	for (uint32_t cut = 0; cut < 2; cut++)
		for (uint32_t k = 0; k < 2; k++) {
			uint32_t bot = 2 + cut * 2 + k;
			struct buf *b = &w->batch[k];
			feed_all(w, cut);
			if (k)
				feed_batch(w, bot, 0);
			uint64_t before = verify_counts(w->s.verify)->corrupted + w->s.tally.malformed;
			b->data[b->len - 10] ^= 1;
			feed(w, bot, b->data, cut ? b->len / 2 : b->len);
			if (cut)
				feed(w, bot, b->data + b->len / 2, b->len - b->len / 2);
			b->data[b->len - 10] ^= 1;
			assert_true(verify_counts(w->s.verify)->corrupted + w->s.tally.malformed > before);
		}
	judge(w);
	assert_int_equal(w->result.delivered < w->result.expected, 1);
}

/* The first copy that anybody gets is the changed one; the good ones show it. */
static void a_changed_first_copy_is_noticed(void **state) {
	struct world *w = *state;
	struct buf *b = &w->batch[0];
	b->data[b->len - 10] ^= 1;
	feed_batch(w, 0, 0);
	assert_int_equal(verify_counts(w->s.verify)->corrupted, 1);
	feed_batch(w, 1, 0);   /* the same bytes again: not counted for good */
	b->data[b->len - 10] ^= 1;
	feed_batch(w, 2, 0);
	assert_int_equal(verify_counts(w->s.verify)->corrupted, 2);
	judge(w);
	assert_int_equal(w->result.misplaced, 1);
}

static void a_missing_batch_is_lost(void **state) {
	struct world *w = *state;
	for (uint32_t i = 0; i < BOTS; i++)
		for (uint32_t k = 0; k < BATCHES; k++)
			if (i != 7 || k != 3)
				feed_batch(w, i, k);
	judge(w);
	assert_int_equal(w->result.lost, PER_BATCH);
	assert_int_equal(verify_counts(w->s.verify)->reordered, 0);
}

static void a_batch_again_is_doubled(void **state) {
	struct world *w = *state;
	for (uint32_t i = 0; i < BOTS; i++)
		feed_all(w, i);
	feed_batch(w, 4, 5);
	feed_batch(w, 5, 0);
	judge(w);
	assert_int_equal(verify_counts(w->s.verify)->duplicated, 2 * PER_BATCH);
	assert_int_equal(w->result.lost, 0);
	assert_int_equal(w->s.latency.total.count, w->result.expected);
}

static void swapped_batches_are_reordered(void **state) {
	struct world *w = *state;
	static const uint32_t order[BATCHES] = {0, 2, 1, 3, 4, 5};
	for (uint32_t i = 0; i < BOTS; i++)
		for (uint32_t k = 0; k < BATCHES; k++)
			feed_batch(w, i, i == 6 ? order[k] : k);
	judge(w);
	assert_int_equal(verify_counts(w->s.verify)->reordered, PER_BATCH);
	assert_int_equal(w->result.lost + verify_counts(w->s.verify)->duplicated, 0);
}

/* Somebody else's room: an error, and nothing is counted as delivered. */
static void another_room_is_an_error(void **state) {
	struct world *w = *state;
	feed_batch(w, 0, 0);
	w->s.rooms[0].id = ROOM + 1;
	feed_batch(w, 1, 0);
	assert_int_equal(w->s.tally.errors, 1);
	assert_int_equal(w->s.bots[1].follow.last, HEAD);
	assert_int_equal(verify_counts(w->s.verify)->seen, PER_BATCH);
}

/* A bot may sit in the middle of a frame while a hundred others pass. */
static void a_frame_outlives_its_place(void **state) {
	struct world *w = *state;
	const struct buf *b = &w->batch[0];
	uint8_t other[100];
	feed(w, 0, b->data, b->len / 2);
	for (uint32_t i = 0; i < 2 * SHARED_PLACES; i++) {
		memset(other, (int)i, sizeof other);
		shared_leave(shared_begin(w->s.shared, sizeof other, other, sizeof other));
	}
	feed_batch(w, 1, 0);
	feed(w, 0, b->data + b->len / 2, b->len - b->len / 2);
	assert_int_equal(w->s.bots[0].follow.last, HEAD + PER_BATCH);
	assert_int_equal(verify_counts(w->s.verify)->decoded, PER_BATCH);
	assert_int_equal(verify_counts(w->s.verify)->matched, PER_BATCH);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(whole_batches_are_decoded_once), TEST(any_cuts_by_turns), TEST(a_changed_byte_is_noticed),
		TEST(a_changed_first_copy_is_noticed), TEST(a_missing_batch_is_lost), TEST(a_batch_again_is_doubled),
		TEST(swapped_batches_are_reordered), TEST(another_room_is_an_error), TEST(a_frame_outlives_its_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
