/* Rooms and followers. Followers are an array that is walked from the end by
 * the fan-out: whoever is removed is replaced by the last, who was served. */
#include "server/room/room.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "server/bus/bus.h"
#include "server/room/fanout.h"
#include "server/room/hub_state.h"
#include "server/room/kept.h"

#define LOGS_MAX (256u * 1024 * 1024)   /* bytes of events in memory, all rooms */
#define LOG_LEAST (32 * 1024)           /* but each room this much */

/* What is no UTF-8 stays as it is. */
static char *fold(const char *name) {
	const utf8proc_option_t how = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK;
	utf8proc_uint8_t *folded = NULL;
	return utf8proc_map((const utf8proc_uint8_t *)name, 0, &folded, how) < 0 ? xstrdup(name) : (char *)folded;
}

/* Is the room listed behind this name? */
static bool is_behind(const struct room *room, const char *name, const char *folded) {
	int order = strverscmp(room->folded, folded);
	return order ? order > 0 : strcmp(room->name, name) > 0;
}

size_t room_place(const struct hub *hub, const char *name) {
	size_t low = 0, high = hub->room_count;
	char *folded = fold(name);
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (is_behind(hub->rooms_by_name[mid], name, folded))
			high = mid;
		else
			low = mid + 1;
	}
	free(folded);
	return low;
}

struct room *room_add(struct hub *hub, const struct store_room *r) {
	struct room *room = xcalloc(1, sizeof *room);
	room->id = r->id;
	memcpy(room->name, r->name, sizeof room->name);
	memcpy(room->key, r->key, sizeof room->key);
	room->folded = fold(room->name);
	room->topic = r->topic ? r->topic : xstrdup("");
	room->maker = r->maker;
	room->epoch = r->epoch;
	room->head = room->sent = r->head;
	room->floor = r->floor ? r->floor : 1;
	if (hub->room_count == hub->room_cap) {
		hub->room_cap = hub->room_cap ? 2 * hub->room_cap : 64;
		hub->rooms_by_name = xrealloc(hub->rooms_by_name, hub->room_cap * sizeof *hub->rooms_by_name);
	}
	struct room **at = hub->rooms_by_name + room_place(hub, room->name);
	memmove(at + 1, at, (size_t)(hub->rooms_by_name + hub->room_count - at) * sizeof *at);
	*at = room;
	hub->room_count++;
	map_put(&hub->rooms, room->id, room);
	map_put(&hub->rooms_by_key, hub_hash(hub, room->key), room);
	return room;
}

struct room *room_by_id(struct hub *hub, uint64_t id) {
	return map_get(&hub->rooms, id);
}

struct room *room_by_key(struct hub *hub, const char *key) {
	struct room *room = map_get(&hub->rooms_by_key, hub_hash(hub, key));
	return room && !strcmp(room->key, key) ? room : NULL;
}

void room_forget_batches(struct room *room) {
	buf_free(&room->batch);
	if (room->kept)
		kept_free(room->kept);
	free(room->kept);
	room->kept = NULL;
}

void room_free(struct room *room) {
	roomlog_free(&room->log);
	room_forget_batches(room);
	free(room->followers);
	free(room->people);
	free(room->topic);
	free(room->folded);
	free(room);
}

size_t room_log_share(const struct hub *hub) {
	size_t share = LOGS_MAX / (hub->room_count + 1);
	return share > ROOMLOG_MAX ? ROOMLOG_MAX : share < LOG_LEAST ? LOG_LEAST : share;
}

void room_take_event(struct hub *hub, struct bus_event *event) {
	struct room *room = room_by_id(hub, event->room);
	if (room && event->seq == room->head + 1) {
		roomlog_append(&room->log, event->seq, event->bytes, event->len, room_log_share(hub));
		room->head = event->seq;
		hub->counts.messages++;
		if (event->topic) {
			free(room->topic);
			room->topic = event->topic;
			event->topic = NULL;
		}
		fanout_due(hub, room);
	}
	free(event->bytes);
	free(event->topic);
}

static struct follow *find_follow(struct session *s, const struct room *room) {
	for (uint32_t i = 0; i < s->follow_count; i++)
		if (s->follows[i].room == room)
			return &s->follows[i];
	return NULL;
}

const struct follow *room_follow_of(struct session *s, const struct room *room) {
	return find_follow(s, room);
}

struct follower *room_follower(struct session *s, const struct room *room) {
	struct follow *f = find_follow(s, room);
	return f ? &f->room->followers[f->index] : NULL;
}

static struct follower *add_follower(struct session *s, struct room *room) {
	if (room->follower_count == room->follower_cap) {
		room->follower_cap = room->follower_cap ? 2 * room->follower_cap : 8;
		room->followers = xrealloc(room->followers, room->follower_cap * sizeof *room->followers);
	}
	if (s->follow_count == s->follow_cap) {
		s->follow_cap = s->follow_cap ? 2 * s->follow_cap : 2;
		s->follows = xrealloc(s->follows, s->follow_cap * sizeof *s->follows);
	}
	s->follows[s->follow_count++] = (struct follow){room, room->follower_count};
	struct follower *f = &room->followers[room->follower_count++];
	f->session = s;
	return f;
}

void room_follow(struct session *s, struct room *room, uint64_t after) {
	struct follower *f = room_follower(s, room);
	if (!f)
		f = add_follower(s, room);
	/* Behind `sent`: filled. At it: the next fan-out. Ahead (the client has read
	 * what rests until then): filled after that fan-out. */
	f->cursor = after;
	if (f->cursor < room->sent)
		session_ready(s);
}

void room_unfollow(struct session *s, struct room *room) {
	struct follow *f = find_follow(s, room);
	if (!f)
		return;
	if (s->out.len)
		session_ready(s);   /* no fan-out will take it along */
	uint32_t hole = f->index, last = --room->follower_count;
	*f = s->follows[--s->follow_count];
	if (hole != last) {
		room->followers[hole] = room->followers[last];
		find_follow(room->followers[hole].session, room)->index = hole;
	}
	if (room->batch_left > room->follower_count)
		room->batch_left = room->follower_count;
}
