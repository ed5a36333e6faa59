/* What every face uses: printing, showing a room, ending; and the client's callbacks handed on. */
#include "tui/app.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/base/buf.h"
#include "tui/signing.h"

void app_print(struct app *a, enum client_level level, const char *format, ...) {
	struct buf text = {0};
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len >= 0) {
		vsnprintf((char *)buf_reserve(&text, (size_t)len + 1), (size_t)len + 1, format, again);
		a->face->print(a, level, (char *)text.data);
	}
	va_end(again);
	buf_free(&text);
}

struct sync_room *app_room(struct app *a) {
	return a->room ? sync_find(client_rooms(a->client), a->room) : NULL;
}

void app_show(struct app *a, uint64_t room) {
	a->room = room;
	client_activate(a->client, app_room(a));
	a->face->room_shown(a);
}

void app_quit(struct app *a, int exit_code) {
	a->exit_code = exit_code;
	a->quit = true;
	uv_stop(&a->loop);
}

bool app_heeds(int number) {
	struct sigaction now;
	return number != SIGHUP || sigaction(number, NULL, &now) || now.sa_handler != SIG_IGN;
}

void app_on_status(void *arg) {
	struct app *a = arg;
	signing_on_status(a);
	a->face->on_status(a);
}

void app_on_room(void *arg, struct sync_room *room, enum client_room_change change) {
	struct app *a = arg;
	a->face->on_room(a, room, change);
}

void app_on_event(void *arg, struct sync_room *room, const struct sync_event *event, bool fresh) {
	struct app *a = arg;
	a->face->on_event(a, room, event, fresh);
}

void app_on_notice(void *arg, enum client_level level, const char *text) {
	struct app *a = arg;
	a->face->print(a, level, text);
	if (level == CLIENT_ERROR)
		signing_on_error(a);
}

/* ---- without a face ------------------------------------------------------------------ */

static void mute(struct app *a) {
	(void)a;
}

static void mute_room(struct app *a, struct sync_room *room, enum client_room_change change) {
	(void)a, (void)room, (void)change;
}

static void mute_event(struct app *a, struct sync_room *room, const struct sync_event *event, bool fresh) {
	(void)a, (void)room, (void)event, (void)fresh;
}

static void mute_print(struct app *a, enum client_level level, const char *text) {
	(void)a, (void)level, (void)text;
}

static void mute_ask(struct app *a, const char *prompt, app_secret *done) {
	(void)prompt;
	done(a, NULL);
}

void app_mute(struct app *a) {
	static const struct app_face nobody = {
		.on_status = mute, .on_room = mute_room, .on_event = mute_event,
		.print = mute_print, .room_shown = mute, .ask_secret = mute_ask,
	};
	a->face = &nobody;
}
