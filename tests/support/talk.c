#include "tests/support/talk.h"

#include <unistd.h>

#include "proto/base/uuid.h"
#include "server/room/hub_state.h"

size_t guy_count(const struct guy *g, Appchat__ServerFrame__BodyCase body) {
	size_t n = 0;
	for (size_t i = 0; i < g->count; i++)
		n += g->frames[i]->body_case == body;
	return n;
}

size_t guy_errors(const struct guy *g, Appchat__ErrorCode code) {
	size_t n = 0;
	for (size_t i = 0; i < g->count; i++)
		n += guy_code(g->frames[i]) == code;
	return n;
}

void guy_settle(struct guy *g) {
	for (int i = 0; i < 5000 && (g->world->hub->operations || i < 3); i++) {
		world_turn(g->world, &g, 1);
		usleep(500);
	}
}

void guy_text(struct guy *g, const char *text) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Send send = APPCHAT__SEND__INIT;
	uint8_t id[16];
	uuid7(id);
	send.room = 1;
	send.text = (char *)text;
	send.client_msg_id = (ProtobufCBinaryData){16, id};
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_SEND;
	frame.send = &send;
	guy_say(g, &frame);
}

void guy_ask(struct guy *g, Appchat__ClientFrame__BodyCase body, void *message) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	frame.body_case = body;
	frame.ping = message;
	guy_say(g, &frame);
}
