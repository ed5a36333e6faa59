/*
 * Guests, accounts and sessions. A name is held by its key: one row of user
 * has it, or none. A guest that loses its name keeps its row, with no key.
 */
#include <stdio.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/base/clock.h"
#include "server/store/people.h"
#include "server/store/writer.h"

/* May `self` (0: somebody new) have this key? *evicted: the guest that must give it up. */
static bool key_is_free(struct sql *s, const char *key, uint64_t self, uint64_t hold_before_ms, uint64_t *evicted) {
	bool is_free = true;
	*evicted = 0;
	sqlite3_stmt *row = sql_bind(s, "SELECT id, guest, seen_ms FROM user WHERE key = ?", "t", key);
	if (!sql_row(s, row))
		return true;
	uint64_t holder = sql_uint(row, 0);
	if (holder != self) {
		is_free = sql_uint(row, 1) != 0 && sql_uint(row, 2) < hold_before_ms;
		*evicted = is_free ? holder : 0;
	}
	sql_end(row);
	return is_free;
}

static void give_name_back(struct sql *s, uint64_t user) {
	if (user != 0)
		sql_do(s, "UPDATE user SET name = '', key = NULL WHERE id = ? AND guest", "i", user);
}

static void join_everybodys_rooms(struct writer *w, uint64_t user) {
	struct sql *s = &w->sql;
	sqlite3_stmt *row = sql_bind(s, "SELECT id FROM room WHERE everybody", "");
	while (sql_row(s, row)) {
		const struct head *head = heads_find(&w->heads, sql_uint(row, 0));
		sql_do(s, "INSERT OR IGNORE INTO member (user, room, read_seq) VALUES (?, ?, ?)", "iii",
		       user, sql_uint(row, 0), head ? head->seq : 0);
	}
}

static uint64_t insert_user(struct writer *w, const char *name, const char *key, bool guest, const char *password) {
	uint64_t now = clock_wall_ms();
	sql_do(&w->sql, "INSERT INTO user (name, key, guest, password, created_ms, seen_ms) VALUES (?, ?, ?, ?, ?, ?)", "ttitii",
	       name, key, (uint64_t)guest, password, now, now);
	uint64_t user = (uint64_t)sqlite3_last_insert_rowid(w->sql.db);
	if (!w->sql.error)
		join_everybodys_rooms(w, user);
	return user;
}

static uint64_t insert_session(struct sql *s, uint64_t user, const uint8_t token[STORE_HASH_BYTES],
                               const char *client, const char *address) {
	uint64_t now = clock_wall_ms();
	sql_do(s, "INSERT INTO session (user, token, client, address, created_ms, seen_ms) VALUES (?, ?, ?, ?, ?, ?)", "ibttii",
	       user, token, (size_t)STORE_HASH_BYTES, client, address, now, now);
	return (uint64_t)sqlite3_last_insert_rowid(s->db);
}

/* Whose session has this token? 0: nobody's. */
static uint64_t token_user(struct sql *s, const uint8_t token[STORE_HASH_BYTES], uint64_t *session) {
	uint64_t user = 0;
	*session = 0;
	sqlite3_stmt *row = sql_bind(s, "SELECT user, id FROM session WHERE token = ?", "b", token, (size_t)STORE_HASH_BYTES);
	if (!sql_row(s, row))
		return 0;
	user = sql_uint(row, 0);
	*session = sql_uint(row, 1);
	sql_end(row);
	return user;
}

/* One that signed out meanwhile would hold a name for nobody. */
static bool has_session(struct sql *s, uint64_t user) {
	return sql_number(s, 0, "SELECT 1 FROM session WHERE user = ? LIMIT 1", "i", user) != 0;
}

static bool has_key(struct sql *s, uint64_t user, const char *key) {
	return sql_number(s, 0, "SELECT 1 FROM user WHERE id = ? AND key = ?", "it", user, key) != 0;
}

static void touch_user(struct sql *s, uint64_t user, uint64_t time_ms) {
	sql_do(s, "UPDATE user SET seen_ms = max(seen_ms, ?) WHERE id = ?", "ii", time_ms, user);
}

/* The token is in use: was this asked before, and only the answer lost? */
static enum store_result guest_again(struct sql *s, struct store_guest *g, uint64_t user) {
	if (!has_key(s, user, g->key))
		return STORE_CONFLICT;
	people_user(s, user, &g->as);
	g->rooms = people_rooms(s, user, &g->room_count);
	return STORE_OK;
}

enum store_result write_guest(struct writer *w, struct store_op *op) {
	struct store_guest *g = (struct store_guest *)op;
	struct sql *s = &w->sql;
	uint64_t user = g->user;
	g->session = g->evicted_user = 0;
	g->rooms = NULL;
	g->room_count = 0;
	uint64_t again = user != 0 ? 0 : token_user(s, g->token_hash, &g->session);
	if (again)
		return guest_again(s, g, again);
	if (user != 0 && (!people_user(s, user, &g->as) || !g->as.guest || !has_session(s, user)))
		return STORE_NOT_FOUND;
	if (!key_is_free(s, g->key, user, g->hold_before_ms, &g->evicted_user))
		return STORE_TAKEN;
	give_name_back(s, g->evicted_user);
	if (user == 0) {
		user = insert_user(w, g->name, g->key, true, "");
		g->session = insert_session(s, user, g->token_hash, g->client, g->address);
	} else {
		sql_do(s, "UPDATE user SET name = ?, key = ? WHERE id = ?", "tti", g->name, g->key, user);
		touch_user(s, user, clock_wall_ms());
	}
	people_user(s, user, &g->as);
	g->rooms = people_rooms(s, user, &g->room_count);
	return STORE_OK;
}

