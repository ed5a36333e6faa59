/*
 * Line mode at a terminal: libedit edits the line, and while it waits for a
 * key the program's loop runs. What arrives meanwhile is printed above: the
 * prompt is taken off, the lines go out, libedit draws the prompt again. On a
 * dumb terminal nothing is edited or moved: lines come as the terminal sends
 * them.
 */
#include <errno.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "proto/limits.h"
#include "tui/keys.h"
#include "tui/plain.h"
#include "tui/sanitize.h"
#include "tui/signing.h"
#include "tui/wide.h"
#include "tui/width.h"

#define SIGNALS 5
#define HISTORY_LINES_KEPT 200

struct plain_edit {
	struct plain *p;
	EditLine *el;
	HistoryW *history;
	bool dumb, waiting;      /* waiting: libedit's line is on the screen */
	bool given_up;           /* the secret that is being typed */
	bool emacs;              /* the keys: an ESC makes the next one another */
	uv_poll_t poll;
	uv_timer_t escape_timer;
	uv_signal_t signals[SIGNALS];
	int handles;
	struct termios cooked;   /* as we found the terminal */
	struct termios between;  /* two lines: what is typed ahead, a password perhaps, is shown when it is read */
	char in[256];
	size_t in_len;
	wchar_t prompt[300];
	int prompt_columns;
};

/* ---- the prompt, off and on --------------------------------------------------------------- */

