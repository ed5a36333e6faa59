/*
 * The running program: what main.c sets up and a face draws. A face is the
 * full-screen client (screen_face) or line mode (plain_face); slash commands
 * speak to the person through it, whichever it is.
 */
#ifndef APPCHAT_TUI_APP_H
#define APPCHAT_TUI_APP_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "proto/client/client.h"
#include "tui/options.h"

struct app;

/* done is called once, with the line typed (valid during the call), or NULL when given up, by an empty line too. */
typedef void app_secret(struct app *a, const char *secret);

struct app_face {
	/* The client's callbacks (client.h), passed on. */
	void (*on_status)(struct app *a);
	void (*on_room)(struct app *a, struct sync_room *room, enum client_room_change change);
	void (*on_event)(struct app *a, struct sync_room *room, const struct sync_event *event, bool fresh);
	/* Lines of ours for the person: answers of commands, notices, errors. Sanitised by the face. */
	void (*print)(struct app *a, enum client_level level, const char *text);
	/* a->room changed: draw it. */
	void (*room_shown)(struct app *a);
	/* Asks for a line without echo. */
	void (*ask_secret)(struct app *a, const char *prompt, app_secret *done);
};

struct app {
	const struct options *options;
	uv_loop_t loop;
	struct client *client;      /* made by main, started by the face after its first paint */
	const struct app_face *face;
	void *ui;                   /* the face's own */
	void *asking;               /* signing.c's own, until a password was taken */
	uint64_t room;              /* on screen; 0: none */
	int exit_code;
	bool quit;                  /* the face ends as soon as it sees this */
};

/* A line for the person, by way of the face. */
void app_print(struct app *a, enum client_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Shows this room from now on; 0: none. */
void app_show(struct app *a, uint64_t room);
/* The room on screen, NULL when none. */
struct sync_room *app_room(struct app *a);
/* Ends the program when the face next looks. */
void app_quit(struct app *a, int exit_code);

/* Does this signal end us? Not a SIGHUP that nohup had ignored. To be asked before it is watched. */
bool app_heeds(int number);

/* From now on nothing is shown: the face is gone, answers may still come. */
void app_mute(struct app *a);

/* The client's callbacks (arg: the app), which hand everything to the face. */
void app_on_status(void *arg);
void app_on_room(void *arg, struct sync_room *room, enum client_room_change change);
void app_on_event(void *arg, struct sync_room *room, const struct sync_event *event, bool fresh);
void app_on_notice(void *arg, enum client_level level, const char *text);

/* The two faces: each starts a->client itself (after its first paint), runs a->loop until
 * a->quit, closes its own handles and returns the exit code. main frees the client. */
int screen_main(struct app *a);   /* tui/screen_main.c */
int plain_main(struct app *a);    /* tui/plain.c */
/* send, tail, history. */
int verbs_main(struct app *a);    /* tui/verbs.c */

#endif
