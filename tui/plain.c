/* Line mode's face: what is printed, and when. See plain.h. */
#include "tui/plain.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "tui/commands.h"
#include "tui/sanitize.h"

#define SHOWN_AT_START 10

/* ---- writing ---------------------------------------------------------------------------- */

/* Nobody reads any more, or there is no space: it ends, for what is said would be lost. */
static void not_written(struct plain *p, int error) {
	if (!p->app->quit)
		plain_complain(p, "the output can't be written: %s", strerror(error));
	app_quit(p->app, EXIT_USAGE);
}

void plain_write(struct plain *p, const char *text, size_t len) {
	if (p->edit)
		plain_edit_hide(p->edit);
	while (len) {
		ssize_t n = write(STDOUT_FILENO, text, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			not_written(p, errno);
			break;
		}
		text += n;
		len -= (size_t)n;
	}
	if (p->edit)
		plain_edit_show(p->edit);
}

static void write_buf(struct plain *p, struct buf *b) {
	plain_write(p, (char *)b->data, b->len);
	buf_free(b);
}

/* Several lines are several lines here: each begins as the first does not, so none can pass for a message. */
static void add_lines(struct buf *out, const char *text) {
	struct buf safe = {0};
	sanitize(&safe, text, strlen(text), SANITIZE_TEXT);
	for (size_t i = 0; i < safe.len; i++) {
		buf_byte(out, safe.data[i]);
		if (safe.data[i] == '\n')
			buf_printf(out, "  ");
	}
	buf_byte(out, '\n');
	buf_free(&safe);
}

static void add_name(struct buf *out, const char *before, const char *name, const char *after) {
	char safe[400];
	buf_printf(out, "%s%s%s", before, sanitize_line(safe, sizeof safe, name), after);
}

static void add_event(struct plain *p, struct buf *out, const struct sync_room *room, const struct sync_event *e) {
	time_t seconds = (time_t)(e->time_ms / 1000);
	struct tm tm = {0};
	localtime_r(&seconds, &tm);
	if (e->kind == SYNC_UNKNOWN)
		return;
	buf_printf(out, "%02d:%02d ", tm.tm_hour, tm.tm_min);
	if (room->id != p->app->room)
		add_name(out, "#", room->name, " ");
	if (e->kind == SYNC_MESSAGE) {
		add_name(out, "<", e->name, "> ");
		add_lines(out, e->text);
	} else if (e->kind == SYNC_TOPIC) {
		add_name(out, "* ", e->name, *e->text ? " set the topic: " : " removed the topic");
		add_lines(out, e->text);
	} else {
		add_name(out, "* ", e->name, " made the room\n");
	}
}

/* ---- the face ------------------------------------------------------------------------------ */

static void print(struct app *a, enum client_level level, const char *text) {
	struct plain *p = a->ui;
	struct buf out = {0};
	buf_printf(&out, level == CLIENT_ERROR ? "! " : "- ");
	p->failed = p->failed || level == CLIENT_ERROR;
	add_lines(&out, text);
	write_buf(p, &out);
}

static void show_newest(struct plain *p) {
	struct sync_room *room = app_room(p->app);
	struct buf out = {0};
	if (!room || p->shown || !p->typed)
		return;
	p->shown = true;
	for (size_t i = room->events > SHOWN_AT_START ? room->events - SHOWN_AT_START : 0; i < room->events; i++)
		add_event(p, &out, room, room->event[i]);
	if (room->events)
		client_read(p->app->client, room, room->event[room->events - 1]->seq);
	write_buf(p, &out);
}

static void room_shown(struct app *a) {
	struct plain *p = a->ui;
	struct sync_room *room = app_room(a);
	if (!room)
		return;
	struct buf out = {0};
	add_name(&out, "- in #", room->name, "");
	buf_printf(&out, ", %" PRIu32 " online", room->online);
	if (*room->topic)
		add_name(&out, ": ", room->topic, "");
	buf_byte(&out, '\n');
	write_buf(p, &out);
	p->shown = false;
	if (!client_history_busy(a->client, room))
		show_newest(p);
}

void plain_settle(struct plain *p) {
	struct app *a = p->app;
	struct sync *rooms = client_rooms(a->client);
	if (client_status(a->client)->state != CLIENT_READY || app_room(a) || !rooms->rooms)
		return;
	struct sync_room *room = sync_find_name(rooms, "lobby");
	if (!room && rooms->rooms)
		room = rooms->room[0];
	app_show(a, room ? room->id : 0);
}

static void tell_connection(struct plain *p, const struct client_status *s) {
	if (s->state == CLIENT_READY && (p->user != s->user || !p->online)) {
		const char *again = p->user == s->user ? " again" : "";
		p->greeted = p->online = true;
		p->user = s->user;
		app_print(p->app, CLIENT_INFO, "connected to %s as %s%s", s->url, s->name, again);
	} else if (s->state == CLIENT_OFFLINE && p->online && !p->app->quit) {
		p->online = false;
		app_print(p->app, CLIENT_WARNING, "not connected: %s%s", *s->error ? s->error : "the connection was lost",
		          s->stopped ? " (/reconnect to try again)" : "");
	}
}

static void on_status(struct app *a) {
	struct plain *p = a->ui;
	const struct client_status *s = client_status(a->client);
	tell_connection(p, s);
	if (!p->greeted)
		absent_look(&p->absent);
	plain_settle(p);
	if (s->stopped && !p->typed && !a->quit) /* why comes as a notice */
		app_quit(a, s->refused ? EXIT_NOBODY : EXIT_UNREACHABLE);
	if (s->state == CLIENT_NOBODY && s->refused && !p->typed && !p->greeted)
		app_quit(a, EXIT_NOBODY);
	if (s->state == CLIENT_NOBODY && p->typed && !p->hinted && !a->options->name) {
		p->hinted = true;
		app_print(a, CLIENT_INFO, "Say who you are: /nick NAME to chat as a guest, /signin NAME, or /register NAME.");
	}
}

