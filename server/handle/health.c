/* Ping and figures. */
#include <stdlib.h>

#include "proto/base/clock.h"
#include "server/handle/operator.h"
#include "server/handle/reply.h"
#include "server/handle/table.h"
#include "server/room/hub_state.h"

void handle_ping(struct session *s, uint32_t request, const Appchat__ClientFrame *in) {
	Appchat__Pong pong = APPCHAT__PONG__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	Appchat__Head *heads = xcalloc(s->follow_count, sizeof *heads);
	pong.head = xcalloc(s->follow_count, sizeof *pong.head);
	pong.n_head = s->follow_count;
	pong.time_ms = clock_wall_ms();
	if (in->ping->active)
		s->active = in->ping->active;
	for (uint32_t i = 0; i < s->follow_count; i++) {
		const struct room *room = s->follows[i].room;
		appchat__head__init(&heads[i]);
		heads[i].room = room->id;
		heads[i].head = room->head;
		heads[i].sent = room->followers[s->follows[i].index].cursor;
		pong.head[i] = &heads[i];
	}
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_PONG;
	frame.pong = &pong;
	reply(s, request, &frame);
	free(pong.head);
	free(heads);
}

void handle_stats(struct session *s, uint32_t request, const Appchat__ClientFrame *in) {
	(void)in;
	struct hub_stats stats;
	Appchat__ServerStats m = APPCHAT__SERVER_STATS__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	operator_stats(s->hub, &stats);
	m.cpu_percent = stats.cpu_percent;
	m.rss_bytes = stats.rss_bytes;
	m.uptime_seconds = stats.uptime_seconds;
	m.clients = stats.clients;
	m.rooms = stats.rooms;
	m.messages_per_second = stats.messages_per_second;
	m.deliveries_per_second = stats.deliveries_per_second;
	m.lagging = stats.lagging;
	m.cpu_ms = stats.cpu_ms;
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_SERVER_STATS;
	frame.server_stats = &m;
	reply(s, request, &frame);
}
