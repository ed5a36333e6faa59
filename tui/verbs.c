/*
 * send, tail, history: the client without a person in front of it. A face
 * that waits until we are somebody and in the room, then lets the verb work.
 */
#include "tui/verbs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/sanitize.h"

void verb_fail(struct verb_run *v, int code, const char *text) {
	char safe[512];
	if (v->app->quit)
		return;
	fprintf(stderr, "appchat-tui: %s\n", sanitize_line(safe, sizeof safe, text));
	app_quit(v->app, code);
}

static void not_written(struct verb_run *v, int error) {
	char text[200];
	snprintf(text, sizeof text, "the output can't be written: %s", strerror(error));
	if (error != EPIPE) /* who reads has read enough */
		verb_fail(v, EXIT_USAGE, text);
	app_quit(v->app, EXIT_USAGE);
}

bool verb_write(struct verb_run *v) {
	size_t done = 0, len = v->out.len;
	v->out.len = 0;
	while (done < len) {
		ssize_t n = write(STDOUT_FILENO, v->out.data + done, len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			not_written(v, errno);
			return false;
		}
		done += (size_t)n;
	}
	return true;
}

/* ---- into the room ------------------------------------------------------------------- */

static void enter(struct verb_run *v);

static void joined(void *arg, const Appchat__ServerFrame *answer) {
	struct verb_run *v = arg;
	v->joining = false;
	if (!answer)
		return; /* tried again when we are back */
	if (answer->body_case == APPCHAT__SERVER_FRAME__BODY_ERROR && !answer->error->temporary)
		verb_fail(v, EXIT_USAGE, answer->error->text);
	else
		enter(v);
}

static void enter(struct verb_run *v) {
	struct sync_room *room = sync_find_name(client_rooms(v->app->client), v->app->options->room);
	if (v->app->quit || v->joining)
		return;
	if (room) {
		v->room = room->id;
		v->ready(v, room);
	} else {
		v->joining = client_join(v->app->client, v->app->options->room, joined, v);
	}
}

/* ---- the face ---------------------------------------------------------------------------- */

static void on_status(struct app *a) {
	struct verb_run *v = a->ui;
	const struct client_status *s = client_status(a->client);
	if (a->quit)
		return;
	absent_look(&v->absent);
	if (s->stopped)
		verb_fail(v, s->refused ? EXIT_NOBODY : EXIT_UNREACHABLE, s->error);
	else if ((s->state == CLIENT_NOBODY || s->state == CLIENT_READY) && s->refused)
		verb_fail(v, EXIT_NOBODY, s->error);
	else if (s->state == CLIENT_OFFLINE)
		v->room = 0;
	else if (s->state == CLIENT_READY && !v->room)
		enter(v);
	if (v->on_change && !a->quit)
		v->on_change(v);
}

static void on_room(struct app *a, struct sync_room *room, enum client_room_change change) {
	struct verb_run *v = a->ui;
	if (change == CLIENT_ROOM_GONE && room->id == v->room)
		verb_fail(v, EXIT_USAGE, "no longer in the room");
	else if (v->on_change && !a->quit)
		v->on_change(v);
}

static void on_event(struct app *a, struct sync_room *room, const struct sync_event *event, bool fresh) {
	struct verb_run *v = a->ui;
	if (v->on_event && !a->quit && room->id == v->room)
		v->on_event(v, event, fresh);
}

static void print(struct app *a, enum client_level level, const char *text) {
	char safe[512];
	if (level != CLIENT_INFO && !a->quit && client_status(a->client)->state != CLIENT_NOBODY)
		fprintf(stderr, "appchat-tui: %s\n", sanitize_line(safe, sizeof safe, text));
}

static void room_shown(struct app *a) {
	(void)a;
}

static void ask_secret(struct app *a, const char *prompt, app_secret *done) {
	(void)prompt;
	done(a, NULL);
}

static const struct app_face face = {
	.on_status = on_status, .on_room = on_room, .on_event = on_event,
	.print = print, .room_shown = room_shown, .ask_secret = ask_secret,
};

/* ---- running -------------------------------------------------------------------------------- */

static void say_absent(struct app *a, const char *text) { print(a, CLIENT_WARNING, text); }

static void on_timeout(uv_timer_t *timer) {
	struct verb_run *v = timer->data;
	const struct client_status *s = client_status(v->app->client);
	char text[400];
	snprintf(text, sizeof text, "%s%s%s", v->timeout_text, *s->error ? ": " : "", s->error);
	verb_fail(v, v->timeout_code, text);
}

/* Who watches what is said has seen enough; else it is not done, and that is said. */
static void on_signal(uv_signal_t *handle, int number) {
	struct verb_run *v = handle->data;
	char text[400];
	snprintf(text, sizeof text, "ended by a signal: %s", v->undone_text);
	if (v->app->options->verb == VERB_SEND)
		verb_fail(v, 128 + number, text);
	else
		app_quit(v->app, 128 + number);
}

static void on_closed(uv_handle_t *handle) {
	((struct verb_run *)handle->data)->handles--;
}

static void add(struct verb_run *v, void *handle) {
	((uv_handle_t *)handle)->data = v;
	v->handles++;
}

static void watch(struct verb_run *v) {
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	uv_loop_t *loop = &v->app->loop;
	absent_begin(&v->absent, v->app, say_absent);
	uv_timer_init(loop, &v->timeout);
	add(v, &v->timeout);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		uv_signal_init(loop, &v->signals[i]);
		add(v, &v->signals[i]);
		if (app_heeds(numbers[i]))
			uv_signal_start(&v->signals[i], on_signal, numbers[i]);
	}
}

static void unwatch(struct verb_run *v) {
	absent_end(&v->absent);
	uv_close((uv_handle_t *)&v->timeout, on_closed);
	for (size_t i = 0; i < sizeof v->signals / sizeof *v->signals; i++)
		uv_close((uv_handle_t *)&v->signals[i], on_closed);
	while (v->handles)
		uv_run(&v->app->loop, UV_RUN_NOWAIT);
}

int verb_loop(struct verb_run *v) {
	struct app *a = v->app;
	watch(v);
	if (a->options->timeout_s)
		uv_timer_start(&v->timeout, on_timeout, a->options->timeout_s * 1000ULL, 0);
	client_start(a->client);
	while (!a->quit)
		uv_run(&a->loop, UV_RUN_DEFAULT);
	unwatch(v);
	client_free(a->client); /* here: what it still answers belongs to the verb */
	a->client = NULL;
	buf_free(&v->out);
	return a->exit_code;
}

int verbs_main(struct app *a) {
	struct verb_run v = {.app = a, .timeout_code = EXIT_UNREACHABLE, .timeout_text = "no connection in time", .undone_text = "nothing was sent"};
	a->face = &face;
	a->ui = &v;
	if (!*client_status(a->client)->name && !a->options->name) {
		fprintf(stderr, "appchat-tui: nobody is known here on %s: say who with --guest NAME, or another server with --server\n",
			a->options->server);
		return EXIT_NOBODY;
	}
	switch (a->options->verb) {
	case VERB_SEND: return verb_send(&v);
	case VERB_TAIL: return verb_tail(&v);
	default: return verb_history(&v);
	}
}
