/* Guests, accounts, passwords. Each way ends in signed_in(). */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/base/utf8.h"
#include "server/handle/names.h"
#include "server/handle/reply.h"
#include "server/handle/signed_in.h"
#include "server/handle/table.h"
#include "server/handle/token.h"
#include "server/room/address.h"
#include "server/room/hasher.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"

#define SECOND 1000000000ull
#define COMING_BACK_NS (60 * SECOND)

/* ---- checks they share ---- */

static bool one_at_a_time(struct session *s, uint32_t request) {
	if (s->busy)
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_STATE, "Another sign-in is under way.");
	return !s->busy;
}

/* Is somebody here, another than who asks, under this name? */
static bool is_here(const struct session *s, const char *key) {
	const struct person *holder = person_by_key(s->hub, key);
	return holder && holder != s->person;
}

/* again: it may be the holder's own request once more; the store knows. */
static bool good_name(struct session *s, uint32_t request, const char *in, bool again, char *name, char *key) {
	enum name_result result = name_check_user(in, name, key);
	if (result != NAME_OK) {
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_NAME_INVALID, name_explain(result));
		return false;
	}
	if (!again && is_here(s, key)) {   /* whenever the store last heard of it */
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_NAME_TAKEN, NULL);
		return false;
	}
	const char *banned = hub_banned(s->hub, "name:", key);
	if (banned)
		reply_banned(s, request, banned);
	return !banned;
}

static bool good_password(struct session *s, uint32_t request, const char *password) {
	size_t len = strlen(password);
	if (len > LIMIT_PASSWORD)
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_TOO_LARGE, "A password has at most 1024 bytes.");
	else if (utf8_count(password) < LIMIT_PASSWORD_MIN)
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_PASSWORD_WEAK, NULL);
	else
		return true;
	return false;
}

/* cost: 1 for a guest's name, more for one that is kept for ever. */
static bool may_claim(struct session *s, uint32_t request, uint32_t cost) {
	uint32_t wait_ms;
	if (address_may_name(s->hub, s->from, cost, &wait_ms))
		return true;
	reply_retry(s, request, APPCHAT__ERROR_CODE__ERROR_RATE, wait_ms);
	return false;
}

/* A guest not seen since then may lose the name. Nobody does who is here; nor,
 * right after a start or when this process stood still, who was: they are on
 * their way back. Nor when the clock was set ahead: for how long they are gone is not known. */
static uint64_t hold_before(struct session *s, const char *key) {
	struct hub *hub = s->hub;
	uint64_t now = clock_wall_ms(), hold = hub->options.guest_hold_seconds;
	if (is_here(s, key) || hub->now_ns - hub->started_ns < COMING_BACK_NS || hub_stood_still(hub) ||
		wallclock_jumped(&hub->wallclock, hold))
		return 0;
	return now > hold * 1000 ? now - hold * 1000 : 0;
}

static void copy_text(char *out, size_t size, const char *text) {
	size_t len = utf8_cut(text, size - 1);
	memcpy(out, text, len);
	out[len] = 0;
}

/* ---- guests ---- */

struct claim_op {
	struct store_guest guest;
	struct asker asker;
	uint8_t token[LIMIT_TOKEN];
	bool chosen;           /* the client has the token already */
};

static void given_back(struct store_op *op) {
	free(op);
}

/* Who claimed the name is gone or not let in, and nobody has the token: the name is free again. */
static void give_back(const struct claim_op *c) {
	struct store_session_end *end = xcalloc(1, sizeof *end);
	end->op.kind = STORE_SESSION_END;
	end->op.done = given_back;
	end->user = c->guest.as.id;
	end->session = c->guest.session;
	store_submit(c->asker.hub->store, &end->op);
}

static void claim_done(struct store_op *op) {
	struct claim_op *c = (struct claim_op *)op;
	struct session *s = asker_back(&c->asker);
	bool came = false;
	if (s) {
		bool new_guest = !s->person;
		s->busy = false;
		if (op->result != STORE_OK)
			sign_in_refused(s, c->asker.request, op->result);
		else {
			came = signed_in(s, &c->guest.as, new_guest ? c->guest.session : s->id, c->guest.rooms, c->guest.room_count);
			if (came)
				signed_in_reply(s, c->asker.request, new_guest && !c->chosen ? c->token : NULL);
		}
	}
	if (op->result == STORE_OK)
		user_changed(c->asker.hub, &c->guest.as);
	if (op->result == STORE_OK && !came && !c->guest.user && !c->chosen)
		give_back(c);
	sodium_memzero(c->token, sizeof c->token);
	free(c->guest.rooms);
	free(c);
}

