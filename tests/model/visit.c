/* Lines polled together; frames packed, numbered and unpacked. */
#include "tests/model/visit.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "bots/inflate.h"
#include "proto/wire.h"
#include "tests/model/answers.h"

struct visit *visit_new(struct model *m, struct human *h, struct device *d, unsigned cursors) {
	struct visit *v = xcalloc(1, sizeof *v);
	v->number = ++m->visits_made;
	v->human = h;
	v->device = d;
	v->cursors = cursors;
	v->server = m->serve.starts;
	v->token = d->token;
	v->began = v->fence = trail_tick(&m->trail);
	v->deflate = v->number % 3 == 0;
	if (!m->serve.pid || !line_open(&v->line, m->serve.port, v->number % 4 == 0)) {
		free(v);
		return NULL;
	}
	if (d->visit)
		d->visit->replaced = true;
	d->visit = v;
	m->visits = xrealloc(m->visits, (m->visit_count + 1) * sizeof *m->visits);
	return m->visits[m->visit_count++] = v;
}

struct request *visit_ask(struct model *m, struct visit *v, Appchat__ClientFrame *frame, struct request request) {
	request.number = frame->request = ++v->asked;
	request.kind = frame->body_case;
	request.from = trail_tick(&m->trail);
	size_t len = appchat__client_frame__get_packed_size(frame);
	uint8_t *data = xmalloc(len);
	appchat__client_frame__pack(frame, data);
	line_send(&v->line, data, len);
	free(data);
	v->requests = xrealloc(v->requests, (v->request_count + 1) * sizeof *v->requests);
	v->requests[v->request_count] = request;
	m->asked[request.kind]++;
	return &v->requests[v->request_count++];
}

bool visit_ready(const struct visit *v) {
	return v && v->phase == PHASE_IN && !v->ended && !v->bye && !v->replaced && !v->deaf_until_ms;
}

static void ended(struct model *m, struct visit *v) {
	v->ended = true;
	trail_tick(&m->trail);
	m->unanswered += v->request_count;
	if (v->device->visit == v)
		v->device->visit = NULL;
}

void visit_drop(struct model *m, struct visit *v, enum line_end how) {
	if (v->ended)
		return;
	line_drop(&v->line, how);
	ended(m, v);
}

struct hearing {
	struct model *m;
	struct visit *v;
};

static void on_message(void *arg, const uint8_t *data, size_t len) {
	struct hearing *h = arg;
	size_t packed_len;
	const uint8_t *packed = wire_deflated(data, len, &packed_len);
	if (packed && h->v->deflate)
		data = inflater_frame(h->m->inflater, packed, packed_len, &len);
	Appchat__ServerFrame *frame = data ? appchat__server_frame__unpack(NULL, len, data) : NULL;
	trail_tick(&h->m->trail);
	if (frame)
		visit_heard(h->m, h->v, frame);
	else
		trail_differ(&h->m->trail, "visit %u: %zu bytes that are no frame", h->v->number, len);
	if (frame)
		appchat__server_frame__free_unpacked(frame, NULL);
}

static void turn_one(struct model *m, struct visit *v, short revents) {
	struct hearing h = {m, v};
	bool was_open = v->line.state == LINE_OPEN;
	if (v->ended)
		return;
	if (!line_turn(&v->line, revents, on_message, &h)) {
		if (!v->ended) {
			visit_hung_up(m, v);
			ended(m, v);
		}
	} else if (!was_open && v->line.state == LINE_OPEN)
		answers_hello(m, v);
}

static void hear_again(struct model *m, struct visit *v) {
	if (!v->deaf_until_ms || (v->deaf_until_ms > m->now_ms && !m->settling))
		return;
	v->deaf_until_ms = 0;
	v->was_deaf_ms = m->now_ms;
	if (v->deaf_end != LINE_BYE)   /* LINE_BYE: it goes on */
		visit_drop(m, v, v->deaf_end);
}

void visits_turn(struct model *m, int wait_ms) {
	size_t n = m->visit_count;
	struct pollfd *polls = xcalloc(n + 1, sizeof *polls);
	for (size_t i = 0; i < n; i++) {
		struct visit *v = m->visits[i];
		hear_again(m, v);
		polls[i].fd = v->ended || v->deaf_until_ms ? -1 : v->line.fd;
		polls[i].events = line_events(&v->line);
	}
	poll(polls, n, wait_ms);
	for (size_t i = 0; i < n; i++)
		if (polls[i].revents)
			turn_one(m, m->visits[i], polls[i].revents);
	free(polls);
	visits_reap(m);
}

static void visit_free(struct visit *v) {
	for (uint32_t i = 0; i < v->request_count; i++)
		free(v->requests[i].wishes);
	free(v->requests);
	free(v);
}

void visits_reap(struct model *m) {
	for (size_t i = 0; i < m->visit_count; i++)
		if (m->visits[i]->ended) {
			visit_free(m->visits[i]);
			m->visits[i--] = m->visits[--m->visit_count];
		}
}
