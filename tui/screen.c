/*
 * Curses: one window, drawn anew each frame; curses sends the difference.
 * Keys are read elsewhere (keys.h), straight from the terminal.
 */
#include "tui/screen.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "tui/palette.h"
#include "tui/screen_guard.h"
#include "tui/screen_overlay.h"

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define BLANK_WIDE L'\u3000'     /* sanitized text holds neither of these */
#define BLANK_NARROW L'\u00A0'

struct screen {
	SCREEN *curses;
	struct width_rules rules;
	enum palette palette;
	bool ansi;              /* understands ECMA-48 cursor addressing */
	bool full;              /* draw the next frame in full */
	int cursor_row, cursor_column;
	attr_t attributes[STYLES];
	char sgr[STYLES][40];
	struct overlays overlays;
};

/* ---- Colours ---------------------------------------------------------------- */

static attr_t attributes_of(struct look look) {
	attr_t a = A_NORMAL;
	if (look.attributes & LOOK_BOLD)
		a |= A_BOLD;
	if (look.attributes & LOOK_DIM)
		a |= A_DIM;
	if (look.attributes & LOOK_UNDERLINE)
		a |= A_UNDERLINE;
	if (look.attributes & LOOK_REVERSE)
		a |= A_REVERSE;
	return a;
}

/* The same as parameters of ECMA-48's SGR, for what we write ourselves. */
static void write_sgr(char out[40], struct look look) {
	static const struct { int bit; const char *code; } names[] = {
		{ LOOK_BOLD, "1;" }, { LOOK_DIM, "2;" }, { LOOK_UNDERLINE, "4;" }, { LOOK_REVERSE, "7;" },
	};
	out[0] = 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (look.attributes & names[i].bit)
			strcat(out, names[i].code);
	size_t n = strlen(out);
	if (look.foreground >= 0)
		n += (size_t)snprintf(out + n, 40 - n, "38;5;%d;", look.foreground);
	if (look.background >= 0)
		n += (size_t)snprintf(out + n, 40 - n, "48;5;%d;", look.background);
	if (n)
		out[n - 1] = 0;
}

static void set_palette(struct screen *s, enum palette palette) {
	s->palette = palette;
	for (int i = 0; i < STYLES; i++) {
		struct look look = palette_look(palette, (enum style)i);
		s->attributes[i] = attributes_of(look);
		write_sgr(s->sgr[i], look);
		if (palette != PALETTE_MONO)
			init_pair((short)(i + 1), look.foreground, look.background);
	}
}

static enum palette choose_palette(void) {
	const char *no = getenv("NO_COLOR");
	if ((no && *no) || !has_colors())
		return PALETTE_MONO;
	start_color();
	use_default_colors();
	return COLORS >= 256 ? PALETTE_DARK : PALETTE_8;
}

/* ---- Life -------------------------------------------------------------------- */

