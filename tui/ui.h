/*
 * The full-screen face: one screen, one line being typed, and what the views
 * draw. screen_main.c runs it; view_*.c draw and keep nothing but what stands
 * here; ui_*.c do what keys and the client ask for.
 */
#ifndef APPCHAT_TUI_UI_H
#define APPCHAT_TUI_UI_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "tui/app.h"
#include "tui/input.h"
#include "tui/layout.h"
#include "tui/lines.h"
#include "tui/notes.h"
#include "tui/screen.h"

#define CONTEXT_NAME (UINT64_MAX - 1)     /* of the line being typed; else a room's id */
#define CONTEXT_SECRET UINT64_MAX

/* What the face knows of a room (sync_room.user). */
struct place {
	uint64_t anchor;        /* scrolled: this event is the lowest on screen; 0: the newest end */
	int hidden;             /* lines of it that are below the screen's end */
	uint64_t unread_after;  /* the unread line stands behind this event; 0: none */
	uint64_t cleared;       /* events up to here are not shown (/clear) */
	bool mentioned;         /* our name came up since it was last looked at */
};

#define MEMBERS_SHOWN 500

struct members {
	uint64_t room;
	char **name;            /* sanitized */
	uint64_t *id;
	size_t count;
	uint32_t online;        /* as the last answer says */
	uint32_t counted;       /* as the room said last */
	uint64_t asked_ms;      /* for the first page */
	bool asking, more;
	bool stale;             /* they are others by now */
};

struct ui {
	struct app *app;
	struct screen *screen;
	struct input *input;
	struct layout layout;
	struct notes notes;
	struct members members;
	struct lines lines;           /* scratch of the message view */
	bool rooms_wanted, members_wanted;
	bool started, dirty, urgent;
	bool at_top;                  /* the last frame showed the first event we have */
	int reports, reports_wanted;  /* answers of the terminal to screen_ask */
	uint64_t drawn_ms;
	uint64_t shown;               /* the room the view was last told of */
	app_secret *secret;
	char *secret_prompt;
	uv_poll_t terminal;
	int terminal_fd;              /* keys are read from it; not standard input itself */
	uv_timer_t draw_timer, tick_timer, escape_timer, members_timer;
	uv_signal_t signals[4];
};

static inline struct ui *ui_of(struct app *a) { return a->ui; }

/* Is the app's face the full screen? Then a->ui is a struct ui. */
bool ui_on_screen(const struct app *a);
/* Something changed: a frame is due. urgent: the person waits for it. */
void ui_dirty(struct ui *ui, bool urgent);
/* What the face knows of a room; made when it is first asked for. */
struct place *ui_place(struct sync_room *room);
/* A line of our own, in the room on screen. */
void ui_note(struct ui *ui, enum client_level level, const char *text);
/* What the line being typed is for may have changed. */
void ui_sync_input(struct ui *ui);
/* Is the newest message on screen? */
bool ui_at_end(struct ui *ui);

/* Draws one frame (ui_draw.c). */
void ui_draw(struct ui *ui);
/* What a key asks for (ui_actions.c). */
void ui_act(void *arg, enum action action, int character);
void ui_scroll(struct ui *ui, int lines);
/* Candidates for Tab (ui_complete.c). */
void ui_complete(void *arg, struct completion *c);

/* The members of the room on screen are asked for when they are to be seen (members.c). */
void members_look(struct ui *ui);
/* How many are in a room may have changed. */
void members_counted(struct ui *ui, const struct sync_room *room);
void members_forget(struct ui *ui);

/* Commands that only the full screen has (ui_actions.c). */
void ui_command_bind(struct app *a, const char *argument);
void ui_command_clear(struct app *a, const char *argument);

/* Views, each for its part of ui->layout. */
void view_topic(struct ui *ui);
void view_status(struct ui *ui);
void view_rooms(struct ui *ui);
void view_members(struct ui *ui);
void view_messages(struct ui *ui);
/* Rows that the line being typed takes. */
int view_input_rows(struct ui *ui);
void view_input(struct ui *ui);

#endif
