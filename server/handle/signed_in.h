/* What all ways of becoming somebody have in common. */
#ifndef APPCHAT_SERVER_HANDLE_SIGNED_IN_H
#define APPCHAT_SERVER_HANDLE_SIGNED_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/appchat.pb-c.h"
#include "server/store/store.h"

struct room;
struct person;
struct session;

/* The session becomes this user's: attached, signed in, and an older
 * connection of the same instance is replaced. rooms is borrowed. False: the
 * user has too many connections, and this one was closed. */
bool signed_in(struct session *s, const struct store_user *user, uint64_t session,
	const struct store_membership *rooms, size_t count);

/* A SignedIn message of what the session is now; release with signed_in_free(). token: 32 bytes or NULL. */
Appchat__SignedIn *signed_in_message(struct session *s, const uint8_t *token);
void signed_in_free(Appchat__SignedIn *m);

/* Answers with SignedIn. */
void signed_in_reply(struct session *s, uint32_t request, const uint8_t *token);

/* Fills in the state of a room as this person sees it; borrows from both. */
void room_state(Appchat__RoomState *out, const struct room *room, const struct person *p);

/* The ban on this user's name, NULL when there is none. */
const char *name_banned(struct session *s, const char *name);

#endif
