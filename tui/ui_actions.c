/* What keys ask for beyond the line being typed. */
#include "tui/commands.h"
#include "tui/ui.h"

#define FAR (1 << 20)   /* lines: further than any room is high */

static size_t index_of(const struct sync *sync, uint64_t room) {
	for (size_t i = 0; i < sync->rooms; i++)
		if (sync->room[i]->id == room)
			return i;
	return 0;
}

static void step_room(struct ui *ui, int step) {
	const struct sync *sync = client_rooms(ui->app->client);
	if (sync->rooms)
		app_show(ui->app, sync->room[(index_of(sync, ui->app->room) + sync->rooms + (size_t)(step + (int)sync->rooms)) % sync->rooms]->id);
}

/* The next room with something unread, those that mention us first. */
static void unread_room(struct ui *ui) {
	const struct sync *sync = client_rooms(ui->app->client);
	size_t from = index_of(sync, ui->app->room);
	for (int mentioned = 1; mentioned >= 0; mentioned--)
		for (size_t i = 1; i <= sync->rooms; i++) {
			struct sync_room *room = sync->room[(from + i) % sync->rooms];
			if (room->unread && room->id != ui->app->room && ui_place(room)->mentioned >= mentioned) {
				app_show(ui->app, room->id);
				return;
			}
		}
}

static void numbered_room(struct ui *ui, int character) {
	const struct sync *sync = client_rooms(ui->app->client);
	size_t n = character >= '1' && character <= '9' ? (size_t)(character - '1') : SIZE_MAX;
	if (n < sync->rooms)
		app_show(ui->app, sync->room[n]->id);
}

static int page(const struct ui *ui) {
	int rows = ui->layout.body_bottom - ui->layout.body_top;
	return rows > 4 ? rows - 2 : 1;
}

static void help(struct ui *ui) {
	commands_run(ui->app, "/help");
	ui_scroll(ui, -FAR);
}

static void interrupt(struct ui *ui) {
	if (ui->secret) {
		app_secret *done = ui->secret;
		ui->secret = NULL;
		input_clear(ui->input);
		done(ui->app, NULL);
		ui_sync_input(ui);
	} else if (!input_clear(ui->input)) {
		ui_note(ui, CLIENT_INFO, "/quit or Ctrl-D leaves.");
	}
}

static void escape(struct ui *ui) {
	if (ui->secret)
		interrupt(ui);
	else
		ui_scroll(ui, -FAR);
}

void ui_act(void *arg, enum action action, int character) {
	struct ui *ui = arg;
	ui_dirty(ui, true);
	switch (action) {
	case ACTION_ROOM_NEXT: step_room(ui, 1); break;
	case ACTION_ROOM_PREVIOUS: step_room(ui, -1); break;
	case ACTION_ROOM_UNREAD: unread_room(ui); break;
	case ACTION_ROOM_NUMBER: numbered_room(ui, character); break;
	case ACTION_PAGE_UP: ui_scroll(ui, page(ui)); break;
	case ACTION_PAGE_DOWN: ui_scroll(ui, -page(ui)); break;
	case ACTION_LINE_UP: ui_scroll(ui, 1); break;
	case ACTION_LINE_DOWN: ui_scroll(ui, -1); break;
	case ACTION_TOP: ui_scroll(ui, FAR); break;
	case ACTION_BOTTOM: ui_scroll(ui, -FAR); break;
	case ACTION_MEMBERS: ui->members_wanted = !ui->members_wanted; break;
	case ACTION_ROOMS: ui->rooms_wanted = !ui->rooms_wanted; break;
	case ACTION_REDRAW: screen_redraw(ui->screen); break;
	case ACTION_SUSPEND: screen_suspend(ui->screen); break;
	case ACTION_HELP: help(ui); break;
	case ACTION_INTERRUPT: interrupt(ui); break;
	case ACTION_ESCAPE: escape(ui); break;
	case ACTION_QUIT: app_quit(ui->app, 0); break;
	}
}

void ui_command_bind(struct app *a, const char *argument) {
	struct buf line = { 0 };
	buf_printf(&line, "bind %s", argument);
	if (!input_command(ui_of(a)->input, (char *)line.data))
		app_print(a, CLIENT_ERROR, "editrc(5) has no such key or function. Example: /bind ^K room-next");
	buf_free(&line);
}

void ui_command_clear(struct app *a, const char *argument) {
	struct ui *ui = ui_of(a);
	struct sync_room *room = app_room(a);
	(void)argument;
	notes_clear(&ui->notes, room ? room->id : 0);
	if (!room)
		return;
	struct place *place = ui_place(room);
	*place = (struct place){ .cleared = room->cursor };
	sync_anchor(room, 0);
}
