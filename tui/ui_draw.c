/* One frame: the layout for what is there, then each view in its place. */
#include "proto/base/clock.h"
#include "tui/ui.h"

/* What is seen at the newest end of the room on screen has been read. What comes
 * while one is scrolled up is not: the unread line goes before the first of it. */
static void mark_read(struct ui *ui) {
	struct sync_room *room = app_room(ui->app);
	if (!room)
		return;
	struct place *place = ui_place(room);
	if (!ui_at_end(ui)) {
		if (room->unread)
			place->unread_after = room->read;
		return;
	}
	if (room->cursor > room->read)
		client_read(ui->app->client, room, room->cursor);
	place->mentioned = false;
}

void ui_draw(struct ui *ui) {
	int rows = screen_rows(ui->screen), columns = screen_columns(ui->screen);
	ui->dirty = ui->urgent = false;
	ui->layout = layout_for(rows, columns, view_input_rows(ui), ui->rooms_wanted, ui->members_wanted);
	if (app_room(ui->app) == NULL) {
		ui->layout = layout_for(rows, columns, view_input_rows(ui), ui->rooms_wanted && client_rooms(ui->app->client)->rooms, false);
	}
	mark_read(ui);
	screen_begin(ui->screen);
	view_topic(ui);
	view_rooms(ui);
	view_messages(ui);
	view_members(ui);
	view_status(ui);
	view_input(ui);
	screen_end(ui->screen);
	ui->drawn_ms = clock_mono_ns() / 1000000;
	members_look(ui);
}
