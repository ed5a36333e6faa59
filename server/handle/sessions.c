/* One's own sessions: sign out, list, revoke. */
#include "server/handle/sessions.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/log.h"
#include "server/handle/reply.h"
#include "server/handle/table.h"
#include "server/room/hub_state.h"
#include "server/room/person.h"

/* ---- ending ---- */

struct end_op {
	struct store_session_end end;
	struct asker asker;
	Appchat__CloseReason reason;
	bool holds;                     /* keeps the asker busy */
};

void sessions_close(struct hub *hub, uint64_t user, uint64_t id, Appchat__CloseReason reason) {
	struct person *p = person_get(hub, user);
	for (struct session *s = p ? p->sessions : NULL, *next; s; s = next) {
		next = s->person_next;
		if (s->id == id)
			session_close(s, reason, NULL, 0);
	}
}

static void end_done(struct store_op *op) {
	struct end_op *e = (struct end_op *)op;
	struct session *s = asker_back(&e->asker);
	hub_changed(e->asker.hub, e->end.user);
	if (op->result == STORE_OK) {
		if (s)
			reply_done(s, e->asker.request);
		sessions_close(e->asker.hub, e->end.user, e->end.session, e->reason);
	} else if (s) {
		s->busy = s->busy && !e->holds;
		reply_store_error(s, e->asker.request, op->result);
	}
	free(e);
}

static void end_session(struct session *s, uint32_t request, uint64_t id, Appchat__CloseReason reason) {
	struct end_op *e = xcalloc(1, sizeof *e);
	e->end.op.kind = STORE_SESSION_END;
	e->end.op.done = end_done;
	e->end.user = s->person->user.id;
	e->end.session = id;
	e->reason = reason;
	e->holds = id == s->id && !s->busy;
	s->busy = s->busy || e->holds;   /* no other name for a session that ends */
	e->asker = asker_of(s, request);
	hub_submit(s->hub, &e->end.op);
}

void handle_sign_out(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	(void)frame;
	LOG(HANDLE, INFO, "event=sign_out conn=%u user=%llu", s->slot, (unsigned long long)s->person->user.id);
	end_session(s, request, s->id, APPCHAT__CLOSE_REASON__CLOSE_SIGNED_OUT);
}

void handle_revoke_session(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	end_session(s, request, frame->revoke_session->session, APPCHAT__CLOSE_REASON__CLOSE_REVOKED);
}

/* ---- being seen ---- */

void sessions_seen(struct hub *hub, uint64_t user) {
	const struct person *p = person_get(hub, user);
	for (const struct session *s = p ? p->sessions : NULL; s; s = s->person_next)
		person_store_seen(s);
}

/* ---- listing ---- */

struct list_op {
	struct store_sessions list;
	struct asker asker;
};

static bool is_connected(const struct person *p, uint64_t id) {
	for (const struct session *s = p->sessions; s; s = s->person_next)
		if (s->id == id)
			return true;
	return false;
}

static void fill_info(Appchat__SessionInfo *info, const struct store_session_row *row, const struct session *s) {
	appchat__session_info__init(info);
	info->id = row->id;
	info->client = (char *)row->client;
	info->address = (char *)row->address;
	info->created_ms = row->created_ms;
	info->seen_ms = row->seen_ms;
	info->current = row->id == s->id;
	info->connected = is_connected(s->person, row->id);
}

static void send_list(struct session *s, uint32_t request, const struct store_sessions *list) {
	Appchat__SessionList m = APPCHAT__SESSION_LIST__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	Appchat__SessionInfo *infos = xcalloc(list->count, sizeof *infos);
	m.session = xcalloc(list->count, sizeof *m.session);
	m.n_session = list->count;
	for (size_t i = 0; i < list->count; i++) {
		fill_info(&infos[i], &list->rows[i], s);
		m.session[i] = &infos[i];
	}
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_SESSION_LIST;
	frame.session_list = &m;
	reply(s, request, &frame);
	free(m.session);
	free(infos);
}

static void list_done(struct store_op *op) {
	struct list_op *l = (struct list_op *)op;
	struct session *s = asker_back(&l->asker);
	if (s && op->result == STORE_OK)
		send_list(s, l->asker.request, &l->list);
	else if (s)
		reply_store_error(s, l->asker.request, op->result);
	free(l->list.rows);
	free(l);
}

void handle_list_sessions(struct session *s, uint32_t request, const Appchat__ClientFrame *frame) {
	(void)frame;
	struct list_op *l = xcalloc(1, sizeof *l);
	l->list.op.kind = STORE_SESSIONS;
	l->list.op.done = list_done;
	l->list.user = s->person->user.id;
	l->asker = asker_of(s, request);
	hub_submit(s->hub, &l->list.op);
}
