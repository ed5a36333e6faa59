/* libedit's life, its supply of characters, and the drafts. */
#include "tui/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "tui/input_impl.h"
#include "tui/sanitize.h"
#include "tui/wide.h"

struct input *input_of(EditLine *el) {
	void *data = NULL;
	el_wget(el, EL_CLIENTDATA, &data);
	return data;
}

/* ---- The supply of characters ----------------------------------------------------- */

/* What a key means to libedit; false when it is not for it. */
static bool character(struct input *in, const struct key *key, wchar_t *out) {
	if (key->kind == KEY_REPORT || key->kind == KEY_BACKGROUND) {
		in->options.answer(in->options.arg, key);
		return false;
	}
	in->alone = key->kind == KEY_ESCAPE && input_emacs(in);
	*out = key->kind == KEY_PASTE ? KEY_INSERT_PASTE : key->kind == KEY_ESCAPE ? L'\033' : key->character;
	return true;
}

static int get_character(EditLine *el, wchar_t *out) {
	struct input *in = input_of(el);
	while (!in->stopped) {
		struct key key;
		if (in->alone || in->switching) {
			bool alone = in->alone;
			*(alone ? &in->alone : &in->switching) = false;
			*out = alone ? KEYS_ALONE : KEY_SWITCH;
			return 1;
		}
		if (!keys_next(in->keys, &key))
			in->options.wait(in->options.arg);
		else if (character(in, &key, out))
			return 1;
	}
	return 0;
}

void input_feed(struct input *in, const char *data, size_t len) { keys_feed(in->keys, data, len); }
bool input_partial(const struct input *in) { return keys_partial(in->keys); }
void input_expire(struct input *in) { keys_expire(in->keys); }

/* ---- History, as libedit's search asks for it ---------------------------------------- */

static int give_line(struct input *in, HistEventW *event, size_t at) {
	event->num = (int)at;
	event->str = history_line(in->history, at);
	return 0;
}

/* Stands in for libedit's own history_w(). at: the line shown last, counted from the newest. */
static int history_call(void *data, HistEventW *event, int op, ...) {
	struct input *in = data;
	size_t count = history_count(in->history);
	event->str = L"";
	if (op == H_FIRST && count)
		return give_line(in, event, in->history_at = count - 1);
	if (op == H_NEXT && in->history_at > 0 && in->history_at < count)
		return give_line(in, event, --in->history_at);
	if (op == H_PREV && in->history_at + 1 < count)
		return give_line(in, event, ++in->history_at);
	if (op == H_LAST && count)
		return give_line(in, event, in->history_at = 0);
	return op == H_GETSIZE ? (event->num = (int)count, 0) : -1;
}

void input_remember(struct input *in, const char *line) {
	wchar_t *wide = wide_from_text(line);
	history_add(in->history, wide);
	free(wide);
}

/* ---- Life -------------------------------------------------------------------------------- */

static bool open_pty(struct input *in) {
	struct winsize size = { .ws_row = 50, .ws_col = 500 };
	in->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (in->master < 0 || grantpt(in->master) || unlockpt(in->master))
		return false;
	char name[128];
	if (ptsname_r(in->master, name, sizeof name))
		return false;
	in->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (in->slave >= 0)
		ioctl(in->slave, TIOCSWINSZ, &size);
	return in->slave >= 0;
}

static bool open_editor(struct input *in) {
	in->null = fopen("/dev/null", "r+e");
	if (!in->null || !open_pty(in))
		return false;
	in->el = el_init_fd("appchat-tui", in->null, in->null, in->null, in->slave, in->slave, in->slave);
	return in->el != NULL;
}

struct input *input_new(const struct input_options *options) {
	struct input *in = xcalloc(1, sizeof *in);
	in->options = *options;
	in->master = in->slave = -1;
	in->tab_at = -1;
	in->keys = keys_new();
	in->history = history_new(options->state_folder);
	if (!open_editor(in)) {
		int why = errno;
		input_free(in);
		errno = why;
		return NULL;
	}
	el_wset(in->el, EL_CLIENTDATA, in);
	el_wset(in->el, EL_GETCFN, get_character);
	el_wset(in->el, EL_HIST, history_call, in);
	el_wset(in->el, EL_SIGNAL, 0);
	input_bind_all(in);
	return in;
}

