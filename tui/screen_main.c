/*
 * The full-screen face. The line editor is the main loop: while it waits for
 * a key it draws what changed and runs the uv loop once (wait_once). Nothing
 * ticks while nothing happens: the timers here run only while a key is half
 * read, a frame or a question is put off, or the screen shows time passing.
 */
#include "tui/ui.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/client/credentials.h"
#include "tui/commands.h"
#include "tui/marks.h"
#include "tui/sanitize.h"
#include "tui/signing.h"

#define FRAME_MS 16   /* at most this often when nobody waits for it */

/* ---- Small services (ui.h) -------------------------------------------------------- */

void ui_dirty(struct ui *ui, bool urgent) {
	ui->dirty = true;
	ui->urgent = ui->urgent || urgent;
}

struct place *ui_place(struct sync_room *room) {
	if (!room->user)
		room->user = xcalloc(1, sizeof(struct place));
	return room->user;
}

void ui_note(struct ui *ui, enum client_level level, const char *text) {
	struct sync_room *room = app_room(ui->app);
	notes_add(&ui->notes, room ? room->id : 0, room && room->events ? room->event[room->events - 1]->seq : 0, level, text);
	ui_dirty(ui, false);
}

void ui_sync_input(struct ui *ui) {
	if (ui->secret || signing_under_way(ui->app))
		input_want(ui->input, INPUT_SECRET, CONTEXT_SECRET);
	else if (client_status(ui->app->client)->state == CLIENT_NOBODY)
		input_want(ui->input, INPUT_NAME, CONTEXT_NAME);
	else
		input_want(ui->input, INPUT_LINE, ui->app->room);
}

/* ---- What the client and the commands tell the face ----------------------------------- */

static void show_some_room(struct ui *ui) {
	const struct sync *sync = client_rooms(ui->app->client);
	struct sync_room *lobby = sync_find_name(sync, "lobby");
	app_show(ui->app, lobby ? lobby->id : sync->rooms ? sync->room[0]->id : 0);
}

static void tick(uv_timer_t *timer) { ui_dirty(timer->data, false); }

static void on_status(struct app *a) {
	struct ui *ui = ui_of(a);
	const struct client_status *s = client_status(a->client);
	bool counting = s->conn == CONN_WAITING && !s->stopped;
	if (counting && !uv_is_active((uv_handle_t *)&ui->tick_timer))
		uv_timer_start(&ui->tick_timer, tick, 1000, 1000);
	else if (!counting)
		uv_timer_stop(&ui->tick_timer);
	if (s->state == CLIENT_OFFLINE)
		ui->members.stale = true;
	if (s->state == CLIENT_READY && !app_room(a))
		show_some_room(ui);
	ui_sync_input(ui);
	ui_dirty(ui, false);
}

static void room_gone(struct ui *ui, struct sync_room *room) {
	const struct sync *sync = client_rooms(ui->app->client);
	notes_clear(&ui->notes, room->id);
	free(room->user);
	room->user = NULL;
	if (room->id != ui->app->room)
		return;
	for (size_t i = 0; i < sync->rooms; i++)
		if (sync->room[i] != room) {
			app_show(ui->app, sync->room[i]->id);
			return;
		}
	app_show(ui->app, 0);
}

static void on_room(struct app *a, struct sync_room *room, enum client_room_change change) {
	struct ui *ui = ui_of(a);
	if (change == CLIENT_ROOM_GONE)
		room_gone(ui, room);
	else if (change == CLIENT_ROOM_ADDED && !a->room && client_status(a->client)->state == CLIENT_READY)
		show_some_room(ui);
	else if (change == CLIENT_ROOM_RESET)
		*ui_place(room) = (struct place){ 0 };
	else if (change == CLIENT_ROOM_CHANGED)
		members_counted(ui, room);
	ui_dirty(ui, false);
}

static void on_event(struct app *a, struct sync_room *room, const struct sync_event *event, bool fresh) {
	struct ui *ui = ui_of(a);
	const struct client_status *s = client_status(a->client);
	ui_dirty(ui, false);
	if (!fresh || event->kind != SYNC_MESSAGE || event->author == s->user || event->seq <= room->read)
		return;
	char self[200], *text = sanitize_copy(event->text, SANITIZE_TEXT);
	if (marks_mention(text, sanitize_line(self, sizeof self, s->name))) {
		ui_place(room)->mentioned = true;
		screen_beep(ui->screen);
	}
	free(text);
}

static void print(struct app *a, enum client_level level, const char *text) { ui_note(ui_of(a), level, text); }

static void room_shown(struct app *a) {
	struct ui *ui = ui_of(a);
	struct sync_room *room = app_room(a);
	if (room && ui->shown != room->id)
		ui_place(room)->unread_after = room->unread ? room->read : 0;
	ui->shown = room ? room->id : 0;
	ui_sync_input(ui);
	ui_dirty(ui, true);
}