static void write_all(const void *data, size_t len) {
	const char *p = data;
	while (len) {
		ssize_t n = write(STDOUT_FILENO, p, len);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
}

static void modes(void) {
	raw();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	leaveok(stdscr, FALSE);
}

struct screen *screen_new(const char **why) {
	guard_save();
	/* Curses would ask the environment for the size; the terminal knows better. */
	use_env(FALSE);
	use_tioctl(TRUE);
	SCREEN *curses = newterm(NULL, stdout, stdin);
	if (!curses) {
		*why = "this terminal cannot be used in full screen (is TERM right?); try --plain";
		return NULL;
	}
	struct screen *s = xcalloc(1, sizeof *s);
	s->curses = curses;
	s->rules = width_legacy;
	const char *address = tigetstr((char *)"cup");
	s->ansi = address && address != (char *)-1 && strncmp(address, "\033[%i%p1%d;%p2%dH", 16) == 0;
	modes();
	set_palette(s, choose_palette());
	const char *leave = tigetstr((char *)"rmcup");
	guard_install(s->ansi ? PASTE_OFF "\033[0m\033[?25h" : "", leave && leave != (char *)-1 ? leave : "");
	refresh();
	if (s->ansi)
		write_all(PASTE_ON, sizeof PASTE_ON - 1);
	s->full = true;
	return s;
}

static void leave(struct screen *s) {
	curs_set(1);
	if (s->ansi)
		write_all(PASTE_OFF, sizeof PASTE_OFF - 1);
	endwin();
}

void screen_free(struct screen *s) {
	if (!s)
		return;
	leave(s);
	tcflush(STDIN_FILENO, TCIFLUSH);
	guard_remove();
	delscreen(s->curses);
	overlays_free(&s->overlays);
	free(s);
}

void screen_suspend(struct screen *s) {
	leave(s);
	raise(SIGSTOP);
	screen_resize(s);
	refresh();
	modes();
	if (s->ansi)
		write_all(PASTE_ON, sizeof PASTE_ON - 1);
}

void screen_resize(struct screen *s) {
	struct winsize size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	s->full = true;
}

void screen_redraw(struct screen *s) { s->full = true; }
int screen_rows(const struct screen *s) { (void)s; return LINES; }
int screen_columns(const struct screen *s) { (void)s; return COLS; }
const struct width_rules *screen_rules(const struct screen *s) { return &s->rules; }

/* ---- Asking the terminal -------------------------------------------------------- */

int screen_ask(struct screen *s) {
	if (!s->ansi || LINES < 2 || COLS < 8)
		return 0;
	struct buf b = { 0 };
	for (int i = 0; i < WIDTH_PROBES; i++)
		buf_printf(&b, "\033[2;1H%s\033[6n\033[2K", width_probes[i].text);
	buf_printf(&b, "\033]11;?\033\\\033[H");
	write_all(b.data, b.len);
	buf_free(&b);
	s->full = true;
	return WIDTH_PROBES;
}

void screen_answer(struct screen *s, int i, int column) {
	bool *rule = (bool *)((char *)&s->rules + width_probes[i].rule);
	bool holds = column - 1 == width_probes[i].columns;
	if (*rule != holds)
		s->full = true;
	*rule = holds;
}

void screen_background(struct screen *s, int brightness) {
	if (s->palette != PALETTE_DARK && s->palette != PALETTE_LIGHT)
		return;
	enum palette palette = brightness > 127 ? PALETTE_LIGHT : PALETTE_DARK;
	if (palette != s->palette)
		set_palette(s, palette);
}

/* ---- Drawing ---------------------------------------------------------------------- */

void screen_begin(struct screen *s) {
	erase();
	overlays_begin(&s->overlays);
	s->cursor_row = -1;
}

static short pair_of(const struct screen *s, enum style style) {
	return s->palette == PALETTE_MONO ? 0 : (short)(style + 1);
}

static void put_cell(struct screen *s, int row, int column, enum style style, const wchar_t *text) {
	cchar_t cell;
	if (setcchar(&cell, text, s->attributes[style], pair_of(s, style), NULL) == OK)
		mvadd_wch(row, column, &cell);
}

/* The cluster as code points; false when it has too many. */
static bool wide(const char *text, size_t len, wchar_t *out, size_t room) {
	size_t n = 0;
	for (size_t at = 0; at < len; n++) {
		int32_t code;
		if (n + 1 == room)
			return false;
		at += width_decode(text + at, len - at, &code);
		out[n] = (wchar_t)code;
	}
	out[n] = 0;
	return true;
}

/* Would curses and the C library give the cluster these columns too? */
static bool agreed(const wchar_t *text, int columns) {
	int sum = 0, marks = 0;
	for (; *text; text++) {
		int n = wcwidth(*text);
		if (n < 0)
			return false;
		marks = n ? 0 : marks + 1;
		if (marks >= CCHARW_MAX)
			return false;
		sum += n;
	}
	return sum == columns;
}

/* Each code point that takes columns gets its own cells, with the marks behind it. */
static void put_agreed(struct screen *s, int row, int column, enum style style, const wchar_t *text) {
	while (*text) {
		wchar_t cell[CCHARW_MAX + 1] = { text[0] };
		size_t n = 1;
		while (text[n] && wcwidth(text[n]) == 0 && n < CCHARW_MAX) {
			cell[n] = text[n];
			n++;
		}
		put_cell(s, row, column, style, cell);
		column += wcwidth(text[0]);
		text += n;
	}
}

static void put_over(struct screen *s, int row, int column, int columns, enum style style, const char *text, size_t len) {
	bool over = s->ansi && overlays_add(&s->overlays, row, column, s->sgr[style], text, len);
	for (int i = 0; i < columns; i += 2) {
		bool pair = i + 1 < columns;
		wchar_t blank[2] = { pair ? BLANK_WIDE : over ? BLANK_NARROW : L'?', 0 };
		put_cell(s, row, column + i, style, blank);
	}
}

static void put_cluster(struct screen *s, int row, int column, int columns, enum style style, const char *text, size_t len) {
	wchar_t codes[24];
	if (wide(text, len, codes, 24) && agreed(codes, columns))
		put_agreed(s, row, column, style, codes);
	else
		put_over(s, row, column, columns, style, text, len);
}

int screen_put(struct screen *s, int row, int column, int limit, enum style style, const char *text, size_t len) {
	if (limit > COLS)
		limit = COLS;
	for (size_t at = 0; at < len;) {
		int columns;
		size_t n = width_cluster(&s->rules, text + at, len - at, &columns);
		if (column + columns > limit)
			break;
		if (columns && row >= 0 && row < LINES && column >= 0)
			put_cluster(s, row, column, columns, style, text + at, n);
		column += columns;
		at += n;
	}
	return column;
}

int screen_puts(struct screen *s, int row, int column, int limit, enum style style, const char *text) {
	return screen_put(s, row, column, limit, style, text, strlen(text));
}

int screen_clip(struct screen *s, int row, int column, int limit, enum style style, const char *text) {
	size_t len = strlen(text);
	if (limit > COLS)
		limit = COLS;
	if (column + width_text(&s->rules, text, len) <= limit)
		return screen_put(s, row, column, limit, style, text, len);
	if (limit <= column)
		return column;
	column = screen_put(s, row, column, limit - 1, style, text, len);
	return screen_puts(s, row, column, limit, style, "…");
}

void screen_fill(struct screen *s, int row, int column, int limit, enum style style, const char *with) {
	if (limit > COLS)
		limit = COLS;
	while (column < limit)
		column = screen_puts(s, row, column, limit, style, with);
}

void screen_cursor(struct screen *s, int row, int column) {
	s->cursor_row = row;
	s->cursor_column = column;
}

static void write_overlays(struct screen *s, bool force) {
	struct buf b = { 0 };
	overlays_write(&s->overlays, &b, force);
	if (b.len) {
		int row = 0, column = 0;
		getsyx(row, column);
		buf_printf(&b, "\033[0m\033[%d;%dH", row + 1, column + 1);
		write_all(b.data, b.len);
	}
	buf_free(&b);
}

void screen_end(struct screen *s) {
	bool shown = s->cursor_row >= 0 && s->cursor_row < LINES;
	bool full = s->full;
	s->full = false;
	if (shown)
		move(s->cursor_row, s->cursor_column < COLS ? s->cursor_column : COLS - 1);
	if (full)
		clearok(curscr, TRUE);
	curs_set(shown);
	wnoutrefresh(stdscr);
	doupdate();
	write_overlays(s, full);
}

void screen_beep(struct screen *s) {
	(void)s;
	beep();
}
