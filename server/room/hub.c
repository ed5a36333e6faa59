/* The hub: making and ending it, slots of sessions, what net drains. */
#include "server/room/hub.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/uuid.h"
#include "proto/limits.h"
#include "server/bus/bus.h"
#include "server/room/address.h"
#include "server/room/hasher.h"
#include "server/room/hub_state.h"
#include "server/room/pack.h"
#include "server/room/person.h"
#include "server/room/reason.h"

#define LEAD_LEAST_NS UINT64_C(500000)
#define LEAD_MOST_NS UINT64_C(20000000)

const struct hub_options hub_options_default = {
	.max_connections = 20000,
	.max_per_address = 100,
	.message_rate = 50,
	.message_burst = 200,
	.hello_seconds = SECONDS_HELLO,
	.ping_seconds = SECONDS_PING,
	.hangup_seconds = SECONDS_HANGUP,
	.stalled_seconds = SECONDS_STALLED,
	.guest_hold_seconds = 3600,
	.guests = true,
	.registration = true,
	.motd = "",
	.server = "appchat",
};

uint64_t hub_now(struct hub *hub) {
	return hub->now_ns = clock_mono_ns();
}

struct hub *hub_new(const struct hub_options *options, struct store *store, struct bus *bus) {
	struct hub *hub = xcalloc(1, sizeof *hub);
	hub->options = *options;
	hub->store = store;
	hub->bus = bus;
	hub->packer = packer_new();
	hub->hasher = hasher_new(options->wake, options->wake_arg);
	hub->started_ns = hub->ticked_ns = hub->seen_ns = hub_now(hub);
	wallclock_look(&hub->wallclock);
	random_bytes(&hub->hash_seed, sizeof hub->hash_seed);
	size_t count;
	struct store_room *rooms = store_rooms(store, &count);
	for (size_t i = 0; i < count; i++)
		room_add(hub, &rooms[i]);
	free(rooms);
	hub->bans = store_bans(store, &hub->ban_count);
	return hub;
}

void hub_free(struct hub *hub) {
	if (!hub)
		return;
	hub_reap(hub);
	assert(!hub->session_count);
	hasher_free(hub->hasher);
	packer_free(hub->packer);
	buf_free(&hub->mixed);
	for (size_t i = 0; i < hub->room_count; i++)
		room_free(hub->rooms_by_name[i]);
	free(hub->rooms_by_name);
	map_free(&hub->rooms);
	map_free(&hub->rooms_by_key);
	map_free(&hub->people);
	map_free(&hub->people_by_key);
	person_free_allowances(hub);
	address_free_all(hub);
	free(hub->slots);
	free(hub->free_slots);
	free(hub->bans);
	free(hub);
}

static uint32_t take_slot(struct hub *hub) {
	if (hub->free_count)
		return hub->free_slots[--hub->free_count];
	if (hub->slot_count == hub->slot_cap) {
		hub->slot_cap = hub->slot_cap ? 2 * hub->slot_cap : 64;
		hub->slots = xrealloc(hub->slots, hub->slot_cap * sizeof *hub->slots);
		hub->free_slots = xrealloc(hub->free_slots, hub->slot_cap * sizeof *hub->free_slots);
	}
	hub->slots[hub->slot_count] = (struct hub_slot){NULL, 1};
	return hub->slot_count++;
}

static struct session *new_session(struct hub *hub, struct address *from) {
	struct session *s = xcalloc(1, sizeof *s);
	s->hub = hub;
	s->from = from;
	s->slot = take_slot(hub);
	s->generation = hub->slots[s->slot].generation;
	s->state = SESSION_NEW;
	s->since_ns = s->heard_ns = s->progress_ns = hub_now(hub);
	s->connected_ms = clock_wall_ms();
	hub->slots[s->slot].session = s;
	hub->session_count++;
	return s;
}

struct session *hub_connect(struct hub *hub, void *peer, const char *address, const uint8_t *cookie, int *why) {
	*why = APPCHAT__CLOSE_REASON__CLOSE_FULL;
	if (hub->shutting_down || hub->session_count >= hub->options.max_connections)
		return NULL;
	if (hub_address_banned(hub, address)) {
		*why = APPCHAT__CLOSE_REASON__CLOSE_BANNED;
		return NULL;
	}
	struct address *from = address_connect(hub, address);
	if (!from)
		return NULL;
	struct session *s = new_session(hub, from);
	s->peer = peer;
	if (cookie) {
		s->cookie = xmalloc(LIMIT_TOKEN);
		memcpy(s->cookie, cookie, LIMIT_TOKEN);
	}
	LOG(ROOM, DEBUG, "event=connect conn=%u address=%s", s->slot, address);
	return s;
}

