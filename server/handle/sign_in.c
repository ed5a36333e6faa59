/* Signing in by password: find the user, verify off the loop, make a session. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "server/handle/names.h"
#include "server/handle/reply.h"
#include "server/handle/sessions.h"
#include "server/handle/signed_in.h"
#include "server/handle/table.h"
#include "server/handle/token.h"
#include "server/room/address.h"
#include "server/room/hasher.h"
#include "server/room/hub_state.h"

struct sign_in_op {
	struct store_user_find find;
	struct hash_job job;
	struct store_session_new fresh;
	struct asker asker;
	uint8_t token[LIMIT_TOKEN];
	bool chosen;           /* the client has the token already */
};

#define OP_OF(pointer, field) ((struct sign_in_op *)((char *)(pointer) - offsetof(struct sign_in_op, field)))

static void op_free(struct sign_in_op *i) {
	free(i->fresh.rooms);
	free(i->fresh.ended);
	sodium_memzero(i, sizeof *i);
	free(i);
}

static void give_up(struct sign_in_op *i, Appchat__ErrorCode code) {
	struct session *s = asker_back(&i->asker);
	if (s) {
		s->busy = false;
		reply_error(s, i->asker.request, code, NULL);
	}
	op_free(i);
}

static void session_made(struct store_op *op) {
	struct sign_in_op *i = OP_OF(op, fresh.op);
	if (op->result != STORE_OK && op->result != STORE_CONFLICT) {
		give_up(i, op->result == STORE_TEMPORARY ? APPCHAT__ERROR_CODE__ERROR_STORAGE : APPCHAT__ERROR_CODE__ERROR_CREDENTIALS);
		return;
	}
	struct session *s = asker_back(&i->asker);
	if (s) {
		s->busy = false;
		if (op->result != STORE_OK)
			sign_in_refused(s, i->asker.request, op->result);
		else if (signed_in(s, &i->fresh.as, i->fresh.session, i->fresh.rooms, i->fresh.room_count))
			signed_in_reply(s, i->asker.request, i->chosen ? NULL : i->token);
	}
	for (size_t n = 0; n < i->fresh.ended_count; n++)
		sessions_close(i->asker.hub, i->fresh.user, i->fresh.ended[n], APPCHAT__CLOSE_REASON__CLOSE_REVOKED);
	op_free(i);
}

static void verified(struct hash_job *job) {
	struct sign_in_op *i = OP_OF(job, job);
	struct session *s = session_get(i->asker.hub, i->asker.ref);
	if (!s || !job->ok || !i->find.password[0]) {
		give_up(i, APPCHAT__ERROR_CODE__ERROR_CREDENTIALS);
		return;
	}
	i->fresh.op.kind = STORE_SESSION_NEW;
	i->fresh.op.done = session_made;
	i->fresh.user = i->find.as.id;
	i->fresh.max = LIMIT_SESSIONS_PER_USER;
	token_hash(i->token, i->fresh.token_hash);
	memcpy(i->fresh.client, s->client, sizeof i->fresh.client - 1);
	memcpy(i->fresh.address, s->from->text, sizeof s->from->text);
	sessions_seen(i->asker.hub, i->fresh.user);   /* so that connected ones end last */
	store_submit(i->asker.hub->store, &i->fresh.op);   /* counted since the beginning */
}

/* An unknown name costs the same hashing as a known one, so time does not tell which there are. */
static void found(struct store_op *op) {
	struct sign_in_op *i = OP_OF(op, find.op);
	if (op->result == STORE_TEMPORARY) {
		give_up(i, APPCHAT__ERROR_CODE__ERROR_STORAGE);
		return;
	}
	if (op->result != STORE_OK)
		i->find.password[0] = 0;
	memcpy(i->job.hash, i->find.password, sizeof i->job.hash);
	i->job.done = verified;
	if (!hasher_submit(i->asker.hub->hasher, &i->job))
		give_up(i, APPCHAT__ERROR_CODE__ERROR_BUSY);
}

void handle_sign_in(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	const Appchat__SignIn *in = frame->sign_in;
	char name[STORE_NAME_MAX], key[STORE_KEY_MAX];
	uint8_t token[LIMIT_TOKEN];
	const char *banned;
	uint32_t wait_ms;
	bool chosen;
	size_t len = strlen(in->password);
	if (s->busy)
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_STATE, "Another sign-in is under way.");
	else if (name_check_user(in->name, name, key) != NAME_OK || !len || len > LIMIT_PASSWORD)
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_CREDENTIALS, NULL);
	else if ((banned = hub_banned(s->hub, "name:", key)))
		reply_banned(s, request, banned);
	else if (!address_may_try(s->hub, s->from, key, &wait_ms))
		reply_retry(s, request, APPCHAT__ERROR_CODE__ERROR_RATE, wait_ms);
	else if (token_of(s, request, &in->token, token, &chosen)) {
		struct sign_in_op *i = xcalloc(1, sizeof *i);
		i->find.op.kind = STORE_USER_FIND;
		i->find.op.done = found;
		memcpy(i->find.key, key, sizeof key);
		memcpy(i->job.password, in->password, len + 1);
		memcpy(i->token, token, sizeof i->token);
		sodium_memzero(token, sizeof token);
		i->chosen = chosen;
		i->asker = asker_of(s, request);
		s->busy = true;
		hub_submit(s->hub, &i->find.op);
	}
}
