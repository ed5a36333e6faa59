/* Rows against registers and the annals's sums. */
#include "tests/model/database.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "tests/model/answers.h"

typedef unsigned long long ull;

struct check {
	struct model *m;
	sqlite3 *db;
};

typedef void row_fn(struct check *c, sqlite3_stmt *row);

static void each(struct check *c, const char *sql, row_fn *fn) {
	sqlite3_stmt *s;
	if (sqlite3_prepare_v2(c->db, sql, -1, &s, NULL)) {
		trail_differ(&c->m->trail, "database: %s", sqlite3_errmsg(c->db));
		return;
	}
	while (sqlite3_step(s) == SQLITE_ROW)
		fn(c, s);
	sqlite3_finalize(s);
}

static uint64_t number(sqlite3_stmt *row, int column) {
	return (uint64_t)sqlite3_column_int64(row, column);
}

static void integrity(struct check *c, sqlite3_stmt *row) {
	const char *text = (const char *)sqlite3_column_text(row, 0);
	if (strcmp(text, "ok"))
		trail_differ(&c->m->trail, "database: %s", text);
}

static void foreign_key(struct check *c, sqlite3_stmt *row) {
	trail_differ(&c->m->trail, "database: a row of %s refers to nothing", (const char *)sqlite3_column_text(row, 0));
}

/* room, data: an event as it goes over the wire, which is a field of Events. Perhaps nobody was told of it yet. */
static void event(struct check *c, sqlite3_stmt *row) {
	uint32_t slot, room = room_by_id_of(c->m, number(row, 0));
	Appchat__Events *events = appchat__events__unpack(NULL, (size_t)sqlite3_column_bytes(row, 1), sqlite3_column_blob(row, 1));
	struct told t = events && events->n_event == 1 ? told_of(events->event[0]) : (struct told){0};
	if (room == NO_ROOM || !t.name)
		trail_differ(&c->m->trail, "database: room %u has an event that is none", room);
	else
		annals_event(c->m->annals, room, &t, &slot);
	if (events)
		appchat__events__free_unpacked(events, NULL);
}

/* id, name: a room whose making was not answered */
static void room(struct check *c, sqlite3_stmt *row) {
	uint32_t r = room_by_name_of(c->m, (const char *)sqlite3_column_text(row, 1));
	if (r == NO_ROOM || (c->m->rooms[r].id && c->m->rooms[r].id != number(row, 0)))
		trail_differ(&c->m->trail, "database: room %llu is \"%s\"", (ull)number(row, 0), (const char *)sqlite3_column_text(row, 1));
	else
		c->m->rooms[r].id = number(row, 0);
}

/* room, count, first, last */
static void log_of(struct check *c, sqlite3_stmt *row) {
	uint32_t room = room_by_id_of(c->m, number(row, 0));
	if (room == NO_ROOM)
		trail_differ(&c->m->trail, "database: events of room %llu", (ull)number(row, 0));
	else if (number(row, 1) != number(row, 3) || number(row, 2) != 1 || number(row, 3) != annals_known(c->m->annals, room))
		trail_differ(&c->m->trail, "database: room %u has %llu events, %llu to %llu, not 1 to %llu", room, (ull)number(row, 1),
			(ull)number(row, 2), (ull)number(row, 3), (ull)annals_known(c->m->annals, room));
}

static void ids(struct check *c, sqlite3_stmt *row) {
	uint64_t slots, stored;
	annals_counts(c->m->annals, &slots, &stored);
	if (number(row, 0) != stored)
		trail_differ(&c->m->trail, "database: %llu message ids, but %llu messages", (ull)number(row, 0), (ull)stored);
}

/* id, name, guest */
static void user(struct check *c, sqlite3_stmt *row) {
	const struct human *h = human_by_user(c->m, number(row, 0));
	const char *name = (const char *)sqlite3_column_text(row, 1);
	uint64_t now = c->m->trail.tick;
	if (!*name && h && human_good_token(c->m, h) < 0)
		return;   /* its signing out was not answered: the name was given back */
	if (h && !h->departed && (!reg_may_be(&h->name, name_number(name), now, now) || !reg_may_be(&h->guest, number(row, 2), now, now)))
		trail_differ(&c->m->trail, "database: human %u is \"%s\", guest %llu", h->number, name, (ull)number(row, 2));
}

/* user, room, read_seq */
static void member(struct check *c, sqlite3_stmt *row) {
	const struct human *h = human_by_user(c->m, number(row, 0));
	uint32_t room = room_by_id_of(c->m, number(row, 1));
	uint64_t now = c->m->trail.tick, read = number(row, 2);
	if (!h || room == NO_ROOM)
		return;
	const struct member *me = &h->members[room];
	if (!reg_may_be(&me->in, 1, now, now))
		trail_differ(&c->m->trail, "database: human %u is in room %u", h->number, room);
	if (me->read_known && reg_is(&me->in, 1, now, now) && (read < me->read_least || read > me->read_most))
		trail_differ(&c->m->trail, "database: human %u has read room %u up to %llu, not %llu to %llu", h->number, room, (ull)read,
			(ull)me->read_least, (ull)me->read_most);
}

/* Who surely is in a room has its row. */
static void members_missing(struct check *c) {
	uint64_t now = c->m->trail.tick;
	sqlite3_stmt *s;
	if (sqlite3_prepare_v2(c->db, "SELECT count(*) FROM member WHERE user = ? AND room = ?", -1, &s, NULL))
		return;
	for (size_t i = 0; i < c->m->human_count; i++)
		for (uint32_t r = 0; r < c->m->room_count; r++) {
			const struct human *h = c->m->humans[i];
			if (!h->user || !reg_is(&h->members[r].in, 1, now, now))
				continue;
			sqlite3_bind_int64(s, 1, (sqlite3_int64)h->user);
			sqlite3_bind_int64(s, 2, (sqlite3_int64)c->m->rooms[r].id);
			if (sqlite3_step(s) != SQLITE_ROW || !number(s, 0))
				trail_differ(&c->m->trail, "database: human %u is not in room %u", h->number, r);
			sqlite3_reset(s);
		}
	sqlite3_finalize(s);
}

void database_check(struct model *m) {
	char path[520];
	struct check c = {.m = m};
	snprintf(path, sizeof path, "%s/data/appchat.db", m->serve.dir);
	if (sqlite3_open_v2(path, &c.db, SQLITE_OPEN_READWRITE, NULL))
		trail_differ(&m->trail, "database: %s: %s", path, sqlite3_errmsg(c.db));
	trail_tick(&m->trail);
	each(&c, "PRAGMA integrity_check", integrity);
	each(&c, "PRAGMA foreign_key_check", foreign_key);
	each(&c, "SELECT id, name FROM room", room);
	each(&c, "SELECT room, data FROM event ORDER BY room, seq", event);
	each(&c, "SELECT room, count(*), min(seq), max(seq) FROM event GROUP BY room", log_of);
	each(&c, "SELECT count(*) FROM dedup", ids);
	each(&c, "SELECT id, name, guest FROM user", user);
	each(&c, "SELECT user, room, read_seq FROM member", member);
	members_missing(&c);
	sqlite3_close(c.db);
}