static void free_session(struct session *s) {
	struct hub *hub = s->hub;
	hub->slots[s->slot].session = NULL;
	hub->slots[s->slot].generation++;
	hub->free_slots[hub->free_count++] = s->slot;
	hub->session_count--;
	LOG(ROOM, DEBUG, "event=gone conn=%u reason=%d", s->slot, s->reason);
	buf_free(&s->out);
	session_held(s, 0);
	free(s->follows);
	free(s->cookie);
	free(s);
}

void hub_reap(struct hub *hub) {
	while (hub->reap_first) {
		struct session *s = hub->reap_first;
		hub->reap_first = s->reap_next;
		free_session(s);
	}
}

struct session *hub_next_ready(struct hub *hub) {
	struct session *s = hub->ready_first;
	if (!s)
		return NULL;
	hub->ready_first = s->ready_next;
	if (!hub->ready_first)
		hub->ready_last = NULL;
	s->ready = false;
	return s;
}

struct session *hub_next_closing(struct hub *hub, unsigned *status, const char **text) {
	session_close_full(hub);
	struct session *s = hub->closing_first;
	if (!s)
		return NULL;
	hub->closing_first = s->closing_next;
	if (!hub->closing_first)
		hub->closing_last = NULL;
	s->closing = false;
	*status = close_reason_status(s->reason);
	*text = close_reason_text(s->reason);
	return s;
}

void hub_submit(struct hub *hub, struct store_op *op) {
	hub->operations++;
	store_submit(hub->store, op);
}

/* A commit's time and half as much, for the way there and back; falls slowly. */
static void note_commit(struct hub *hub) {
	uint64_t took = store_commit_ns(hub->store), lead = took + took / 2 + LEAD_LEAST_NS;
	if (lead > LEAD_MOST_NS)
		lead = LEAD_MOST_NS;
	uint64_t fallen = hub->commit_lead_ns - hub->commit_lead_ns / 16;
	hub->commit_lead_ns = lead > fallen ? lead : fallen;
}

void hub_drain(struct hub *hub) {
	struct bus_event event;
	note_commit(hub);
	store_drain(hub->store);
	hasher_drain(hub->hasher);
	while (bus_take(hub->bus, &event))
		room_take_event(hub, &event);
}

bool hub_busy(const struct hub *hub) {
	return hub->session_count || hub->operations;
}

void hub_shutdown(struct hub *hub, uint32_t retry_after_ms) {
	hub->shutting_down = true;
	for (uint32_t i = 0; i < hub->slot_count; i++)
		if (hub->slots[i].session)
			session_close(hub->slots[i].session, APPCHAT__CLOSE_REASON__CLOSE_SHUTDOWN, NULL, retry_after_ms);
}

const char *hub_banned(struct hub *hub, const char *kind, const char *what) {
	size_t len = strlen(kind);
	for (size_t i = 0; i < hub->ban_count; i++) {
		const struct store_ban *ban = &hub->bans[i];
		if (!strncmp(ban->what, kind, len) && !strcmp(ban->what + len, what) &&
			(!ban->until_ms || ban->until_ms > clock_wall_ms()))
			return ban->reason;
	}
	return NULL;
}

const char *hub_address_banned(struct hub *hub, const char *address) {
	return hub_banned(hub, "address:", address);
}

/* FNV-1a, 64 bits (public domain, Fowler, Noll, Vo), from a random start. */
uint64_t hub_hash(const struct hub *hub, const char *text) {
	uint64_t h = 0xcbf29ce484222325ull ^ hub->hash_seed;
	for (; *text; text++)
		h = (h ^ (uint8_t)*text) * 0x100000001b3ull;
	return h ? h : 1;
}

void hub_changed(struct hub *hub, uint64_t user) {
	hub->changed[hub->change_count++ % HUB_CHANGES] = user;
}

bool hub_changed_since(const struct hub *hub, uint64_t user, uint64_t count) {
	if (hub->change_count - count > HUB_CHANGES)
		return true;
	for (; count < hub->change_count; count++)
		if (hub->changed[count % HUB_CHANGES] == user)
			return true;
	return false;
}