static void ask_secret(struct app *a, const char *prompt, app_secret *done) {
	struct ui *ui = ui_of(a);
	free(ui->secret_prompt);
	ui->secret_prompt = sanitize_copy(prompt, SANITIZE_LINE);
	ui->secret = done;
	ui_sync_input(ui);
	ui_dirty(ui, true);
}

static const struct app_face screen_face = { on_status, on_room, on_event, print, room_shown, ask_secret };

bool ui_on_screen(const struct app *a) { return a->face == &screen_face; }

/* What the client still has to say when the screen is gone. */
static void no_status(struct app *a) { (void)a; }
static void no_room(struct app *a, struct sync_room *room, enum client_room_change change) { (void)a, (void)room, (void)change; }
static void no_event(struct app *a, struct sync_room *room, const struct sync_event *event, bool fresh) {
	(void)a, (void)room, (void)event, (void)fresh;
}
static void no_print(struct app *a, enum client_level level, const char *text) { (void)a, (void)level, (void)text; }
static void no_secret(struct app *a, const char *prompt, app_secret *done) { (void)a, (void)prompt, (void)done; }

static const struct app_face no_face = { no_status, no_room, no_event, no_print, no_status, no_secret };

/* ---- Lines typed -------------------------------------------------------------------------- */

static void secret_typed(struct ui *ui, char *line) {
	app_secret *done = ui->secret;
	ui->secret = NULL;
	if (done)
		done(ui->app, *line ? line : NULL);
	explicit_bzero(line, strlen(line));
}

static void line_typed(struct ui *ui, uint64_t context, const char *line) {
	struct sync_room *room = app_room(ui->app);
	if (line[strspn(line, " \n")] == 0)
		return;
	bool command = line[0] == '/' && line[1] != '/';
	bool done = commands_run(ui->app, line);
	if (room && room == app_room(ui->app))
		ui_act(ui, ACTION_BOTTOM, 0); /* what is said, and what a command answers, stands there */
	if (!done) {
		input_restore(ui->input, context, line);
		return;
	}
	input_remember(ui->input, line);
	if (!command && room)
		ui_place(room)->unread_after = 0;
}

static void name_typed(struct ui *ui, const char *line) {
	if (line[0] == '/')
		line_typed(ui, CONTEXT_NAME, line);
	else if (*line)
		client_claim(ui->app->client, line);
}

static void typed(struct ui *ui, enum input_mode mode, uint64_t context, char *line) {
	switch (mode) {
	case INPUT_SECRET: secret_typed(ui, line); break;
	case INPUT_NAME: name_typed(ui, line); break;
	case INPUT_LINE: line_typed(ui, context, line); break;
	}
	ui_sync_input(ui);
	ui_dirty(ui, true);
}

/* ---- The loop ------------------------------------------------------------------------------- */

static void draw_later(uv_timer_t *timer) { ((struct ui *)timer->data)->urgent = true; }

/* Draws now, or arranges that it is done soon. */
static void draw_when_due(struct ui *ui) {
	uint64_t now = clock_mono_ns() / 1000000;
	if (!ui->dirty)
		return;
	if (ui->urgent || now >= ui->drawn_ms + FRAME_MS)
		ui_draw(ui);
	else if (!uv_is_active((uv_handle_t *)&ui->draw_timer))
		uv_timer_start(&ui->draw_timer, draw_later, ui->drawn_ms + FRAME_MS - now, 0);
}

static void escape_over(uv_timer_t *timer) {
	struct ui *ui = timer->data;
	input_expire(ui->input);
	ui_dirty(ui, true);
}

static void wait_once(void *arg) {
	struct ui *ui = arg;
	draw_when_due(ui);
	if (input_partial(ui->input))
		uv_timer_start(&ui->escape_timer, escape_over, KEYS_ESCAPE_MS, 0);
	if (!ui->app->quit)
		uv_run(&ui->app->loop, UV_RUN_ONCE);
	if (ui->app->quit)
		input_stop(ui->input);
}

static void on_terminal(uv_poll_t *poll, int status, int events) {
	struct ui *ui = poll->data;
	char data[4096];
	(void)events;
	ssize_t n = status < 0 ? -1 : read(ui->terminal_fd, data, sizeof data);
	if (n < 0 && status >= 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		uv_poll_stop(poll);
		app_quit(ui->app, 0);
		return;
	}
	input_feed(ui->input, data, (size_t)n);
	client_nudge(ui->app->client);
	ui_dirty(ui, true);
}

