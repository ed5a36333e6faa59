/*
 * The table of requests: one row for each field of ClientFrame's oneof, with
 * all that is checked before its handler runs. A handler is called after its
 * field; it gets the whole frame, borrowed for the call.
 */
#ifndef APPCHAT_SERVER_HANDLE_TABLE_H
#define APPCHAT_SERVER_HANDLE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "proto/appchat.pb-c.h"

struct session;

enum role { ROLE_NOBODY = 1, ROLE_GUEST = 2, ROLE_ACCOUNT = 4 };
#define ROLE_ANYBODY (ROLE_NOBODY | ROLE_GUEST | ROLE_ACCOUNT)
#define ROLE_PEOPLE (ROLE_GUEST | ROLE_ACCOUNT)

typedef void handler(struct session *s, uint32_t request, const Appchat__ClientFrame *frame);

struct request_row {
	const char *name;     /* of the field in appchat.proto */
	handler *handle;
	unsigned states;      /* enum session_state, or'ed */
	unsigned roles;       /* enum role, or'ed */
	size_t max_bytes;     /* of the frame */
	uint32_t cost;        /* of REQUEST_RATE */
};

#define REQUEST_BURST 400   /* a bucket for all requests of a session... */
#define REQUEST_RATE 100    /* ...refilled at this rate per second */

/* NULL: no such request. */
const struct request_row *request_row(Appchat__ClientFrame__BodyCase body);

handler handle_hello, handle_claim, handle_sign_up, handle_sign_in, handle_sign_out,
	handle_list_sessions, handle_revoke_session, handle_create_room, handle_list_rooms,
	handle_join_room, handle_leave_room, handle_set_topic, handle_follow, handle_send,
	handle_history, handle_members, handle_mark_read, handle_ping, handle_stats;

#endif
