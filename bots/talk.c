/* Composing on time, sending in order, and again with the same id until it is acknowledged. */
#include <string.h>

#include "bots/bot.h"
#include "bots/sent.h"
#include "bots/swarm.h"
#include "proto/base/clock.h"
#include "proto/base/uuid.h"

enum { IN_FLIGHT = 32 };   /* unanswered sends of one bot */

#define MS 1000000ull

static void compose(struct bot *b, uint64_t intended) {
	struct swarm *s = b->swarm;
	if (b->out_count == b->out_cap) {
		b->out_cap = b->out_cap ? 2 * b->out_cap : 4;
		b->outbox = xrealloc(b->outbox, b->out_cap * sizeof *b->outbox);
	}
	struct outgoing *m = &b->outbox[b->out_count++];
	m->request = 0;
	do {
		const uint8_t *t = m->id + LIMIT_UUID - 4;
		uuid7(m->id);
		uint32_t tag = (uint32_t)t[0] << 24 | (uint32_t)t[1] << 16 | (uint32_t)t[2] << 8 | t[3];
		m->number = verify_sent(s->verify, b->index, b->room, tag, intended);
	} while (m->number == SENT_NONE);
}

void talk_compose(struct bot *b, uint64_t now) {
	struct swarm *s = b->swarm;
	while (b->next_send && b->next_send <= now) {
		compose(b, b->next_send);
		if (b->state == BOT_READY)
			hist_add(&s->lag, now - b->next_send, 1);
		double interval = (0.5 + wsnet_random_unit(&s->net)) / s->o.rate;
		b->next_send = swarm_wake(s, b->next_send + 1 + (uint64_t)(interval * 1e9));
	}
}

static bool send_one(struct bot *b, struct outgoing *m) {
	struct swarm *s = b->swarm;
	char text[LIMIT_TEXT + 1];
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Send body = APPCHAT__SEND__INIT;
	text_make(text, s->o.size, s->run, m->number, b->index);
	text[s->o.size] = 0;
	body.room = s->rooms[b->room].id;
	body.client_msg_id = (ProtobufCBinaryData){LIMIT_UUID, m->id};
	body.text = text;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_SEND;
	frame.send = &body;
	m->request = bot_request(b, &frame);
	b->out_in_flight += m->request != 0;
	return m->request != 0;
}

void talk_pump(struct bot *b, uint64_t now) {
	if (b->state != BOT_READY || b->out_in_flight == b->out_count || now < b->hold_until)
		return;
	b->hold_until = 0;
	for (uint32_t i = 0; i < b->out_count && b->out_in_flight < IN_FLIGHT; i++)
		if (!b->outbox[i].request && !send_one(b, &b->outbox[i])) {
			b->hold_until = now + 20 * MS; /* the socket is full: a little later */
			return;
		}
}

static struct outgoing *find(struct bot *b, uint32_t request) {
	for (uint32_t i = 0; i < b->out_count; i++)
		if (b->outbox[i].request == request)
			return &b->outbox[i];
	return NULL;
}

static void take_out(struct bot *b, struct outgoing *m) {
	uint32_t i = (uint32_t)(m - b->outbox);
	b->out_count--;
	b->out_in_flight--;
	memmove(m, m + 1, (b->out_count - i) * sizeof *m);
}

bool talk_acked(struct bot *b, uint32_t request, const Appchat__SendAck *ack) {
	struct outgoing *m = find(b, request);
	if (!m)
		return false;
	b->attempts = 0;
	verify_acked(b->swarm->verify, m->number, ack->seq);
	take_out(b, m);
	if (b->out_count > b->out_in_flight)
		talk_pump(b, clock_mono_ns());
	return true;
}

static void count_temporary(struct tally *t, const Appchat__Error *error) {
	if (error->code == APPCHAT__ERROR_CODE__ERROR_RATE)
		t->rate_limited++;
	else if (error->code == APPCHAT__ERROR_CODE__ERROR_STORAGE)
		t->storage_errors++;
	else
		t->other_temporary++;
}

bool talk_refused(struct bot *b, uint32_t request, const Appchat__Error *error) {
	struct outgoing *m = find(b, request);
	if (!m)
		return false;
	if (!error->temporary) {
		swarm_complain(b->swarm, "a message was refused: %s", error->text);
		verify_refused(b->swarm->verify, m->number);
		take_out(b, m);
		return true;
	}
	count_temporary(&b->swarm->tally, error);
	m->request = 0;
	b->out_in_flight--;
	uint64_t wait = error->retry_after_ms ? error->retry_after_ms : 100;
	b->hold_until = clock_mono_ns() + wait * MS + wsnet_random(&b->swarm->net) % (10 * MS);
	bot_schedule(b);
	return true;
}

void talk_disconnected(struct bot *b) {
	for (uint32_t i = 0; i < b->out_count; i++)
		b->outbox[i].request = 0;
	b->out_in_flight = 0;
	b->hold_until = 0;
}
