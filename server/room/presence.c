/* Latest value only: a session that has answers waiting misses this count and gets a later one. */
#include "server/room/presence.h"

#include "server/room/hub_state.h"

static void push(struct room *room) {
	Appchat__Presence presence = APPCHAT__PRESENCE__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	presence.room = room->id;
	presence.online = room->people_count;
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_PRESENCE;
	frame.presence = &presence;
	bool missed = false;
	for (uint32_t i = 0; i < room->follower_count; i++) {
		struct session *s = room->followers[i].session;
		if (s->waits || s->out.len)
			missed = true;
		else
			session_send(s, &frame);
	}
	room->presence_due = missed;
}

void presence_tick(struct hub *hub) {
	for (size_t i = 0; i < hub->room_count; i++) {
		struct room *room = hub->rooms_by_name[i];
		if (!room->presence_due || hub->now_ns < room->presence_next_ns)
			continue;
		push(room);
		room->presence_next_ns = hub->now_ns + 1000000000ull * room->follower_count / PRESENCE_PER_SECOND;
	}
}
