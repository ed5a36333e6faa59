/* What the files of the input share. */
#ifndef APPCHAT_TUI_INPUT_IMPL_H
#define APPCHAT_TUI_INPUT_IMPL_H

#include <histedit.h>
#include <stdio.h>

#include "tui/history.h"
#include "tui/input.h"

#define KEY_INSERT_PASTE L'\x80'   /* characters no terminal sends: keys.c drops them */
#define KEY_SWITCH L'\x81'

struct draft {
	uint64_t context;
	wchar_t *text;
	size_t cursor;
};

struct input {
	struct input_options options;
	EditLine *el;
	FILE *null;
	int master, slave;         /* libedit's pty */
	struct keys *keys;
	bool stopped, switching;
	bool alone;                /* libedit was given an ESC, and is to be told that it was the key itself */
	enum input_mode mode, wanted_mode;
	uint64_t context, wanted_context;
	struct draft *draft;
	size_t drafts;
	struct history *history;
	size_t history_at;         /* the line shown; history_count: none of them */
	wchar_t *history_draft;    /* what was being typed meanwhile */
	struct completion tab;     /* of the last Tab */
	size_t tab_len;            /* wide characters of what it put in the line */
	size_t tab_start;          /* where, in wide characters */
	wchar_t *tab_line;         /* the whole line as it left it */
	int tab_at;
};

struct input *input_of(EditLine *el);

/* The line as libedit has it. */
const wchar_t *input_line(struct input *in, size_t *len, size_t *cursor);
/* Makes this the line, with the cursor at `cursor`. */
void input_set(struct input *in, const wchar_t *text, size_t len, size_t cursor);
/* Takes n characters before the cursor away. */
void input_cut(struct input *in, size_t n);
/* Forgets the last Tab. */
void input_tab_over(struct input *in);
/* Is the line still what the last Tab left, and were there several candidates? */
bool input_tab_holds(struct input *in);

/* Editor functions (input_edit.c). */
unsigned char edit_backspace(EditLine *el, int ch);
unsigned char edit_delete(EditLine *el, int ch);
unsigned char edit_delete_or_quit(EditLine *el, int ch);
unsigned char edit_left(EditLine *el, int ch);
unsigned char edit_right(EditLine *el, int ch);
unsigned char edit_up(EditLine *el, int ch);
unsigned char edit_down(EditLine *el, int ch);
unsigned char edit_newline(EditLine *el, int ch);
unsigned char edit_paste(EditLine *el, int ch);
unsigned char edit_switch(EditLine *el, int ch);
unsigned char edit_complete(EditLine *el, int ch);
unsigned char edit_nothing(EditLine *el, int ch);

/* Declares our functions to libedit, reads the editrc files and binds the keys (input_bind.c). */
void input_bind_all(struct input *in);

#endif