void handle_claim(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	char name[STORE_NAME_MAX], key[STORE_KEY_MAX];
	uint8_t token[LIMIT_TOKEN];
	bool chosen;
	if (!s->hub->options.guests) {
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_FORBIDDEN, "Guests are not let in here; sign in or register.");
		return;
	}
	if (!one_at_a_time(s, request) || !token_of(s, request, &frame->claim->token, token, &chosen) ||
		!good_name(s, request, frame->claim->name, chosen, name, key) || !may_claim(s, request, 1))
		return;
	struct claim_op *c = xcalloc(1, sizeof *c);
	c->guest.op.kind = STORE_GUEST;
	c->guest.op.done = claim_done;
	c->guest.user = s->person ? s->person->user.id : 0;
	memcpy(c->guest.name, name, sizeof name);
	memcpy(c->guest.key, key, sizeof key);
	c->guest.hold_before_ms = hold_before(s, key);
	c->chosen = chosen;
	memcpy(c->token, token, sizeof c->token);
	sodium_memzero(token, sizeof token);
	token_hash(c->token, c->guest.token_hash);
	copy_text(c->guest.client, sizeof c->guest.client, s->client);
	copy_text(c->guest.address, sizeof c->guest.address, s->from->text);
	c->asker = asker_of(s, request);
	s->busy = true;
	hub_submit(s->hub, &c->guest.op);
}

/* ---- registering: hash, then store ---- */

struct sign_up_op {
	struct store_sign_up sign_up;
	struct hash_job job;
	struct asker asker;
	uint8_t token[LIMIT_TOKEN];
	bool chosen;
};

static void sign_up_free(struct sign_up_op *u) {
	sodium_memzero(u->token, sizeof u->token);
	free(u->sign_up.rooms);
	free(u);
}

static void sign_up_done(struct store_op *op) {
	struct sign_up_op *u = (struct sign_up_op *)op;
	struct session *s = asker_back(&u->asker);
	if (s) {
		bool new_user = !s->person;
		s->busy = false;
		if (op->result != STORE_OK)
			sign_in_refused(s, u->asker.request, op->result);
		else {
			if (signed_in(s, &u->sign_up.as, new_user ? u->sign_up.session : s->id, u->sign_up.rooms, u->sign_up.room_count))
				signed_in_reply(s, u->asker.request, new_user && !u->chosen ? u->token : NULL);
		}
	}
	if (op->result == STORE_OK)
		user_changed(u->asker.hub, &u->sign_up.as);
	sign_up_free(u);
}

static struct sign_up_op *sign_up_of_job(struct hash_job *job) {
	return (struct sign_up_op *)((char *)job - offsetof(struct sign_up_op, job));
}

static void sign_up_hashed(struct hash_job *job) {
	struct sign_up_op *u = sign_up_of_job(job);
	struct session *s = session_get(u->asker.hub, u->asker.ref);
	if (s && job->ok) {
		memcpy(u->sign_up.password, job->hash, sizeof u->sign_up.password);
		store_submit(u->asker.hub->store, &u->sign_up.op);   /* counted since asker_of() */
		return;
	}
	s = asker_back(&u->asker);
	if (s) {
		s->busy = false;
		reply_error(s, u->asker.request, APPCHAT__ERROR_CODE__ERROR_BUSY, NULL);
	}
	sign_up_free(u);
}

void handle_sign_up(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	const Appchat__SignUp *in = frame->sign_up;
	char name[STORE_NAME_MAX] = "", key[STORE_KEY_MAX] = "";
	uint8_t token[LIMIT_TOKEN];
	bool chosen;
	if (!s->hub->options.registration) {
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_FORBIDDEN, "Registration is closed here; ask the operator.");
		return;
	}
	bool keep_name = s->person && s->person->user.name[0] && !in->name[0];
	if (!one_at_a_time(s, request) || !token_of(s, request, &in->token, token, &chosen) ||
		(!keep_name && !good_name(s, request, in->name, chosen, name, key)) ||
		!good_password(s, request, in->password) || !may_claim(s, request, ADDRESS_NAMES_OF_ACCOUNT))
		return;
	struct sign_up_op *u = xcalloc(1, sizeof *u);
	u->sign_up.op.kind = STORE_SIGN_UP;
	u->sign_up.op.done = sign_up_done;
	u->sign_up.user = s->person ? s->person->user.id : 0;
	memcpy(u->sign_up.name, name, sizeof name);
	memcpy(u->sign_up.key, key, sizeof key);
	u->sign_up.hold_before_ms = hold_before(s, key);
	u->chosen = chosen;
	memcpy(u->token, token, sizeof u->token);
	sodium_memzero(token, sizeof token);
	token_hash(u->token, u->sign_up.token_hash);
	copy_text(u->sign_up.client, sizeof u->sign_up.client, s->client);
	copy_text(u->sign_up.address, sizeof u->sign_up.address, s->from->text);
	copy_text(u->job.password, sizeof u->job.password, in->password);
	u->job.done = sign_up_hashed;
	if (!hasher_submit(s->hub->hasher, &u->job)) {
		sodium_memzero(u, sizeof *u);
		free(u);
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_BUSY, NULL);
		return;
	}
	u->asker = asker_of(s, request);
	s->hub->operations++;
	s->busy = true;
}
