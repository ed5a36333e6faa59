/*
 * Names for the pane on the right, of the room on screen, and only while they
 * are seen: asked for page by page when the room is shown, and again when the
 * number of people changed, at most every two seconds.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "tui/sanitize.h"
#include "tui/ui.h"

#define AGAIN_MS 2000

void members_forget(struct ui *ui) {
	struct members *m = &ui->members;
	for (size_t i = 0; i < m->count; i++)
		free(m->name[i]);
	free(m->name);
	free(m->id);
	*m = (struct members){ .asking = m->asking, .stale = m->stale, .counted = m->counted, .asked_ms = m->asked_ms };
}

static void add(struct members *m, const Appchat__User *user) {
	m->name = xrealloc(m->name, (m->count + 1) * sizeof *m->name);
	m->id = xrealloc(m->id, (m->count + 1) * sizeof *m->id);
	m->name[m->count] = sanitize_copy(user->name, SANITIZE_LINE);
	m->id[m->count++] = user->id;
}

static void answered(void *arg, const Appchat__ServerFrame *answer);

static void ask(struct ui *ui, struct sync_room *room, const char *after) {
	struct members *m = &ui->members;
	if (!*after) {
		m->more = m->stale = false;
		m->counted = room->online;
		m->asked_ms = clock_mono_ns() / 1000000;
	}
	m->asking = client_members(ui->app->client, room->id, after, answered, ui);
}

static void refused(struct ui *ui, const struct sync_room *room, const Appchat__ServerFrame *answer) {
	members_forget(ui);
	ui->members.room = room->id;
	ui->members.stale |= answer->body_case == APPCHAT__SERVER_FRAME__BODY_ERROR && answer->error->temporary;
}

static void answered(void *arg, const Appchat__ServerFrame *answer) {
	struct ui *ui = arg;
	struct sync_room *room = app_room(ui->app);
	ui->members.asking = false;
	ui_dirty(ui, false);
	if (!answer || !room)
		return;
	const Appchat__MemberPage *page = answer->body_case == APPCHAT__SERVER_FRAME__BODY_MEMBER_PAGE ? answer->member_page : NULL;
	if (!page) {
		refused(ui, room, answer);
		return;
	}
	if (page->room != room->id) {
		members_forget(ui);            /* perhaps a part of them: asked anew when that room is shown again */
		return;
	}
	if (!ui->members.more || ui->members.room != room->id)
		members_forget(ui);
	ui->members.room = room->id;
	ui->members.online = page->online;
	for (size_t i = 0; i < page->n_user && ui->members.count < MEMBERS_SHOWN; i++)
		add(&ui->members, page->user[i]);
	ui->members.more = page->more && page->n_user && ui->members.count < MEMBERS_SHOWN;
	if (ui->members.more)
		ask(ui, room, page->user[page->n_user - 1]->name);
}

void members_counted(struct ui *ui, const struct sync_room *room) {
	struct members *m = &ui->members;
	if (room->id != m->room || room->online == m->counted)
		return;
	m->counted = room->online;
	m->stale = true;   /* also where the number is soon what it was: they may be others */
}

static void again(uv_timer_t *timer) { members_look(timer->data); }

void members_look(struct ui *ui) {
	struct sync_room *room = app_room(ui->app);
	struct members *m = &ui->members;
	uint64_t now = clock_mono_ns() / 1000000;
	if (!room || !ui->layout.members_width || m->asking || client_status(ui->app->client)->state != CLIENT_READY)
		return;
	if (m->room != room->id || (m->stale && now >= m->asked_ms + AGAIN_MS))
		ask(ui, room, "");
	else if (m->stale && !uv_is_active((uv_handle_t *)&ui->members_timer))
		uv_timer_start(&ui->members_timer, again, m->asked_ms + AGAIN_MS - now, 0);
}
