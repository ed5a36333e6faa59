/* Answers: one to each request, now or after a wait. */
#ifndef APPCHAT_SERVER_HANDLE_REPLY_H
#define APPCHAT_SERVER_HANDLE_REPLY_H

#include <stdint.h>

#include "proto/appchat.pb-c.h"
#include "server/room/session.h"
#include "server/store/store.h"

#define NO_MEMORY_MS 1000  /* then there may be some again */
#define PENDING_MAX 512   /* requests of one session that may wait for the store */

/* Who asked, kept while the store works. */
struct asker {
	struct hub *hub;
	struct session_ref ref;
	uint32_t request;
};

/* Remembers who asks; counted until asker_back(). */
struct asker asker_of(struct session *s, uint32_t request);
/* The wait is over: the session, or NULL when it is gone. Once for each asker_of(). */
struct session *asker_back(const struct asker *a);

/* Sends frame as the answer; its request field is set here. */
void reply(struct session *s, uint32_t request, Appchat__ServerFrame *frame);
/* The same, but it may go out together with what the room is about to send. */
void reply_with_events(struct session *s, uint32_t request, Appchat__ServerFrame *frame, struct room *room);
void reply_done(struct session *s, uint32_t request);
/* text NULL: the table's for this code. */
void reply_error(struct session *s, uint32_t request, Appchat__ErrorCode code, const char *text);
/* The operator does not let them in, and says this. */
void reply_banned(struct session *s, uint32_t request, const char *words);
void reply_retry(struct session *s, uint32_t request, Appchat__ErrorCode code, uint32_t retry_after_ms);
/* What went wrong in the store, for results that are errors. */
void reply_store_error(struct session *s, uint32_t request, enum store_result result);

#endif
