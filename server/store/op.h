/* Operations of the store: what all have in common. */
#ifndef APPCHAT_SERVER_STORE_OP_H
#define APPCHAT_SERVER_STORE_OP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_HASH_BYTES 32     /* BLAKE2b of a session token */
#define STORE_UUID_BYTES 16
#define STORE_NAME_MAX 128      /* bytes of a user's or room's name, NUL included */
#define STORE_KEY_MAX 256       /* bytes of a name's look-alike key, NUL included */
#define STORE_PASSWORD_MAX 160  /* bytes of a hashed password, NUL included */

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
	uint64_t by_ns;          /* a write may wait for others until then; 0: it may not */
	struct store_op *next;   /* the store's */
};

/* Owned bytes: malloc'd by the store for outputs; the submitter frees. */
struct store_bytes {
	uint8_t *data;
	size_t len;
};

#endif
