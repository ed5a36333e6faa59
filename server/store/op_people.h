/* Operations about guests, accounts and their sessions. */
#ifndef APPCHAT_SERVER_STORE_OP_PEOPLE_H
#define APPCHAT_SERVER_STORE_OP_PEOPLE_H

#include "server/store/op.h"

/* A room this user is in. */
struct store_membership {
	uint64_t room;
	uint64_t read_seq;
};

struct store_user {
	uint64_t id;
	char name[STORE_NAME_MAX];     /* empty: a guest whose name was given to another */
	bool guest;
};

/* A new guest, or (user != 0) a new name for a guest that lost its own. The
 * name is free when nobody has its key, or when a guest has it who is not in
 * use: last seen before hold_before_ms (that it is not connected either, the
 * caller knows). A guest whose name is taken over keeps its row without a
 * name. Joins the rooms that all join (#lobby). A new session's token that is in
 * use is the same request again if it is this name's, and changes nothing; else CONFLICT. */
struct store_guest {
	struct store_op op;
	uint64_t user;
	char name[STORE_NAME_MAX];
	char key[STORE_KEY_MAX];
	uint64_t hold_before_ms;
	uint8_t token_hash[STORE_HASH_BYTES];   /* of the new session; ignored when user != 0 */
	char client[64], address[64];
	/* out */
	struct store_user as;
	uint64_t session;
	struct store_membership *rooms;   /* malloc'd */
	size_t room_count;
	uint64_t evicted_user;            /* the guest that lost this name, 0: none */
};

/* An account: new (user == 0), or made of the guest `user` with all it has; then
 * an empty name keeps the guest's. */
struct store_sign_up {
	struct store_op op;
	uint64_t user;
	char name[STORE_NAME_MAX];
	char key[STORE_KEY_MAX];
	char password[STORE_PASSWORD_MAX];
	uint64_t hold_before_ms;
	uint8_t token_hash[STORE_HASH_BYTES];   /* of the new session, when user == 0 */
	char client[64], address[64];
	/* out, as store_guest */
	struct store_user as;
	uint64_t session;
	struct store_membership *rooms;
	size_t room_count;
	uint64_t evicted_user;
};

/* A session of a user who signed in by password; its token as in store_guest.
 * Those beyond `max` end, least lately seen first. */
struct store_session_new {
	struct store_op op;
	uint64_t user;
	uint8_t token_hash[STORE_HASH_BYTES];
	char client[64], address[64];
	uint32_t max;
	/* out */
	struct store_user as;
	uint64_t session;
	struct store_membership *rooms;
	uint64_t *ended;                  /* malloc'd: the sessions that made room; close their connections */
	size_t room_count, ended_count;
};

/* Ends a session: its token is void. A guest that signs out of its last
 * session gives its name back. NOT_FOUND when it is not this user's. */
struct store_session_end {
	struct store_op op;
	uint64_t user, session;
};

/* The session was in use just now; written when it connects and leaves. */
struct store_seen {
	struct store_op op;
	uint64_t user, session, time_ms;
};
/* Who holds this token? NOT_FOUND: nobody (any more). */
struct store_session_find {
	struct store_op op;
	uint8_t token_hash[STORE_HASH_BYTES];
	/* out */
	struct store_user as;
	uint64_t session;
	struct store_membership *rooms;
	size_t room_count;
};
/* Whose name is this? For signing in. */
struct store_user_find {
	struct store_op op;
	char key[STORE_KEY_MAX];
	/* out */
	struct store_user as;
	uint64_t seen_ms;
	char password[STORE_PASSWORD_MAX];  /* empty for a guest */
};

struct store_session_row {
	uint64_t id, created_ms, seen_ms;
	char client[64], address[64];
};
struct store_sessions {
	struct store_op op;
	uint64_t user;
	/* out */
	struct store_session_row *rows;     /* malloc'd, newest first */
	size_t count;
};

#endif
