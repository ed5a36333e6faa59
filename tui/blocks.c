/* The parts of a block, from above to below. Messages themselves are in block_text.c. */
#include "tui/blocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tui/block_text.h"
#include "tui/sanitize.h"

static struct tm local(uint64_t ms) {
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	localtime_r(&seconds, &tm);
	return tm;
}

static bool same_day(uint64_t a, uint64_t b) {
	struct tm x = local(a), y = local(b);
	return x.tm_yday == y.tm_yday && x.tm_year == y.tm_year;
}

/* The event above in the window that is shown, NULL when none is. */
static const struct sync_event *above(const struct sync_room *room, const struct place *place, long block) {
	if (block <= 0 || sync_missing(room, (size_t)block))
		return NULL;
	const struct sync_event *e = room->event[block - 1];
	return e->seq > place->cleared ? e : NULL;
}

/* ---- What stands above a message --------------------------------------------------- */

static void add_hole(struct ui *ui, uint64_t missing) {
	char label[80];
	snprintf(label, sizeof label, missing == 1 ? "1 message is not here yet" : "%llu messages are not here yet",
		 (unsigned long long)missing);
	lines_rule(&ui->lines, STYLE_DIM, label);
}

static void add_day(struct ui *ui, uint64_t ms, int width) {
	char label[64];
	struct tm tm = local(ms);
	strftime(label, sizeof label, width < 40 ? "%a %e %b %Y" : "%A, %e %B %Y", &tm);
	char *double_space = strstr(label, "  ");
	if (double_space)
		memmove(double_space, double_space + 1, strlen(double_space));
	lines_rule(&ui->lines, STYLE_DIM, label);
}

/* Is the first unread event this one? */
static bool first_unread(const struct sync_room *room, const struct place *place, long block) {
	uint64_t after = place->unread_after, seq = room->event[block]->seq;
	if (!after || seq <= after)
		return false;
	return block > 0 ? room->event[block - 1]->seq <= after : seq == after + 1;
}

static bool add_above(struct ui *ui, struct sync_room *room, long block, int width) {
	const struct place *place = ui_place(room);
	const struct sync_event *e = room->event[block], *before = above(room, place, block);
	size_t count = ui->lines.count;
	uint64_t missing = block > 0 ? sync_missing(room, (size_t)block) : 0;
	if (missing)
		add_hole(ui, missing);
	if (!before || !same_day(before->time_ms, e->time_ms))
		add_day(ui, e->time_ms, width);
	if (first_unread(room, place, block))
		lines_rule(&ui->lines, STYLE_UNREAD, "new");
	return ui->lines.count > count;
}

/* ---- Blocks --------------------------------------------------------------------------- */

static void add_notes(struct ui *ui, uint64_t room, uint64_t first, uint64_t end, int width) {
	size_t from = 0;
	const struct note *note;
	while ((note = notes_next(&ui->notes, &from, room, first, end)) != NULL)
		block_note(ui, note, width);
}

static void add_event(struct ui *ui, struct sync_room *room, long block, int width) {
	const struct place *place = ui_place(room);
	const struct sync_event *e = room->event[block];
	if (e->seq > place->cleared && e->kind != SYNC_UNKNOWN) {
		bool apart = add_above(ui, room, block, width);
		block_event(ui, e, apart ? NULL : above(room, place, block), width);
	}
	size_t next = (size_t)block + 1;
	add_notes(ui, room->id, e->seq, next < room->events ? room->event[next]->seq : UINT64_MAX, width);
}

static void add_top(struct ui *ui, struct sync_room *room, int width) {
	struct place *place = ui_place(room);
	char label[256], name[200];
	if (!place->cleared || (room->events && room->event[0]->seq > place->cleared)) {
		sanitize_line(name, sizeof name, room->name);
		if (sync_missing(room, 0) && room->head)
			snprintf(label, sizeof label, "loading older messages");
		else if (room->floor > 1)
			snprintf(label, sizeof label, "older messages of #%s are no longer kept", name);
		else
			snprintf(label, sizeof label, "beginning of #%s", name);
		lines_rule(&ui->lines, STYLE_BOLD, label);
	}
	add_notes(ui, room->id, 0, room->events ? room->event[0]->seq : UINT64_MAX, width);
}

static void add_end(struct ui *ui, struct sync_room *room, int width) {
	uint64_t missing = room->events ? sync_missing(room, room->events) : 0;
	if (missing)
		add_hole(ui, missing);
	for (struct outbox_item *item = outbox_first(client_outbox(ui->app->client)); item; item = item->next)
		if (item->room == room->id)
			block_pending(ui, item, width);
}

static void add_nowhere(struct ui *ui, int width) {
	static const char *const welcome[] = {
		"Welcome to Appchat.", "",
		"Type a name below and press Enter to chat as a guest.",
		"/signin NAME if you have an account, /register NAME to make one.", "",
	};
	const struct client_status *status = client_status(ui->app->client);
	bool nobody = status->state == CLIENT_NOBODY || input_mode(ui->input) == INPUT_NAME;
	for (size_t i = 0; nobody && i < sizeof welcome / sizeof *welcome; i++)
		block_plain(ui, i ? STYLE_TEXT : STYLE_BOLD, welcome[i], width);
	if (status->state == CLIENT_OFFLINE) {
		char text[700];
		snprintf(text, sizeof text, status->stopped ? "Not connected to %s. /reconnect tries again, /quit leaves." :
			 "Connecting to %s. /quit leaves.", status->url);
		block_plain(ui, STYLE_DIM, text, width);
	}
	if (status->state == CLIENT_READY)
		block_plain(ui, STYLE_DIM, "You are in no room. /rooms lists them, /join ROOM enters one.", width);
	add_notes(ui, 0, 0, UINT64_MAX, width);
}

int blocks_add(struct ui *ui, struct sync_room *room, long block, int width) {
	size_t before = ui->lines.count;
	if (!room)
		add_nowhere(ui, width);
	else if (block == BLOCK_TOP)
		add_top(ui, room, width);
	else if (block == (long)room->events)
		add_end(ui, room, width);
	else
		add_event(ui, room, block, width);
	return (int)(ui->lines.count - before);
}

bool blocks_hole(const struct sync_room *room, long block) {
	if (block == BLOCK_TOP)
		return room->events ? sync_missing(room, 0) > 0 : room->head > 0;
	return block > 0 && room->events && sync_missing(room, (size_t)block) > 0;
}