static void on_answer(void *arg, const struct key *key) {
	struct ui *ui = arg;
	if (key->kind == KEY_BACKGROUND)
		screen_background(ui->screen, key->value);
	else if (ui->reports < ui->reports_wanted)
		screen_answer(ui->screen, ui->reports++, key->column);
	ui_dirty(ui, false);
}

static void on_signal(uv_signal_t *handle, int number) {
	struct ui *ui = handle->data;
	if (number == SIGWINCH)
		screen_resize(ui->screen);
	else if (number == SIGTSTP)
		screen_suspend(ui->screen);
	else
		app_quit(ui->app, 128 + number);
	ui_dirty(ui, true);
}

/* ---- Setting up and tearing down -------------------------------------------------------------- */

static void watch(struct ui *ui) {
	static const int numbers[] = { SIGWINCH, SIGTSTP, SIGTERM, SIGHUP };
	uv_loop_t *loop = &ui->app->loop;
	uv_timer_t *timers[] = { &ui->draw_timer, &ui->tick_timer, &ui->escape_timer, &ui->members_timer };
	for (size_t i = 0; i < sizeof timers / sizeof *timers; i++) {
		uv_timer_init(loop, timers[i]);
		timers[i]->data = ui;
	}
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		uv_signal_init(loop, &ui->signals[i]);
		ui->signals[i].data = ui;
		uv_signal_start(&ui->signals[i], on_signal, numbers[i]);
	}
	/* uv_poll makes what it watches non-blocking: not the description that curses writes to. */
	ui->terminal_fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (ui->terminal_fd < 0)
		ui->terminal_fd = dup(STDIN_FILENO);
	uv_poll_init(loop, &ui->terminal, ui->terminal_fd);
	ui->terminal.data = ui;
	uv_poll_start(&ui->terminal, UV_READABLE, on_terminal);
}

static void unwatch(struct ui *ui) {
	uv_handle_t *handles[] = { (uv_handle_t *)&ui->draw_timer, (uv_handle_t *)&ui->tick_timer, (uv_handle_t *)&ui->escape_timer,
				   (uv_handle_t *)&ui->members_timer, (uv_handle_t *)&ui->terminal, (uv_handle_t *)&ui->signals[0],
				   (uv_handle_t *)&ui->signals[1], (uv_handle_t *)&ui->signals[2], (uv_handle_t *)&ui->signals[3] };
	for (size_t i = 0; i < sizeof handles / sizeof *handles; i++)
		uv_close(handles[i], NULL);
	uv_run(&ui->app->loop, UV_RUN_NOWAIT);
	close(ui->terminal_fd);
}

static void use_utf8(void) {
	setlocale(LC_ALL, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

static char *config_folder(void) {
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	struct buf b = { 0 };
	if (config && *config == '/')
		buf_printf(&b, "%s/appchat", config);
	else if (home)
		buf_printf(&b, "%s/.config/appchat", home);
	return (char *)b.data;
}

static struct ui *ui_new(struct app *a) {
	struct ui *ui = xcalloc(1, sizeof *ui);
	const char *why;
	char *config = config_folder(), *state = credentials_folder();
	ui->app = a;
	ui->rooms_wanted = ui->members_wanted = true;
	struct input_options options = { ui, wait_once, ui_act, ui_complete, on_answer, state, config };
	ui->input = input_new(&options);
	if (!ui->input)
		fatal("no pseudo-terminal to be had (%s); try --plain", strerror(errno));
	ui->screen = screen_new(&why);
	if (!ui->screen)
		fatal("%s", why);
	free(config);
	free(state);
	return ui;
}

static void ui_free(struct ui *ui) {
	members_forget(ui);
	for (size_t i = ui->notes.count; i--;)
		free(ui->notes.note[i].text);
	lines_free(&ui->lines);
	free(ui->secret_prompt);
	input_free(ui->input);
	free(ui);
}

static void free_places(struct client *client) {
	const struct sync *sync = client_rooms(client);
	for (size_t i = 0; i < sync->rooms; i++) {
		free(sync->room[i]->user);
		sync->room[i]->user = NULL;
	}
}

int screen_main(struct app *a) {
	use_utf8();
	struct ui *ui = ui_new(a);
	enum input_mode mode;
	uint64_t context;
	char *line;
	a->ui = ui;
	a->face = &screen_face;
	ui->reports_wanted = screen_ask(ui->screen);
	watch(ui);
	ui_draw(ui);
	client_start(a->client);
	while ((line = input_read(ui->input, &mode, &context)) != NULL) {
		typed(ui, mode, context, line);
		free(line);
	}
	screen_free(ui->screen);
	unwatch(ui);
	free_places(a->client);
	ui_free(ui);
	a->ui = NULL;
	a->face = &no_face;
	return a->exit_code;
}
