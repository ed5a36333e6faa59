/*
 * The terminal as a grid of styled text. The only place that knows curses.
 * A frame is drawn whole (screen_begin, screen_put ..., screen_end); only what
 * differs from the frame before goes to the terminal.
 *
 * Clusters whose width curses cannot know (joined emoji, emoji newer than the
 * C library) get blank cells of the right width from curses and are written
 * over them by us after each update.
 *
 * Whatever ends the program, the terminal is put back: screen_free, or a
 * handler for the signals that kill.
 */
#ifndef APPCHAT_TUI_SCREEN_H
#define APPCHAT_TUI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/width.h"

struct screen;

#define SCREEN_AUTHORS 12   /* colours for people */

enum style {
	STYLE_TEXT,
	STYLE_BOLD,
	STYLE_DIM,        /* times, rules, hints */
	STYLE_BAR,        /* topic and status lines */
	STYLE_BAR_BOLD,
	STYLE_BAR_DIM,
	STYLE_BAR_GOOD,
	STYLE_BAR_WARN,
	STYLE_BAR_BAD,
	STYLE_ACTIVE,     /* the room on screen, in the list */
	STYLE_UNREAD,     /* counts, the unread line */
	STYLE_MENTION,    /* our name in a message */
	STYLE_LINK,
	STYLE_NOTICE,
	STYLE_WARNING,
	STYLE_ERROR,
	STYLE_AUTHOR,     /* + 0 .. SCREEN_AUTHORS - 1 */
	STYLES = STYLE_AUTHOR + SCREEN_AUTHORS,
};

/* Takes over the terminal; NULL when it can't be used, with *why set. */
struct screen *screen_new(const char **why);
/* Gives the terminal back as it was. NULL is accepted. */
void screen_free(struct screen *s);
/* Gives the terminal back, stops the process as ^Z does, and takes it again when continued. */
void screen_suspend(struct screen *s);
/* Reads the terminal's size anew; the next frame is drawn in full. */
void screen_resize(struct screen *s);
/* The next frame is drawn in full, for a terminal that others wrote on. */
void screen_redraw(struct screen *s);

int screen_rows(const struct screen *s);
int screen_columns(const struct screen *s);
const struct width_rules *screen_rules(const struct screen *s);

/* Asks the terminal how wide it draws things and how bright its background is.
 * Returns how many cursor reports will come back, 0 when it was not asked. */
int screen_ask(struct screen *s);
/* The answer to question i (from 0), a cursor report's column, from 1. */
void screen_answer(struct screen *s, int i, int column);
/* The background's brightness, 0 to 255. */
void screen_background(struct screen *s, int brightness);

/* Starts an empty frame. */
void screen_begin(struct screen *s);
/* Writes sanitized text without line breaks, up to column `limit` (not
 * included), whole clusters only. Returns the column behind it. Anything
 * outside the screen is left out. */
int screen_put(struct screen *s, int row, int column, int limit, enum style style, const char *text, size_t len);
int screen_puts(struct screen *s, int row, int column, int limit, enum style style, const char *text);
/* As screen_puts, with "…" at the end where it had to be cut. */
int screen_clip(struct screen *s, int row, int column, int limit, enum style style, const char *text);
/* Blanks, or a line of this text's first cluster, from column to limit. */
void screen_fill(struct screen *s, int row, int column, int limit, enum style style, const char *with);
/* Where the cursor stands after the frame; row -1: hidden. */
void screen_cursor(struct screen *s, int row, int column);
/* Sends the frame to the terminal. */
void screen_end(struct screen *s);
void screen_beep(struct screen *s);

#endif
