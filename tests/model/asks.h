/* Requests as the model sends them: the frame, and what is to be remembered until it is answered. */
#ifndef APPCHAT_TESTS_MODEL_ASKS_H
#define APPCHAT_TESTS_MODEL_ASKS_H

#include "tests/model/visit.h"

/* Which cursors a Follow has. */
enum { CURSORS_RIGHT, CURSORS_OLD, CURSORS_ZERO, CURSORS_AHEAD, CURSORS_EPOCH, CURSORS_KINDS };

void ask_hello(struct model *m, struct visit *v);
void ask_claim(struct model *m, struct visit *v, uint32_t name);
/* name 0: a guest becomes an account under the name it has. */
void ask_sign_up(struct model *m, struct visit *v, uint32_t name);
void ask_sign_in(struct model *m, struct visit *v, bool wrong);
void ask_sign_out(struct model *m, struct visit *v);
void ask_sessions(struct model *m, struct visit *v);
/* token: one of this human's; -1: a session that is somebody else's. */
void ask_revoke(struct model *m, struct visit *v, int token);

void ask_create(struct model *m, struct visit *v, uint32_t room, const char *topic);
void ask_join(struct model *m, struct visit *v, uint32_t room, bool by_name);
void ask_leave(struct model *m, struct visit *v, uint32_t room);
void ask_rooms(struct model *m, struct visit *v, uint32_t limit);
void ask_members(struct model *m, struct visit *v, uint32_t room, uint32_t limit);
/* NO_ROOM: all rooms this visit is in. */
void ask_follow(struct model *m, struct visit *v, uint32_t room, unsigned cursors);
/* Sends a variant of a slot, be it a message or a topic. */
void ask_send(struct model *m, struct visit *v, uint32_t slot, uint32_t variant);
void ask_history(struct model *m, struct visit *v, uint32_t room, bool forward, uint64_t at, uint32_t limit);
void ask_mark_read(struct model *m, struct visit *v, uint32_t room, uint64_t seq);
void ask_ping(struct model *m, struct visit *v);
void ask_stats(struct model *m, struct visit *v);

#endif
