/* See town.h. Built by the store's own operations, one after the other. */
#include "tests/support/town.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/appchat.pb-c.h"
#include "proto/base/buf.h"
#include "proto/base/uuid.h"
#include "server/handle/token.h"
#include "server/room/hub_state.h"
#include "tests/support/world.h"

static void command(const char *verb, const char *a, const char *b) {
	char text[256];
	snprintf(text, sizeof text, "%s '%s' %s", verb, a, b);
	if (system(text)) {
		fprintf(stderr, "%s: failed\n", text);
		abort();
	}
}

static void nothing(struct store_op *op) {
	(void)op;
}

/* Runs one operation to its end. */
static void run(struct store *store, void *operation, enum store_kind kind) {
	struct store_op *op = operation;
	op->kind = kind;
	op->done = nothing;
	store_submit(store, op);
	while (!store_drain(store))
		usleep(20);
	if (op->result != STORE_OK) {
		fprintf(stderr, "operation %d: result %d\n", (int)kind, (int)op->result);
		abort();
	}
}

/* ---- events ---- */

static size_t encode(uint8_t *out, size_t size, const struct citizen *c, const char *text) {
	Appchat__Message message = APPCHAT__MESSAGE__INIT;
	Appchat__Event event = APPCHAT__EVENT__INIT;
	message.author = c->user.id;
	message.name = (char *)c->user.name;
	message.text = (char *)text;
	event.body_case = APPCHAT__EVENT__BODY_MESSAGE;
	event.message = &message;
	return appchat__event__get_packed_size(&event) <= size ? appchat__event__pack(&event, out) : 0;
}

#define GROUP 500   /* submitted at once */

static void append(struct store *store, struct store_append *ops, size_t count) {
	size_t done = 0;
	for (size_t i = 0; i < count; i++) {
		ops[i].op.kind = STORE_APPEND;
		ops[i].op.done = nothing;
		uuid7(ops[i].msg_id);
		store_submit(store, &ops[i].op);
	}
	while (done < count)
		done += store_drain(store);
	for (size_t i = 0; i < count; i++)
		free(ops[i].event.data);
}

static void talk(struct store *store, const struct citizen *c, uint64_t room, size_t events, const char *text) {
	struct store_append *ops = xcalloc(GROUP, sizeof *ops);
	uint8_t *body = xmalloc(TOWN_LONG_BYTES + 256);
	size_t len = encode(body, TOWN_LONG_BYTES + 256, c, text);
	for (size_t left = events; left;) {
		size_t n = left < GROUP ? left : GROUP;
		for (size_t i = 0; i < n; i++)
			ops[i] = (struct store_append){.room = room, .user = c->user.id, .body = body, .body_len = len};
		append(store, ops, n);
		left -= n;
	}
	free(body);
	free(ops);
}

/* ---- people and rooms ---- */

static void add_guest(struct store *store, struct citizen *c, const char *name) {
	struct store_guest op = {.user = 0};
	strcpy(op.name, name);
	strcpy(op.key, name);
	token_hash(c->token, op.token_hash);
	run(store, &op, STORE_GUEST);
	c->user = op.as;
	c->session = op.session;
	free(op.rooms);
}

static void add_account(struct store *store, struct citizen *c, const char *name, const char *password_hash) {
	struct store_sign_up op = {.user = 0};
	strcpy(op.name, name);
	strcpy(op.key, name);
	snprintf(op.password, sizeof op.password, "%s", password_hash);
	token_hash(c->token, op.token_hash);
	run(store, &op, STORE_SIGN_UP);
	c->user = op.as;
	c->session = op.session;
	free(op.rooms);
}

static uint64_t add_room(struct store *store, const struct citizen *maker, const char *name) {
	struct store_room_new op = {.user = maker->user.id, .max_rooms = 10};
	uint8_t body[64];
	strcpy(op.name, name);
	strcpy(op.key, name);
	op.body = body;
	op.body_len = encode(body, sizeof body, maker, "made");
	run(store, &op, STORE_ROOM_NEW);
	free(op.event.data);
	return op.room;
}

static void join(struct store *store, struct citizen *c) {
	for (uint64_t room = 1; room <= TOWN_ROOMS; room++) {
		struct store_join op = {.user = c->user.id, .room = room, .max_rooms = 10};
		run(store, &op, STORE_JOIN);
		c->rooms[room - 1] = (struct store_membership){room, 0};
	}
}

static void settle(struct store *store, struct town *t, const char *password_hash) {
	static const char *const names[TOWN_PEOPLE] = {"anna", "ben", "clea", "dora"};
	char *text = xmalloc(TOWN_LONG_BYTES + 1);
	for (int i = 0; i < TOWN_PEOPLE; i++) {
		memset(t->people[i].token, i + 1, sizeof t->people[i].token);
		if (i < 2)
			add_guest(store, &t->people[i], names[i]);
		else
			add_account(store, &t->people[i], names[i], password_hash);
	}
	uint64_t old = add_room(store, &t->people[2], "old"), longs = add_room(store, &t->people[0], "long");
	for (int i = 0; i < TOWN_PEOPLE; i++)
		join(store, &t->people[i]);
	memset(text, 'x', TOWN_LONG_BYTES);
	text[TOWN_LONG_BYTES] = 0;
	talk(store, &t->people[1], 1, 40, "hello");
	talk(store, &t->people[2], old, TOWN_OLD_EVENTS - 1, "old");
	talk(store, &t->people[3], longs, TOWN_LONG_EVENTS - 1, text);
	free(text);
}

/* ---- the town ---- */

void town_build(struct town *t, const char *password_hash) {
	char err[256];
	snprintf(t->dir, sizeof t->dir, "%s/appchat-town-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	if (!mkdtemp(t->dir))
		abort();
	snprintf(t->copy, sizeof t->copy, "%s.now", t->dir);
	struct store *store = store_open(&(struct store_options){.dir = t->dir}, err, sizeof err);
	if (!store) {
		fprintf(stderr, "%s\n", err);
		abort();
	}
	settle(store, t, password_hash);
	store_close(store);
}

struct world *town_open(struct town *t) {
	command("rm -rf", t->copy, "");
	command("cp -r", t->dir, t->copy);
	struct world *w = world_open(t->copy);
	for (size_t i = 0; i < w->hub->room_count; i++)
		w->hub->rooms_by_name[i]->epoch = 1;
	return w;
}

void town_close(struct town *t, struct world *w) {
	world_close(w, false);
	command("rm -rf", t->copy, "");
}

void town_remove(struct town *t) {
	command("rm -rf", t->dir, "");
}
