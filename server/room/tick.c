/* Once a second: who is silent, late or stalled; presence; figures. */
#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "server/room/address.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"
#include "server/room/presence.h"

#define SECOND 1000000000ull
#define FROZEN_NS (5 * SECOND)       /* a tick this late: the process stood still */
#define SIGN_IN_NS (600 * SECOND)    /* for typing a name and a password */
#define LOG_KEEP (64 * 1024)         /* of a quiet room's log in memory */
#define LOG_QUIET_NS (60 * SECOND)
#define BATCH_QUIET_NS (2 * SECOND)

bool hub_stood_still(const struct hub *hub) {
	return hub->now_ns - hub->ticked_ns > FROZEN_NS;
}

static void send_ping(struct session *s) {
	/* RFC 6455, 5.5.2. With a byte to bring back: lws says nothing of an empty pong. */
	static const uint8_t ping[3] = {0x80 | 9, 1, 'p'};
	s->pinged = true;
	buf_append(&s->out, ping, sizeof ping);
	session_ready(s);
}

static bool longer_than(uint64_t seconds, uint64_t since, uint64_t now) {
	return now > since && now - since > seconds * SECOND;
}

static void check(struct hub *hub, struct session *s) {
	const struct hub_options *o = &hub->options;
	uint64_t now = hub->now_ns;
	if (s->state == SESSION_CLOSING || !s->peer)
		return;
	if (s->state == SESSION_NEW && !s->busy && longer_than(o->hello_seconds, s->since_ns, now))
		session_close(s, APPCHAT__CLOSE_REASON__CLOSE_HELLO_LATE, NULL, 0);
	else if (s->state == SESSION_HELLO && now - s->since_ns > SIGN_IN_NS)
		session_close(s, APPCHAT__CLOSE_REASON__CLOSE_SILENT, NULL, 0);
	else if (s->waits && longer_than(o->stalled_seconds, s->progress_ns, now))
		session_close(s, APPCHAT__CLOSE_REASON__CLOSE_SLOW, NULL, 0);
	else if (longer_than(o->hangup_seconds, s->heard_ns, now))
		session_close(s, APPCHAT__CLOSE_REASON__CLOSE_SILENT, NULL, 0);
	else if (!s->pinged && !s->waits && longer_than(o->ping_seconds, s->heard_ns, now))
		send_ping(s);
	else if (s->follow_count && !s->reading && !s->waits && !s->ready)
		for (uint32_t i = 0; i < s->follow_count; i++)   /* a read that failed is tried again */
			if (s->follows[i].room->followers[s->follows[i].index].cursor < s->follows[i].room->sent &&
				!s->follows[i].room->batching)
				session_ready(s);
}

/* After the process stood still nobody is late: all clocks start afresh. */
static void forgive(struct hub *hub) {
	LOG(ROOM, WARN, "event=frozen seconds=%.1f", (double)(hub->now_ns - hub->ticked_ns) / 1e9);
	for (uint32_t i = 0; i < hub->slot_count; i++) {
		struct session *s = hub->slots[i].session;
		if (!s)
			continue;
		s->heard_ns = s->progress_ns = hub->now_ns;
		s->since_ns = hub->now_ns;
		s->pinged = false;
	}
}

static void trim_logs(struct hub *hub) {
	for (size_t i = 0; i < hub->room_count; i++) {
		struct room *room = hub->rooms_by_name[i];
		if (room->next_ns + LOG_QUIET_NS < hub->now_ns && room->log.end - room->log.start > LOG_KEEP)
			roomlog_trim(&room->log, LOG_KEEP);
		if (room->next_ns + BATCH_QUIET_NS < hub->now_ns && !room->batching && room->kept)
			room_forget_batches(room);
	}
}

/* A guest's name is held for a time after it was last seen: so tell the store,
 * often enough that a crash does not make a present guest look absent. */
static void store_seen(struct hub *hub) {
	if (hub->now_ns - hub->seen_ns < hub->options.guest_hold_seconds * SECOND / 4)
		return;
	hub->seen_ns = hub->now_ns;
	for (uint32_t i = 0; i < hub->slot_count; i++) {
		struct session *s = hub->slots[i].session;
		if (!s || !s->person)
			continue;
		person_store_seen(s);
	}
}

static void measure(struct hub *hub, double seconds) {
	struct hub_counts *c = &hub->counts, *b = &hub->counts_before;
	c->cpu_ns = clock_cpu_ns();
	hub->messages_per_second = (double)(c->messages - b->messages) / seconds;
	hub->deliveries_per_second = (double)(c->deliveries - b->deliveries) / seconds;
	hub->cpu_percent = (double)(c->cpu_ns - b->cpu_ns) / seconds / 1e7;
	uint64_t batches = c->batches - b->batches, paces = c->paces - b->paces;
	hub->batch = batches ? (double)(c->batch_events - b->batch_events) / (double)batches : 0;
	hub->pace_ms = paces ? (double)(c->pace_ns - b->pace_ns) / (double)paces / 1e6 : 0;
	*b = *c;
}

void hub_tick(struct hub *hub) {
	uint64_t now = hub_now(hub), since = now - hub->ticked_ns;
	if (hub_stood_still(hub))
		forgive(hub);
	for (uint32_t i = 0; i < hub->slot_count; i++)
		if (hub->slots[i].session)
			check(hub, hub->slots[i].session);
	presence_tick(hub);
	if (since < SECOND / 2 && hub->counts_before.cpu_ns)
		return;
	wallclock_look(&hub->wallclock);
	measure(hub, (double)(since ? since : 1) / 1e9);
	store_seen(hub);
	trim_logs(hub);
	address_forget(hub);
	person_forget_allowances(hub);
	hub->ticked_ns = now;
}