/* A guest's row becomes an account's; with a name of its own choice or the one it has. */
static enum store_result promote(struct sql *s, struct store_sign_up *u) {
	if (!people_user(s, u->user, &u->as) || !u->as.guest || !has_session(s, u->user))
		return STORE_NOT_FOUND;
	if (u->name[0] == '\0') {
		if (u->as.name[0] == '\0')
			return STORE_TAKEN;
	} else if (!key_is_free(s, u->key, u->user, u->hold_before_ms, &u->evicted_user)) {
		return STORE_TAKEN;
	} else {
		give_name_back(s, u->evicted_user);
		sql_do(s, "UPDATE user SET name = ?, key = ? WHERE id = ?", "tti", u->name, u->key, u->user);
	}
	sql_do(s, "UPDATE user SET guest = 0, password = ? WHERE id = ?", "ti", u->password, u->user);
	return STORE_OK;
}

static enum store_result enrol(struct writer *w, struct store_sign_up *u, uint64_t *user) {
	*user = token_user(&w->sql, u->token_hash, &u->session);
	if (*user)
		return has_key(&w->sql, *user, u->key) && people_user(&w->sql, *user, &u->as) && !u->as.guest ? STORE_OK : STORE_CONFLICT;
	if (!key_is_free(&w->sql, u->key, 0, u->hold_before_ms, &u->evicted_user))
		return STORE_TAKEN;
	give_name_back(&w->sql, u->evicted_user);
	*user = insert_user(w, u->name, u->key, false, u->password);
	u->session = insert_session(&w->sql, *user, u->token_hash, u->client, u->address);
	return STORE_OK;
}

enum store_result write_sign_up(struct writer *w, struct store_op *op) {
	struct store_sign_up *u = (struct store_sign_up *)op;
	uint64_t user = u->user;
	u->session = u->evicted_user = 0;
	u->rooms = NULL;
	u->room_count = 0;
	enum store_result result = user != 0 ? promote(&w->sql, u) : enrol(w, u, &user);
	if (result != STORE_OK)
		return result;
	people_user(&w->sql, user, &u->as);
	u->rooms = people_rooms(&w->sql, user, &u->room_count);
	return STORE_OK;
}

/* Ends the sessions beyond the bound, the least lately seen first and never the new one. */
static void end_excess(struct sql *s, struct store_session_new *n) {
	sqlite3_stmt *row = sql_bind(s,
		"DELETE FROM session WHERE user = ? AND id NOT IN (SELECT id FROM session WHERE user = ?"
		" ORDER BY id = ? DESC, seen_ms DESC, id DESC LIMIT ?) RETURNING id", "iiii",
		n->user, n->user, n->session, (uint64_t)n->max);
	while (sql_row(s, row)) {
		n->ended = xrealloc(n->ended, (n->ended_count + 1) * sizeof *n->ended);
		n->ended[n->ended_count++] = sql_uint(row, 0);
	}
}

enum store_result write_session_new(struct writer *w, struct store_op *op) {
	struct store_session_new *n = (struct store_session_new *)op;
	struct sql *s = &w->sql;
	n->rooms = NULL;
	n->ended = NULL;
	n->room_count = n->ended_count = 0;
	if (!people_user(s, n->user, &n->as))
		return STORE_NOT_FOUND;
	uint64_t again = token_user(s, n->token_hash, &n->session);
	if (again && again != n->user)
		return STORE_CONFLICT;
	if (!again)
		n->session = insert_session(s, n->user, n->token_hash, n->client, n->address);
	touch_user(s, n->user, clock_wall_ms());
	end_excess(s, n);
	n->rooms = people_rooms(s, n->user, &n->room_count);
	return STORE_OK;
}

enum store_result write_session_end(struct writer *w, struct store_op *op) {
	const struct store_session_end *e = (const struct store_session_end *)op;
	struct sql *s = &w->sql;
	if (sql_do(s, "DELETE FROM session WHERE id = ? AND user = ?", "ii", e->session, e->user) == 0)
		return STORE_NOT_FOUND;
	if (!has_session(s, e->user))
		give_name_back(s, e->user);
	return STORE_OK;
}

enum store_result write_seen(struct writer *w, struct store_op *op) {
	const struct store_seen *seen = (const struct store_seen *)op;
	if (sql_do(&w->sql, "UPDATE session SET seen_ms = max(seen_ms, ?) WHERE id = ? AND user = ?", "iii",
	           seen->time_ms, seen->session, seen->user) == 0)
		return STORE_NOT_FOUND;
	touch_user(&w->sql, seen->user, seen->time_ms);
	return STORE_OK;
}
