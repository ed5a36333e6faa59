/*
 * Line mode: lines in, lines out. For pipes, dumb terminals and screen
 * readers. The inside of plain*.c.
 */
#ifndef APPCHAT_TUI_PLAIN_H
#define APPCHAT_TUI_PLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "tui/absent.h"
#include "tui/app.h"

#define PLAIN_TAGS 64

struct plain_edit;

struct plain {
	struct app *app;
	bool typed;             /* standard input is a terminal */
	bool greeted, online;   /* signed in once; was, when last looked */
	uint64_t user;          /* as whom */
	bool hinted;            /* told how to become somebody */
	bool shown;             /* the newest messages of the first room are out */
	bool failed;            /* something was refused: the exit code says so */
	bool eof;               /* nothing more to read */
	uint32_t tag[PLAIN_TAGS]; /* of our own latest messages: not printed again on a terminal */
	unsigned tags;
	app_secret *secret;     /* the next line is for this */
	struct plain_edit *edit;
	struct absent absent;   /* until first signed in */
};

/* A line can be taken: the client is somebody, or has been; for a command it must be connected. */
bool plain_ready(struct plain *p, bool command);
/* Each turn of the loop: shows another room when there is none. */
void plain_settle(struct plain *p);
/* The secret asked for was typed; NULL, or an empty line, when it is given up. */
void plain_secret(struct plain *p, const char *line);
/* Does what a line says, or takes it for the secret that was asked for. */
void plain_line(struct plain *p, const char *line);
/* Writes finished, safe lines to standard output, above the prompt if there is one. */
void plain_write(struct plain *p, const char *text, size_t len);

/* Says on standard error what a script, or who called it, must know. */
void plain_complain(struct plain *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* plain_pipe.c: reads lines from standard input as they can be taken, until the end and all is acknowledged. */
void plain_pipe(struct plain *p);
/* plain_edit.c: reads lines with libedit. False when there is no terminal to be had. */
bool plain_edit(struct plain *p);
/* Takes the prompt off the screen, and puts it back. */
void plain_edit_hide(struct plain_edit *e);
void plain_edit_show(struct plain_edit *e);
/* From now until the next line is read, what is typed is not echoed. */
void plain_edit_silence(struct plain_edit *e);

#endif