static void put(const char *text, size_t len) {
	while (len) {
		ssize_t n = write(STDOUT_FILENO, text, len);
		if (n < 0 && errno != EINTR)
			return;
		text += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
}

static int columns(void) {
	struct winsize size;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

/* How many rows the cursor is below the prompt's first one. */
static int cursor_row(struct plain_edit *e) {
	const LineInfoW *line = el_wline(e->el);
	char *text = wide_to_text(line->buffer, (size_t)(line->cursor - line->buffer));
	int at = e->prompt_columns + width_text(&width_standard, text, strlen(text));
	free(text);
	return at / columns();
}

void plain_edit_hide(struct plain_edit *e) {
	if (!e->waiting || e->dumb)
		return;
	struct buf out = {0};
	int row = cursor_row(e);
	buf_printf(&out, "\r");
	if (row)
		buf_printf(&out, "\033[%dA", row);
	buf_printf(&out, "\033[J");
	put((char *)out.data, out.len);
	buf_free(&out);
}

void plain_edit_show(struct plain_edit *e) {
	if (e->waiting && !e->dumb && !e->p->app->quit)
		el_set(e->el, EL_REFRESH);
}

/* Libedit asks for it whenever it draws: the room may be another one by then. */
static wchar_t *prompt(EditLine *el) {
	struct plain_edit *e;
	struct sync_room *room;
	char safe[200], text[204];
	el_wget(el, EL_CLIENTDATA, &e);
	room = app_room(e->p->app);
	snprintf(text, sizeof text, "%s> ", room ? sanitize_line(safe, sizeof safe, room->name) : "");
	wchar_t *wide = wide_from_text(e->dumb ? "" : text);
	e->prompt_columns = e->dumb ? 0 : width_text(&width_standard, text, strlen(text));
	wcsncpy(e->prompt, wide, sizeof e->prompt / sizeof *e->prompt - 1);
	free(wide);
	return e->prompt;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void on_readable(uv_poll_t *poll, int status, int events) {
	struct plain_edit *e = poll->data;
	(void)status, (void)events;
	if (e->in_len == sizeof e->in)
		return;
	ssize_t n = read(STDIN_FILENO, e->in + e->in_len, sizeof e->in - e->in_len);
	if (n > 0) {
		e->in_len += (size_t)n;
		client_nudge(e->p->app->client);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		app_quit(e->p->app, EXIT_SENT); /* the end of what is typed, or no terminal any more */
}

static bool lone_escape(const struct plain_edit *e) { return e->emacs && e->in_len == 1 && e->in[0] == '\033'; }

/* Nothing followed: it was the key itself, and what libedit takes as the key after it is ours. */
static void escape_over(uv_timer_t *timer) {
	struct plain_edit *e = timer->data;
	if (lone_escape(e))
		e->in_len = 1 + width_encode(KEYS_ALONE, e->in + 1);
}

/* One character of what was read; false when there is none, or only a part. */
static bool take_character(struct plain_edit *e, wchar_t *out) {
	int32_t code;
	if (!e->in_len)
		return false;
	unsigned char lead = (unsigned char)e->in[0];
	size_t need = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	if (lone_escape(e))
		uv_timer_start(&e->escape_timer, escape_over, KEYS_ESCAPE_MS, 0);
	if (e->in_len < need || lone_escape(e))
		return false;
	size_t n = width_decode(e->in, e->in_len, &code);
	e->in_len -= n;
	memmove(e->in, e->in + n, e->in_len);
	*out = (wchar_t)code;
	return true;
}

/* Libedit's source of keys. 0: the end, of this line at least: a secret is asked for. */
static int next_key(EditLine *el, wchar_t *out) {
	struct plain_edit *e;
	el_wget(el, EL_CLIENTDATA, &e);
	e->waiting = true;
	while (!e->p->app->quit && !e->p->secret && !take_character(e, out)) {
		uv_run(&e->p->app->loop, UV_RUN_ONCE);
		plain_settle(e->p);
	}
	if (e->p->secret)
		plain_edit_hide(e);
	e->waiting = false;
	return !e->p->app->quit && !e->p->secret;
}

/* ---- signals ----------------------------------------------------------------------------------- */

static void suspend(struct plain_edit *e) {
	el_set(e->el, EL_PREP_TERM, 0);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &e->cooked);
	raise(SIGSTOP); /* SIGTSTP itself is ours */
	if (e->waiting && !e->dumb) {
		el_set(e->el, EL_PREP_TERM, 1);
		el_set(e->el, EL_REFRESH);
	} else if (e->p->secret) {
		plain_edit_silence(e);
	} else if (!e->waiting) {
		tcsetattr(STDIN_FILENO, TCSANOW, &e->between);
	}
}

static void on_signal(uv_signal_t *signal, int number) {
	struct plain_edit *e = signal->data;
	if (number == SIGWINCH)
		el_resize(e->el);
	else if (number == SIGTSTP)
		suspend(e);
	else if (number == SIGINT && e->p->secret)
		e->given_up = true;
	else
		app_quit(e->p->app, 128 + number);
}

/* ---- a line without echo -------------------------------------------------------------------------- */

void plain_edit_silence(struct plain_edit *e) {
	struct termios silent = e->cooked;
	silent.c_lflag = (silent.c_lflag & ~(tcflag_t)ECHO) | ECHONL | ICANON | ISIG;
	if (!e->waiting) /* else libedit reads, and the terminal echoes nothing */
		tcsetattr(STDIN_FILENO, TCSANOW, &silent);
}

/* Takes what was read, up to the line's end, into a secret; false when that is not here yet. */
static bool take_secret(struct plain_edit *e, char *line, size_t size, size_t *len) {
	size_t i = 0;
	bool done = false;
	while (i < e->in_len && !done) {
		done = e->in[i] == '\n' || e->in[i] == '\r';
		if (!done && *len + 1 < size)
			line[(*len)++] = e->in[i];
		i++;
	}
	memmove(e->in, e->in + i, e->in_len - i);
	explicit_bzero(e->in + e->in_len - i, i);
	e->in_len -= i;
	line[*len] = 0;
	return done;
}

static void read_secret(struct plain_edit *e) {
	char line[LIMIT_PASSWORD + 1];
	size_t len = 0;
	plain_edit_silence(e); /* libedit may have been at the terminal since */
	e->given_up = false;
	while (!e->p->app->quit && !e->given_up && !take_secret(e, line, sizeof line, &len))
		uv_run(&e->p->app->loop, UV_RUN_ONCE);
	if (!e->p->app->quit)
		plain_secret(e->p, e->given_up ? NULL : line);
	explicit_bzero(line, sizeof line);
}

/* ---- running ------------------------------------------------------------------------------------------ */

static void read_line(struct plain_edit *e) {
	HistEventW event;
	int count = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &e->between);
	const wchar_t *line = el_wgets(e->el, &count);
	if (e->p->secret)
		return;
	if (!line || count <= 0) { /* ^D on an empty line */
		app_quit(e->p->app, e->p->app->exit_code);
		return;
	}
	size_t len = wcscspn(line, L"\r\n");
	char *text = wide_to_text(line, len);
	if (len) {
		wchar_t *kept = wide_copy(line, len);
		history_w(e->history, &event, H_ENTER, kept);
		free(kept);
	}
	plain_line(e->p, text);
	free(text);
}

static void closed(uv_handle_t *handle) {
	((struct plain_edit *)handle->data)->handles--;
}

static void start(struct plain_edit *e) {
	static const int numbers[SIGNALS] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH};
	uv_loop_t *loop = &e->p->app->loop;
	uv_poll_start(&e->poll, UV_READABLE | UV_DISCONNECT, on_readable);
	uv_timer_init(loop, &e->escape_timer);
	e->escape_timer.data = e;
	e->handles++;
	for (int i = 0; i < SIGNALS; i++) {
		uv_signal_init(loop, &e->signals[i]);
		e->signals[i].data = e;
		uv_signal_start(&e->signals[i], on_signal, numbers[i]);
		e->handles++;
	}
}

static void finish(struct plain_edit *e) {
	uv_close((uv_handle_t *)&e->poll, closed);
	uv_close((uv_handle_t *)&e->escape_timer, closed);
	for (int i = 0; i < SIGNALS; i++)
		uv_close((uv_handle_t *)&e->signals[i], closed);
	while (e->handles)
		uv_run(&e->p->app->loop, UV_RUN_NOWAIT);
}

static EditLine *make_editor(struct plain_edit *e) {
	const char *term = getenv("TERM");
	const wchar_t *editor = L"";
	HistEventW event;
	setlocale(LC_ALL, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8"))
		setlocale(LC_CTYPE, "C.UTF-8");
	e->dumb = !term || !*term || !strcmp(term, "dumb") || !isatty(STDOUT_FILENO);
	e->between = e->cooked;
	if (!e->dumb)
		e->between.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(STDIN_FILENO, TCSANOW, &e->between);   /* what libedit takes for the terminal's own */
	EditLine *el = el_init("appchat-tui", stdin, stdout, stderr);
	if (!el) {
		tcsetattr(STDIN_FILENO, TCSANOW, &e->cooked);
		return NULL;
	}
	e->history = history_winit();
	history_w(e->history, &event, H_SETSIZE, HISTORY_LINES_KEPT);
	el_wset(el, EL_CLIENTDATA, e);
	el_wset(el, EL_PROMPT, prompt);
	el_wset(el, EL_HIST, history_w, e->history);
	el_wset(el, EL_EDITOR, L"emacs");
	el_wset(el, EL_SIGNAL, 0);
	el_wset(el, EL_BIND, L"^R", L"em-inc-search-prev", NULL);
	el_source(el, NULL);
	el_wset(el, EL_BIND, (wchar_t[]){ KEYS_ALONE, 0 }, L"ed-ignore", NULL);
	e->emacs = !e->dumb && el_wget(el, EL_EDITOR, &editor) == 0 && wcscmp(editor, L"emacs") == 0;
	if (e->emacs)
		el_wset(el, EL_BIND, (wchar_t[]){ L'\033', KEYS_ALONE, 0 }, L"ed-ignore", NULL);
	el_wset(el, EL_EDITMODE, e->dumb ? 0 : 1);
	el_wset(el, EL_GETCFN, next_key);
	return el;
}

bool plain_edit(struct plain *p) {
	struct plain_edit e = {.p = p};
	if (uv_poll_init(&p->app->loop, &e.poll, STDIN_FILENO))
		return false;
	e.poll.data = &e;
	e.handles = 1;
	tcgetattr(STDIN_FILENO, &e.cooked);
	e.el = make_editor(&e);
	if (e.el) {
		start(&e);
		p->edit = &e;
		while (!p->app->quit) {
			if (p->secret)
				read_secret(&e);
			else if (signing_under_way(p->app))
				uv_run(&p->app->loop, UV_RUN_ONCE);
			else
				read_line(&e);
		}
		p->edit = NULL;
		if (!e.dumb)
			put("\n", 1);
		finish(&e);
		el_end(e.el);
		tcsetattr(STDIN_FILENO, TCSANOW, &e.cooked);
		history_wend(e.history);
		return true;
	}
	uv_close((uv_handle_t *)&e.poll, closed);
	while (e.handles)
		uv_run(&p->app->loop, UV_RUN_NOWAIT);
	return false;
}
