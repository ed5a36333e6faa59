/* The panes at the sides: rooms on the left, members on the right. */
#include <stdio.h>
#include <string.h>

#include "tui/sanitize.h"
#include "tui/ui.h"

static void draw_rule(struct ui *ui, int column) {
	for (int row = ui->layout.body_top; row < ui->layout.body_bottom; row++)
		screen_puts(ui->screen, row, column, column + 1, STYLE_DIM, "│");
}

static enum style room_style(const struct sync_room *room, const struct place *place, bool active) {
	if (active)
		return STYLE_ACTIVE;
	if (place->mentioned)
		return STYLE_MENTION;
	return room->unread ? STYLE_BOLD : STYLE_TEXT;
}

static void draw_room(struct ui *ui, struct sync_room *room, int row) {
	char name[200] = "#", count[16] = "";
	int width = ui->layout.rooms_width;
	bool active = room->id == ui->app->room;
	const struct place *place = ui_place(room);
	sanitize_line(name + 1, sizeof name - 1, room->name);
	if (room->unread && !(active && ui_at_end(ui)))
		snprintf(count, sizeof count, room->unread > 9999 ? "9999+" : "%llu", (unsigned long long)room->unread);
	int limit = width - 1 - (int)strlen(count);
	if (active)
		screen_puts(ui->screen, row, 0, 1, STYLE_UNREAD, "▌");
	screen_clip(ui->screen, row, 1, *count ? limit - 1 : limit, room_style(room, place, active), name);
	screen_puts(ui->screen, row, limit, width, STYLE_UNREAD, count);
}

/* The first room to draw, so that the one on screen is seen. */
static size_t first_room(const struct sync *sync, uint64_t active, size_t rows) {
	for (size_t i = 0; i < sync->rooms; i++)
		if (sync->room[i]->id == active)
			return i < rows ? 0 : i - rows + 1;
	return 0;
}

void view_rooms(struct ui *ui) {
	const struct sync *sync = client_rooms(ui->app->client);
	const struct layout *l = &ui->layout;
	if (!l->rooms_width || l->body_bottom <= l->body_top)
		return;
	size_t first = first_room(sync, ui->app->room, (size_t)(l->body_bottom - l->body_top));
	for (int row = l->body_top; row < l->body_bottom && first < sync->rooms; row++)
		draw_room(ui, sync->room[first++], row);
	draw_rule(ui, l->rooms_width);
}

void view_members(struct ui *ui) {
	const struct layout *l = &ui->layout;
	const struct members *m = &ui->members;
	int left = l->messages_right + 2, row = l->body_top;
	char more[48];
	if (!l->members_width || l->body_bottom <= l->body_top)
		return;
	draw_rule(ui, l->messages_right);
	size_t rows = (size_t)(l->body_bottom - l->body_top), shown = m->count;
	bool cut = m->room == ui->app->room && (m->count > rows || m->online > m->count);
	if (m->room != ui->app->room)
		shown = 0;
	if (cut && shown >= rows)
		shown = rows - 1;
	for (size_t i = 0; i < shown; i++)
		screen_clip(ui->screen, row++, left, l->columns - 1, (enum style)(STYLE_AUTHOR + m->id[i] % SCREEN_AUTHORS), m->name[i]);
	uint32_t rest = m->online > shown ? m->online - (uint32_t)shown : 0;
	snprintf(more, sizeof more, "and %u more", rest);
	if (cut && rest)
		screen_clip(ui->screen, row, left, l->columns - 1, STYLE_DIM, more);
}
