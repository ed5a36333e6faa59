/* Hello: the first frame. A token makes the session somebody at once. */
#include <stdlib.h>
#include <string.h>

#include "proto/base/utf8.h"
#include "proto/base/uuid.h"
#include "server/handle/reply.h"
#include "server/handle/signed_in.h"
#include "server/handle/table.h"
#include "server/handle/token.h"
#include "server/room/hub_state.h"

struct hello_op {
	struct store_session_find find;
	struct asker asker;
	uint64_t changes;      /* hub->change_count when the store was asked */
};

static void limits(Appchat__Limits *l, const struct hub_options *o) {
	appchat__limits__init(l);
	l->frame_bytes = LIMIT_FRAME;
	l->text_bytes = LIMIT_TEXT;
	l->topic_bytes = LIMIT_TOPIC;
	l->name_chars = LIMIT_NAME_CHARS;
	l->history_events = LIMIT_HISTORY_EVENTS;
	l->message_burst = o->message_burst;
	l->message_rate = o->message_rate;
	l->rooms_per_user = LIMIT_ROOMS_PER_USER;
	l->ping_seconds = o->ping_seconds;
	l->hangup_seconds = o->hangup_seconds;
}

static void welcome(struct session *s, uint32_t request, bool refused) {
	Appchat__Limits l;
	Appchat__Welcome w = APPCHAT__WELCOME__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	limits(&l, &s->hub->options);
	static char *capabilities[] = {(char *)"deflate"};
	w.version = PROTOCOL_VERSION;
	w.capabilities = capabilities;
	w.n_capabilities = 1;
	w.limits = &l;
	w.token_refused = refused;
	w.server = (char *)s->hub->options.server;
	w.motd = (char *)s->hub->options.motd;
	if (s->person)
		w.signed_in = signed_in_message(s, NULL);
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_WELCOME;
	frame.welcome = &w;
	reply(s, request, &frame);
	if (w.signed_in)
		signed_in_free(w.signed_in);
}

/* The user signed out elsewhere, was renamed, ... while the store looked: ask again. */
static bool ask_again(struct hello_op *h) {
	struct hub *hub = h->asker.hub;
	if (h->find.op.result != STORE_OK || !hub_changed_since(hub, h->find.as.id, h->changes))
		return false;
	free(h->find.rooms);
	h->find.rooms = NULL;
	h->find.room_count = 0;
	h->changes = hub->change_count;
	store_submit(hub->store, &h->find.op);   /* counted since asker_of() */
	return true;
}

static void find_done(struct store_op *op) {
	struct hello_op *h = (struct hello_op *)op;
	if (ask_again(h))
		return;
	struct session *s = asker_back(&h->asker);
	if (s) {
		s->busy = false;
		if (op->result == STORE_TEMPORARY) {
			/* Not known whether the token is good: the client comes back with it. */
			reply_store_error(s, h->asker.request, op->result);
			session_close(s, APPCHAT__CLOSE_REASON__CLOSE_SHUTDOWN, "The store cannot be read now.", 2000);
		} else {
			s->state = SESSION_HELLO;
			if (op->result != STORE_OK || signed_in(s, &h->find.as, h->find.session, h->find.rooms, h->find.room_count))
				welcome(s, h->asker.request, op->result != STORE_OK);
		}
	}
	free(h->find.rooms);
	free(h);
}

static void find_session(struct session *s, uint32_t request, const uint8_t *token) {
	struct hello_op *h = xcalloc(1, sizeof *h);
	h->find.op.kind = STORE_SESSION_FIND;
	h->find.op.done = find_done;
	h->asker = asker_of(s, request);
	h->changes = s->hub->change_count;
	token_hash(token, h->find.token_hash);
	s->busy = true;
	hub_submit(s->hub, &h->find.op);
}

static void remember(struct session *s, const Appchat__Hello *hello) {
	size_t len = utf8_cut(hello->client, sizeof s->client - 1);
	memcpy(s->client, hello->client, len);
	s->client[len] = 0;
	if (hello->instance.len == sizeof s->instance)
		memcpy(s->instance, hello->instance.data, sizeof s->instance);
	else
		random_bytes(s->instance, sizeof s->instance);
}

void handle_hello(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	const Appchat__Hello *hello = frame->hello;
	if (s->busy) {
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_STATE, "One Hello is enough.");
		return;
	}
	if (hello->version_min > PROTOCOL_VERSION || hello->version_max < PROTOCOL_VERSION) {
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_VERSION, NULL);
		session_close(s, APPCHAT__CLOSE_REASON__CLOSE_PROTOCOL, "No protocol version in common.", 0);
		return;
	}
	if ((hello->token.len && hello->token.len != LIMIT_TOKEN) || (hello->instance.len && hello->instance.len != LIMIT_UUID)) {
		reply_error(s, request, APPCHAT__ERROR_CODE__ERROR_MALFORMED, "A token has 32 bytes, an instance 16.");
		return;
	}
	remember(s, hello);
	for (size_t i = 0; i < hello->n_capabilities; i++)
		s->deflates |= !strcmp(hello->capabilities[i], "deflate");
	if (hello->token.len || s->cookie) {
		find_session(s, request, hello->token.len ? hello->token.data : s->cookie);
		free(s->cookie);
		s->cookie = NULL;
	} else {
		s->state = SESSION_HELLO;
		welcome(s, request, false);
	}
}
