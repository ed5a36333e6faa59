/* What all ways of becoming somebody have in common. */
#ifndef APPCHAT_SERVER_HANDLE_SIGNED_IN_H
#define APPCHAT_SERVER_HANDLE_SIGNED_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/appchat.pb-c.h"
#include "proto/limits.h"
#include "server/store/store.h"

struct hub;
struct room;
struct person;
struct session;

/* The session becomes this user's: attached, signed in, and an older
 * connection of the same instance is replaced. rooms is borrowed. False: the
 * user has too many connections, and this one was closed. */
bool signed_in(struct session *s, const struct store_user *user, uint64_t session,
	const struct store_membership *rooms, size_t count);

/* What is stored about this user is now this: told to the person, when here. */
void user_changed(struct hub *hub, const struct store_user *user);

/* The token of a session to be: the one that the client chose, or else a new
 * one; *chosen says which. False: it cannot be one, which was answered. */
bool token_of(struct session *s, uint32_t request, const ProtobufCBinaryData *in, uint8_t token[LIMIT_TOKEN], bool *chosen);
/* The store would not make this person: says why. */
void sign_in_refused(struct session *s, uint32_t request, enum store_result result);

/* A SignedIn message of what the session is now; release with signed_in_free(). token: 32 bytes or NULL. */
Appchat__SignedIn *signed_in_message(struct session *s, const uint8_t *token);
void signed_in_free(Appchat__SignedIn *m);

/* Answers with SignedIn. */
void signed_in_reply(struct session *s, uint32_t request, const uint8_t *token);

/* Fills in the state of a room as this person sees it; borrows from both. */
void room_state(Appchat__RoomState *out, const struct room *room, const struct person *p);

/* The ban on this user's name, NULL when there is none. */
const char *name_banned(struct hub *hub, const char *name);

#endif
