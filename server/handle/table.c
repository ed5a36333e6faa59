/* The rows; a unit test holds them against appchat.proto. */
#include "server/handle/table.h"

#include "proto/limits.h"
#include "server/room/session.h"

#define IN SESSION_SIGNED_IN
#define ROW(NAME, name, states, roles, bytes, cost) \
	[APPCHAT__CLIENT_FRAME__BODY_##NAME] = {#name, handle_##name, states, roles, bytes, cost}

static const struct request_row rows[] = {
	ROW(HELLO,          hello,          SESSION_NEW,        ROLE_NOBODY,  LIMIT_FRAME_EARLY, 1),
	ROW(CLAIM,          claim,          SESSION_HELLO | IN, ROLE_NOBODY | ROLE_GUEST, LIMIT_FRAME_EARLY, 4),
	ROW(SIGN_UP,        sign_up,        SESSION_HELLO | IN, ROLE_NOBODY | ROLE_GUEST, LIMIT_FRAME_EARLY, 10),
	ROW(SIGN_IN,        sign_in,        SESSION_HELLO,      ROLE_NOBODY,  LIMIT_FRAME_EARLY, 10),
	ROW(SIGN_OUT,       sign_out,       IN,                 ROLE_PEOPLE,  LIMIT_FRAME_EARLY, 1),
	ROW(LIST_SESSIONS,  list_sessions,  IN,                 ROLE_PEOPLE,  LIMIT_FRAME_EARLY, 4),
	ROW(REVOKE_SESSION, revoke_session, IN,                 ROLE_PEOPLE,  LIMIT_FRAME_EARLY, 4),
	ROW(CREATE_ROOM,    create_room,    IN,                 ROLE_PEOPLE,  LIMIT_FRAME_EARLY, 20),
	ROW(LIST_ROOMS,     list_rooms,     IN,                 ROLE_PEOPLE,  LIMIT_FRAME_EARLY, 10),
	ROW(JOIN_ROOM,      join_room,      IN,                 ROLE_PEOPLE,  LIMIT_FRAME_EARLY, 4),
	ROW(LEAVE_ROOM,     leave_room,     IN,                 ROLE_PEOPLE,  LIMIT_FRAME_EARLY, 4),
	ROW(SET_TOPIC,      set_topic,      IN,                 ROLE_PEOPLE,  LIMIT_FRAME_EARLY, 4),
	ROW(FOLLOW,         follow,         IN,                 ROLE_PEOPLE,  LIMIT_FRAME, 2),
	ROW(SEND,           send,           IN,                 ROLE_PEOPLE,  LIMIT_FRAME, 1),
	ROW(HISTORY,        history,        IN,                 ROLE_PEOPLE,  LIMIT_FRAME_EARLY, 4),
	ROW(MEMBERS,        members,        IN,                 ROLE_PEOPLE,  LIMIT_FRAME_EARLY, 4),
	ROW(MARK_READ,      mark_read,      IN,                 ROLE_PEOPLE,  LIMIT_FRAME_EARLY, 1),
	ROW(PING,           ping,           SESSION_HELLO | IN, ROLE_ANYBODY, LIMIT_FRAME_EARLY, 1),
	ROW(STATS,          stats,          IN,                 ROLE_PEOPLE,  LIMIT_FRAME_EARLY, 5),
};

const struct request_row *request_row(Appchat__ClientFrame__BodyCase body) {
	if ((size_t)body >= sizeof rows / sizeof *rows || !rows[body].handle)
		return NULL;
	return &rows[body];
}
