/*
 * The store: everything that survives the process.
 *
 * Operations are typed structs that complete asynchronously. The caller fills
 * the input fields and submits; a store thread runs the operation; the result
 * waits in a list until the loop calls store_drain(), which calls done().
 * Writes of all kinds go through one writer thread in the order they were
 * submitted and are committed in groups (done() only after the commit, synced
 * to disk). Reads run on reader threads and see every write completed before.
 *
 *   loop: store_submit(op) -> writer/reader thread -> wake() -> loop: store_drain() -> op->done(op)
 *
 * Nothing above may assume that a store answers at once or that this process
 * is its only writer. No SQL leaves this folder.
 */
#ifndef APPCHAT_SERVER_STORE_STORE_H
#define APPCHAT_SERVER_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_HASH_BYTES 32     /* BLAKE2b of a session token */
#define STORE_UUID_BYTES 16
#define STORE_NAME_MAX 128      /* bytes of a user's or room's name, NUL included */
#define STORE_KEY_MAX 256       /* bytes of a name's look-alike key, NUL included */
#define STORE_PASSWORD_MAX 160  /* bytes of a hashed password, NUL included */

struct store;

enum store_result {
	STORE_OK,
	STORE_DUPLICATE,   /* append: had been stored before, the outputs are the first one's */
	STORE_CONFLICT,    /* append: the id was used with another content */
	STORE_TAKEN,       /* the name, or one that looks like it, is somebody else's */
	STORE_NOT_FOUND,
	STORE_LIMIT,       /* one more than allowed */
	STORE_TEMPORARY,   /* disk full, I/O error: nothing was changed, may be retried */
};

enum store_kind {
	/* writes */
	STORE_APPEND, STORE_GUEST, STORE_SIGN_UP, STORE_SESSION_NEW, STORE_SESSION_END,
	STORE_SEEN, STORE_ROOM_NEW, STORE_JOIN, STORE_LEAVE, STORE_READ_MARK,
	STORE_BAN, STORE_UNBAN,
	/* reads */
	STORE_SESSION_FIND, STORE_USER_FIND, STORE_SESSIONS, STORE_RANGE, STORE_BACKUP,
	STORE_KINDS
};

struct store_op;
typedef void store_done(struct store_op *op);

/* First member of every operation. The submitter owns the memory again when
 * done() is called. */
struct store_op {
	enum store_kind kind;
	enum store_result result;
	store_done *done;        /* called by store_drain(), on the loop's thread */
	struct store_op *next;   /* the store's */
};

/* Owned bytes: malloc'd by the store for outputs; the submitter frees. */
struct store_bytes {
	uint8_t *data;
	size_t len;
};

/* Appends one event to a room's log. */
struct store_append {
	struct store_op op;
	uint64_t room;
	uint64_t user;
	uint8_t msg_id[STORE_UUID_BYTES];
	uint8_t content_hash[16];      /* of room and content: tells a retry from a conflict */
	const uint8_t *body;           /* encoded Event fields without seq and time_ms; borrowed until done() */
	size_t body_len;
	const char *topic;             /* not NULL: also becomes the room's topic; borrowed until done() */
	/* out */
	uint64_t seq;
	uint64_t time_ms;
	struct store_bytes event;      /* STORE_OK: field 2 of Events (tag, length, Event), ready to concatenate */
};

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
 * use: last seen before hold_before_ms and not listed as connected (the
 * caller checks that: see evict_user). A guest whose name is taken over keeps
 * its account without a name. Joins the rooms that all join (#lobby). */
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

/* An account: new (user == 0), or made of the guest `user` with its history,
 * rooms and sessions; then an empty name keeps the guest's. */
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

/* A session of a user who signed in by password. The oldest beyond `max` end. */
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
	size_t room_count;
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
	uint64_t user, session;
	uint64_t time_ms;
};

/* A new room with its first event (RoomCreated by this user), joined by its maker. */
struct store_room_new {
	struct store_op op;
	char name[STORE_NAME_MAX];
	char key[STORE_KEY_MAX];
	const char *topic;                /* borrowed until done() */
	uint64_t user;
	const uint8_t *body;              /* encoded RoomCreated event, as in store_append */
	size_t body_len;
	uint32_t max_rooms;               /* STORE_LIMIT beyond that many made by this user */
	/* out */
	uint64_t room;
	uint32_t epoch;
	uint64_t seq, time_ms;
	struct store_bytes event;
};

struct store_join {                       /* also STORE_LEAVE; both may be repeated */
	struct store_op op;
	uint64_t user, room;
	uint32_t max_rooms;               /* STORE_LIMIT beyond */
	uint64_t read_seq;                /* in: where reading starts; out: what is stored */
};

struct store_read_mark {                  /* only ever moves forward */
	struct store_op op;
	uint64_t user, room, seq;
};

/* A name's key or an address that may not sign in. */
struct store_ban {                        /* also STORE_UNBAN: NOT_FOUND when there is none */
	struct store_op op;
	char what[STORE_KEY_MAX];         /* "name:KEY" or "address:ADDRESS" */
	uint64_t until_ms;                /* 0: for good */
	char reason[256];
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

/* A run of a room's log, in rising order, as concatenated fields 2 of Events
 * (so also of HistoryPage). forward: from `from` up; else from `from` down. At
 * least one event if there is one, then as many as both bounds let in. */
struct store_range {
	struct store_op op;
	uint64_t room;
	uint64_t from;
	bool forward;
	uint32_t max_events;
	size_t max_bytes;
	/* out */
	struct store_bytes events;
	uint64_t first, last;               /* 0 when there is none */
	uint32_t count;
};

/* A consistent copy while everything goes on. The copy, once served, gives
 * every room a new epoch. */
struct store_backup {
	struct store_op op;
	char path[1024];                    /* must not exist */
	/* out */
	uint64_t bytes;
	char error[256];                    /* when the result is STORE_TEMPORARY */
};

/* A room as it stands when the store is opened. */
struct store_room {
	uint64_t id;
	char name[STORE_NAME_MAX];
	char key[STORE_KEY_MAX];
	char *topic;                        /* malloc'd */
	uint32_t epoch;
	uint64_t head, floor;
	uint64_t maker;
};

struct store_options {
	const char *dir;                    /* data directory, made (0700) when missing */
	void (*wake)(void *arg);            /* called from store threads: something to drain */
	void *wake_arg;
};

/* Opens, makes or migrates the store, with #lobby in it, and starts its
 * threads. NULL: err says what is wrong and what to do about it (a newer
 * version, no rights, another server running on it, ...). */
struct store *store_open(const struct store_options *options, char *err, size_t err_size);

/* Commits what was submitted, calls what done() remain, ends the threads, closes. */
void store_close(struct store *store);

/* Hands an operation over; it is the store's until done(). */
void store_submit(struct store *store, struct store_op *op);

/* Calls done() of every completed operation; returns how many. Loop's thread only. */
size_t store_drain(struct store *store);

/* All rooms, once, right after store_open(). The array and topics are the caller's. */
struct store_room *store_rooms(struct store *store, size_t *count);

/* All bans in force, once, right after store_open(): what, until, reason. Caller frees. */
struct store_ban *store_bans(struct store *store, size_t *count);

struct store_stats {
	uint64_t commits, appended;         /* since start */
	uint32_t queued;                    /* writes not committed yet */
	uint32_t batch;                     /* writes in the last commit */
	uint64_t commit_ns;                 /* what the last commit took */
	bool refusing;                      /* the last commit failed (disk full?) */
};
void store_get_stats(struct store *store, struct store_stats *out);

#endif
