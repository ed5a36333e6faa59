/*
 * The line being typed. libedit does the editing (emacs and vi keys,
 * ~/.editrc, undo, search); it never sees the terminal: it works on a private
 * pty, takes its characters from keys.h through us, and the line is drawn by
 * view_input.c. While it waits for a key, the program's loop runs.
 *
 * What is typed belongs to a context (a room, a question): each keeps its own
 * draft. Everything the interface can do is an editor function, so that
 * "bind ^K room-next" in an editrc file works.
 */
#ifndef APPCHAT_TUI_INPUT_H
#define APPCHAT_TUI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/keys.h"

struct input;

/* What keys can ask of the interface; names and keys are in input_bind.c. */
enum action {
	ACTION_ROOM_NEXT, ACTION_ROOM_PREVIOUS, ACTION_ROOM_UNREAD, ACTION_ROOM_NUMBER,
	ACTION_PAGE_UP, ACTION_PAGE_DOWN, ACTION_LINE_UP, ACTION_LINE_DOWN, ACTION_TOP, ACTION_BOTTOM,
	ACTION_MEMBERS, ACTION_ROOMS, ACTION_REDRAW, ACTION_SUSPEND, ACTION_HELP, ACTION_INTERRUPT, ACTION_ESCAPE, ACTION_QUIT,
};

/* A place in the line that is being completed, and what could stand there. */
struct completion {
	const char *line;         /* up to the cursor */
	size_t start;             /* set by the callback: the word begins here */
	char **candidate;         /* set by the callback: its own array of its own strings; freed by the caller */
	size_t candidates;
};

struct input_options {
	void *arg;
	/* Draws what changed, then waits until something happens. */
	void (*wait)(void *arg);
	void (*act)(void *arg, enum action action, int character);
	void (*complete)(void *arg, struct completion *c);
	/* A cursor report or background colour came from the terminal. */
	void (*answer)(void *arg, const struct key *key);
	const char *state_folder;   /* for the history; NULL: none */
	const char *config_folder;  /* for the file "keys"; NULL: none */
};

/* Makes the editor. Call before curses starts. NULL with errno when there is no pty to be had. */
struct input *input_new(const struct input_options *options);
void input_free(struct input *in);

/* Bytes from the terminal. */
void input_feed(struct input *in, const char *data, size_t len);
/* Part of a key waits: call input_expire in KEYS_ESCAPE_MS. */
bool input_partial(const struct input *in);
void input_expire(struct input *in);

enum input_mode { INPUT_LINE, INPUT_NAME, INPUT_SECRET };

/* From the next key on the line is for this: its draft appears. */
void input_want(struct input *in, enum input_mode mode, uint64_t context);
/* Waits for a line and returns it, UTF-8, the caller's to free; *mode and
 * *context are what it was typed for. NULL after input_stop. */
char *input_read(struct input *in, enum input_mode *mode, uint64_t *context);
/* Makes input_read return NULL. */
void input_stop(struct input *in);
/* Puts a line back as the draft of a context, for one that was refused. */
void input_restore(struct input *in, uint64_t context, const char *text);
/* Adds a line to the history. */
void input_remember(struct input *in, const char *line);

/* The line as it is now, the caller's to free; *cursor in bytes. */
char *input_text(struct input *in, size_t *cursor);
enum input_mode input_mode(const struct input *in);
/* The candidates of the last Tab, while the line is as it left it; fewer than 2: none. *at: the one in the line, -1: none. */
char *const *input_candidates(struct input *in, size_t *count, int *at);
/* Empties the line; false when it was empty. For actions only. */
bool input_clear(struct input *in);
/* Are the keys those of Emacs, and not of vi? There an ESC makes the next key another one. */
bool input_emacs(struct input *in);
/* One line of editrc syntax ("bind ^K room-next"); false when libedit refuses it. */
bool input_command(struct input *in, const char *line);

#endif