void input_free(struct input *in) {
	if (!in)
		return;
	if (in->el)
		el_end(in->el);
	if (in->null)
		fclose(in->null);
	if (in->slave >= 0)
		close(in->slave);
	if (in->master >= 0)
		close(in->master);
	for (size_t i = 0; i < in->drafts; i++)
		free(in->draft[i].text);
	free(in->draft);
	free(in->history_draft);
	input_tab_over(in);
	history_free(in->history);
	keys_free(in->keys);
	free(in);
}

/* ---- The line ------------------------------------------------------------------------------ */

const wchar_t *input_line(struct input *in, size_t *len, size_t *cursor) {
	const LineInfoW *line = el_wline(in->el);
	*len = (size_t)(line->lastchar - line->buffer);
	*cursor = (size_t)(line->cursor - line->buffer);
	return line->buffer;
}

void input_cut(struct input *in, size_t n) { el_deletestr(in->el, (int)n); }

void input_set(struct input *in, const wchar_t *text, size_t len, size_t cursor) {
	size_t had, at;
	wchar_t *copy = wide_copy(text, len);   /* text may be libedit's own buffer */
	input_line(in, &had, &at);
	el_cursor(in->el, (int)(had - at));
	if (had)
		input_cut(in, had);
	if (len && el_winsertstr(in->el, copy) < 0)
		len = 0;
	if (len > cursor)
		el_cursor(in->el, -(int)(len - cursor));
	free(copy);
}

bool input_clear(struct input *in) {
	size_t len, cursor;
	input_line(in, &len, &cursor);
	input_set(in, L"", 0, 0);
	in->history_at = history_count(in->history);
	return len > 0;
}

char *input_text(struct input *in, size_t *cursor) {
	size_t len, at;
	const wchar_t *line = input_line(in, &len, &at);
	*cursor = wide_bytes(line, at);
	return wide_to_text(line, len);
}

enum input_mode input_mode(const struct input *in) { return in->mode; }

/* ---- Drafts ---------------------------------------------------------------------------------- */

static struct draft *draft_of(struct input *in, uint64_t context) {
	for (size_t i = 0; i < in->drafts; i++)
		if (in->draft[i].context == context)
			return &in->draft[i];
	in->draft = xrealloc(in->draft, (in->drafts + 1) * sizeof *in->draft);
	in->draft[in->drafts] = (struct draft){ .context = context };
	return &in->draft[in->drafts++];
}

static void draft_keep(struct input *in, uint64_t context, const wchar_t *text, size_t len, size_t cursor) {
	struct draft *d = draft_of(in, context);
	free(d->text);
	d->text = wide_copy(text, len);
	d->cursor = cursor;
}

void input_restore(struct input *in, uint64_t context, const char *text) {
	wchar_t *wide = wide_from_text(text);
	draft_keep(in, context, wide, wcslen(wide), wcslen(wide));
	free(wide);
	in->switching = true;
}

void input_want(struct input *in, enum input_mode mode, uint64_t context) {
	if (mode == in->wanted_mode && context == in->wanted_context)
		return;
	in->wanted_mode = mode;
	in->wanted_context = context;
	in->switching = true;
}

unsigned char edit_switch(EditLine *el, int ch) {
	(void)ch;
	struct input *in = input_of(el);
	size_t len, cursor;
	const wchar_t *line = input_line(in, &len, &cursor);
	if (len && in->mode != INPUT_SECRET)
		draft_keep(in, in->context, line, len, cursor);
	in->mode = in->wanted_mode;
	in->context = in->wanted_context;
	struct draft *d = draft_of(in, in->context);
	input_set(in, d->text ? d->text : L"", d->text ? wcslen(d->text) : 0, d->cursor);
	free(d->text);
	d->text = NULL;
	d->cursor = 0;
	in->history_at = history_count(in->history);
	return CC_REFRESH;
}

static char *line_typed(const wchar_t *line, int len) {
	while (len && line[len - 1] == L'\n')
		len--;
	return wide_to_text(line, (size_t)len);
}

char *input_read(struct input *in, enum input_mode *mode, uint64_t *context) {
	int len = 0;
	in->switching = true;
	in->history_at = history_count(in->history);
	const wchar_t *line = el_wgets(in->el, &len);
	input_tab_over(in);
	*mode = in->mode;
	*context = in->context;
	if (in->stopped)
		return NULL;
	return line_typed(line ? line : L"", line ? len : 0);
}

void input_stop(struct input *in) { in->stopped = true; }

char *const *input_candidates(struct input *in, size_t *count, int *at) {
	*count = input_tab_holds(in) ? in->tab.candidates : 0;
	*at = in->tab_at;
	return in->tab.candidate;
}
