/* The operator's view: figures, rows of clients and rooms, kick, announce, backup. */
#include "server/handle/operator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "server/handle/names.h"
#include "server/room/address.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"

void operator_stats(struct hub *hub, struct hub_stats *out) {
	struct store_stats store;
	uint64_t now = hub_now(hub);
	store_get_stats(hub->store, &store);
	*out = (struct hub_stats){
		.clients = hub->session_count, .people = (uint32_t)hub->people.count, .rooms = (uint32_t)hub->room_count,
		.messages_per_second = hub->messages_per_second, .deliveries_per_second = hub->deliveries_per_second,
		.batch = hub->batch, .pace_ms = hub->pace_ms, .cpu_percent = hub->cpu_percent,
		.rss_bytes = clock_rss_bytes(), .uptime_seconds = (now - hub->started_ns) / 1000000000u,
		.cpu_ms = clock_cpu_ns() / 1000000u, .messages = hub->counts.messages, .deliveries = hub->counts.deliveries,
		.store_queued = store.queued, .store_batch = store.batch, .commit_ms = (double)store.commit_ns / 1e6,
		.store_refusing = store.refusing,
	};
	for (uint32_t i = 0; i < hub->slot_count; i++) {
		const struct session *s = hub->slots[i].session;
		out->signed_in += s && s->state == SESSION_SIGNED_IN;
		out->lagging += s && s->waits;
	}
}

static uint64_t behind(const struct session *s) {
	uint64_t sum = 0;
	for (uint32_t i = 0; i < s->follow_count; i++) {
		const struct room *room = s->follows[i].room;
		sum += room->head - room->followers[s->follows[i].index].cursor;
	}
	return sum;
}

bool operator_client(struct hub *hub, uint32_t *at, struct client_row *out) {
	while (*at < hub->slot_count && !hub->slots[*at].session)
		++*at;
	if (*at >= hub->slot_count)
		return false;
	const struct session *s = hub->slots[(*at)++].session;
	*out = (struct client_row){
		.connection = s->slot, .name = s->person ? s->person->user.name : "", .address = s->from ? s->from->text : "",
		.client = s->client, .guest = s->person && s->person->user.guest, .signed_in = s->state == SESSION_SIGNED_IN,
		.lagging = s->waits, .connected_ms = s->connected_ms, .behind = behind(s),
		.idle_seconds = (hub_now(hub) - s->heard_ns) / 1000000000u,
	};
	return true;
}

bool operator_room(struct hub *hub, uint32_t *at, struct room_row *out) {
	if (*at >= hub->room_count)
		return false;
	const struct room *room = hub->rooms_by_name[(*at)++];
	*out = (struct room_row){
		.id = room->id, .name = room->name, .topic = room->topic, .online = room->people_count,
		.followers = room->follower_count, .head = room->head, .log_bytes = room->log.cap,
	};
	return true;
}

static bool is_named(const struct session *s, const char *key) {
	char name[STORE_NAME_MAX], own[STORE_KEY_MAX];
	return s->person && name_check_user(s->person->user.name, name, own) == NAME_OK && !strcmp(own, key);
}

uint32_t operator_close(struct hub *hub, enum who_kind kind, const char *who, bool banned, const char *text) {
	Appchat__CloseReason reason = banned ? APPCHAT__CLOSE_REASON__CLOSE_BANNED : APPCHAT__CLOSE_REASON__CLOSE_KICKED;
	char name[STORE_NAME_MAX], key[STORE_KEY_MAX], address[ADDRESS_TEXT];
	uint32_t count = 0;
	if (kind == WHO_NAME ? name_check_user(who, name, key) != NAME_OK : !address_plain(who, address))
		return 0;
	for (uint32_t i = 0; i < hub->slot_count; i++) {
		struct session *s = hub->slots[i].session;
		if (!s || !s->from || s->state == SESSION_CLOSING)
			continue;
		if (kind == WHO_NAME ? !is_named(s, key) : strcmp(s->from->text, address) != 0)
			continue;
		session_send_away(s, reason, text);
		count++;
	}
	return count;
}

uint32_t operator_kick(struct hub *hub, const char *who, const char *text) {
	return operator_close(hub, name_is_address(who) ? WHO_ADDRESS : WHO_NAME, who, false, text);
}

uint32_t operator_announce(struct hub *hub, const char *text) {
	Appchat__Notice notice = APPCHAT__NOTICE__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	uint32_t count = 0;
	notice.text = (char *)text;
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_NOTICE;
	frame.notice = &notice;
	for (uint32_t i = 0; i < hub->slot_count; i++) {
		struct session *s = hub->slots[i].session;
		if (!s || s->state != SESSION_SIGNED_IN)
			continue;
		session_send(s, &frame);
		count++;
	}
	return count;
}

struct backup_op {
	struct store_backup backup;
	struct hub *hub;
	operator_done *done;
	void *arg;
};

static void backup_done(struct store_op *op) {
	struct backup_op *b = (struct backup_op *)op;
	b->hub->operations--;
	b->done(b->arg, op->result == STORE_OK ? NULL : b->backup.error, b->backup.bytes);
	free(b);
}

void operator_backup(struct hub *hub, const char *path, operator_done *done, void *arg) {
	struct backup_op *b = xcalloc(1, sizeof *b);
	b->hub = hub;
	b->done = done;
	b->arg = arg;
	b->backup.op.kind = STORE_BACKUP;
	b->backup.op.done = backup_done;
	snprintf(b->backup.path, sizeof b->backup.path, "%s", path);
	hub_submit(hub, &b->backup.op);
}