/* What was refused for good is said once, and not kept. */
static void report_failed(struct plain *p) {
	struct outbox *outbox = client_outbox(p->app->client);
	for (struct outbox_item *i = outbox_first(outbox), *next; i; i = next) {
		next = i->next;
		if (i->state != OUTBOX_FAILED)
			continue;
		app_print(p->app, CLIENT_ERROR, "not sent (%s): %s", i->reason, i->text);
		outbox_dismiss(outbox, i);
	}
}

static void on_room(struct app *a, struct sync_room *room, enum client_room_change change) {
	struct plain *p = a->ui;
	if (change == CLIENT_ROOM_OUTBOX)
		report_failed(p);
	if (change == CLIENT_ROOM_RESET)
		room->user = NULL;
	if (change == CLIENT_ROOM_FILLED && room->id == a->room)
		show_newest(p);
	if (change == CLIENT_ROOM_GONE && room->id == a->room)
		a->room = 0;
}

static bool just_typed(const struct plain *p, const struct sync_event *e) {
	for (unsigned i = 0; p->typed && i < PLAIN_TAGS; i++)
		if (p->tag[i] && p->tag[i] == e->tag)
			return true;
	return false;
}

/* After a Gap the events before this one are not pushed any more: say so. */
static void note_skipped(struct app *a, struct sync_room *room, const struct sync_event *e) {
	uint64_t last = (uint64_t)(uintptr_t)room->user; /* what was printed last there */
	if (last && e->seq > last + 1)
		app_print(a, CLIENT_WARNING, "%" PRIu64 " events were skipped in #%s", e->seq - last - 1, room->name);
	room->user = (void *)(uintptr_t)e->seq;
}

static void on_event(struct app *a, struct sync_room *room, const struct sync_event *e, bool fresh) {
	struct plain *p = a->ui;
	struct buf out = {0};
	if (!fresh)
		return;
	note_skipped(a, room, e);
	if (!just_typed(p, e))
		add_event(p, &out, room, e);
	write_buf(p, &out);
	if (room->id == a->room)
		client_read(a->client, room, e->seq);
}

static void ask_secret(struct app *a, const char *prompt, app_secret *done) {
	struct plain *p = a->ui;
	p->secret = done;
	if (p->edit)
		plain_edit_silence(p->edit);
	app_print(a, CLIENT_INFO, "%s", prompt);
}

static const struct app_face face = {
	.on_status = on_status, .on_room = on_room, .on_event = on_event,
	.print = print, .room_shown = room_shown, .ask_secret = ask_secret,
};

/* ---- lines ------------------------------------------------------------------------------------ */

bool plain_ready(struct plain *p, bool command) {
	switch (client_status(p->app->client)->state) {
	case CLIENT_READY:
		return true;
	case CLIENT_NOBODY:
		return p->greeted;
	default: /* a message waits in the outbox, a command can't */
		return p->greeted && !command && app_room(p->app);
	}
}

static void note_tag(struct plain *p) {
	const struct outbox_item *last = outbox_first(client_outbox(p->app->client));
	while (last && last->next)
		last = last->next;
	if (last)
		p->tag[p->tags++ % PLAIN_TAGS] = outbox_tag(last->id);
}

void plain_secret(struct plain *p, const char *line) {
	app_secret *secret = p->secret;
	p->secret = NULL;
	secret(p->app, line && *line ? line : NULL);
}

void plain_line(struct plain *p, const char *line) {
	if (p->secret) {
		plain_secret(p, line);
		return;
	}
	if (!line[strspn(line, " \t\r")])
		return;
	if (!commands_run(p->app, line))
		p->failed = true;
	note_tag(p);
}

void plain_complain(struct plain *p, const char *format, ...) {
	char text[700], safe[700];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (p->edit)
		plain_edit_hide(p->edit);
	fprintf(stderr, "appchat-tui: %s\n", sanitize_line(safe, sizeof safe, text));
	if (p->edit)
		plain_edit_show(p->edit);
}

static void say_absent(struct app *a, const char *text) {
	struct plain *p = a->ui;
	if (p->typed)
		app_print(a, CLIENT_WARNING, "%s", text);
	else
		plain_complain(p, "%s", text);
}

/* The code a script can trust: all acknowledged, nothing refused. */
static int outcome(struct plain *p) {
	int code = p->app->exit_code;
	if (!code && outbox_unsent(client_outbox(p->app->client)))
		code = EXIT_UNREACHABLE;
	if (code == EXIT_UNREACHABLE && client_status(p->app->client)->state == CLIENT_NOBODY)
		code = EXIT_NOBODY;
	return !code && p->failed && !p->typed ? EXIT_USAGE : code;
}

int plain_main(struct app *a) {
	struct plain p = {.app = a, .typed = isatty(STDIN_FILENO)};
	a->face = &face;
	a->ui = &p;
	if (!p.typed && !*client_status(a->client)->name && !a->options->name) {
		fprintf(stderr, "appchat-tui: nobody is known here on %s: say who with --guest NAME, or another server with --server\n",
			a->options->server);
		return EXIT_NOBODY;
	}
	int flags = fcntl(STDIN_FILENO, F_GETFL); /* libuv sets O_NONBLOCK, for the shell as well, whose input it is, too */
	absent_begin(&p.absent, a, say_absent);
	client_start(a->client);
	if (!p.typed || !plain_edit(&p))
		plain_pipe(&p);
	absent_end(&p.absent);
	if (flags >= 0)
		fcntl(STDIN_FILENO, F_SETFL, flags);
	return outcome(&p);
}
