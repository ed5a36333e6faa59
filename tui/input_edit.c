/*
 * Editor functions of our own: what libedit does by code points is done here
 * by grapheme clusters, and the history keys know lines within the line.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "tui/input_impl.h"
#include "tui/sanitize.h"
#include "tui/wide.h"
#include "tui/width.h"

unsigned char edit_nothing(EditLine *el, int ch) {
	(void)el;
	(void)ch;
	return CC_NORM;
}

/* Wide characters of the cluster before (or behind) the cursor. */
static size_t cluster_before(struct input *in) {
	size_t len, cursor;
	const wchar_t *line = input_line(in, &len, &cursor);
	size_t from = cursor > 64 ? cursor - 64 : 0;
	char *text = wide_to_text(line + from, cursor - from);
	size_t bytes = strlen(text), last = width_last_cluster(text, bytes);
	wchar_t *wide = wide_from_text(text + bytes - last);
	size_t n = wcslen(wide);
	free(wide);
	free(text);
	return n;
}

static size_t cluster_behind(struct input *in) {
	size_t len, cursor;
	int columns;
	const wchar_t *line = input_line(in, &len, &cursor);
	if (cursor == len)
		return 0;
	char *text = wide_to_text(line + cursor, len - cursor < 64 ? len - cursor : 64);
	size_t bytes = width_cluster(&width_standard, text, strlen(text), &columns);
	text[bytes] = 0;
	wchar_t *wide = wide_from_text(text);
	size_t n = wcslen(wide);
	free(wide);
	free(text);
	return n;
}

unsigned char edit_backspace(EditLine *el, int ch) {
	(void)ch;
	struct input *in = input_of(el);
	size_t n = cluster_before(in);
	if (!n)
		return CC_ERROR;
	input_cut(in, n);
	return CC_REFRESH;
}

unsigned char edit_delete(EditLine *el, int ch) {
	(void)ch;
	struct input *in = input_of(el);
	size_t n = cluster_behind(in);
	if (!n)
		return CC_ERROR;
	el_cursor(el, (int)n);
	input_cut(in, n);
	return CC_REFRESH;
}

unsigned char edit_delete_or_quit(EditLine *el, int ch) {
	struct input *in = input_of(el);
	size_t len, cursor;
	input_line(in, &len, &cursor);
	if (len)
		return edit_delete(el, ch);
	in->options.act(in->options.arg, ACTION_QUIT, ch);
	return CC_NORM;
}

unsigned char edit_left(EditLine *el, int ch) {
	(void)ch;
	el_cursor(el, -(int)cluster_before(input_of(el)));
	return CC_CURSOR;
}

unsigned char edit_right(EditLine *el, int ch) {
	(void)ch;
	el_cursor(el, (int)cluster_behind(input_of(el)));
	return CC_CURSOR;
}

unsigned char edit_newline(EditLine *el, int ch) {
	(void)ch;
	return input_of(el)->mode == INPUT_LINE && el_winsertstr(el, L"\n") == 0 ? CC_REFRESH : CC_ERROR;
}

unsigned char edit_paste(EditLine *el, int ch) {
	(void)ch;
	struct input *in = input_of(el);
	const struct buf *paste = keys_paste(in->keys);
	struct buf safe = { 0 };
	/* Terminals send a pasted line's end as CR. */
	char *text = xmalloc(paste->len + 1);
	for (size_t i = 0; i < paste->len; i++)
		text[i] = paste->data[i] == '\r' ? '\n' : (char)paste->data[i];
	sanitize(&safe, text, paste->len, in->mode == INPUT_LINE ? SANITIZE_TEXT : SANITIZE_LINE);
	buf_byte(&safe, 0);
	wchar_t *wide = wide_from_text((char *)safe.data);
	if (*wide)
		el_winsertstr(el, wide);
	free(wide);
	free(text);
	buf_free(&safe);
	return CC_REFRESH;
}

/* ---- Up and down ------------------------------------------------------------------ */

static size_t line_start(const wchar_t *line, size_t at) {
	while (at && line[at - 1] != L'\n')
		at--;
	return at;
}

/* Moves by a line within the line; false when there is none above (or below). */
static bool move_within(struct input *in, bool up) {
	size_t len, cursor;
	const wchar_t *line = input_line(in, &len, &cursor);
	size_t start = line_start(line, cursor), column = cursor - start, to;
	if (up) {
		if (!start)
			return false;
		to = line_start(line, start - 1);
	} else {
		for (to = cursor; to < len && line[to] != L'\n'; to++)
			;
		if (to++ == len)
			return false;
	}
	while (column-- && to < len && line[to] != L'\n')
		to++;
	el_cursor(in->el, (int)to - (int)cursor);
	return true;
}

static void show_history(struct input *in, size_t at) {
	size_t len, cursor;
	const wchar_t *line = input_line(in, &len, &cursor);
	if (in->history_at >= history_count(in->history)) {
		free(in->history_draft);
		in->history_draft = wide_copy(line, len);
	}
	in->history_at = at;
	const wchar_t *text = at < history_count(in->history) ? history_line(in->history, at) : in->history_draft;
	input_set(in, text, wcslen(text), wcslen(text));
}

unsigned char edit_up(EditLine *el, int ch) {
	(void)ch;
	struct input *in = input_of(el);
	if (move_within(in, true))
		return CC_CURSOR;
	size_t count = history_count(in->history);
	if (in->mode != INPUT_LINE || !count || !in->history_at)
		return CC_ERROR;
	show_history(in, (in->history_at > count ? count : in->history_at) - 1);
	return CC_REFRESH;
}

unsigned char edit_down(EditLine *el, int ch) {
	(void)ch;
	struct input *in = input_of(el);
	if (move_within(in, false))
		return CC_CURSOR;
	if (in->mode != INPUT_LINE || in->history_at >= history_count(in->history))
		return CC_ERROR;
	show_history(in, in->history_at + 1);
	return CC_REFRESH;
}

/* ---- Tab ---------------------------------------------------------------------------- */

void input_tab_over(struct input *in) {
	for (size_t i = 0; i < in->tab.candidates; i++)
		free(in->tab.candidate[i]);
	free(in->tab.candidate);
	free(in->tab_line);
	in->tab_line = NULL;
	in->tab = (struct completion){ 0 };
	in->tab_at = -1;
}

/* Replaces what the last Tab put in the line. */
static void put_candidate(struct input *in, const char *text, size_t bytes) {
	char *copy = memcpy(xcalloc(bytes + 1, 1), text, bytes);
	wchar_t *wide = wide_from_text(copy);
	if (in->tab_len)
		input_cut(in, in->tab_len);
	in->tab_len = wcslen(wide);
	if (in->tab_len)
		el_winsertstr(in->el, wide);
	free(wide);
	free(copy);
}

/* Bytes that all candidates begin with, whole code points. */
static size_t common(const struct completion *c) {
	size_t n = strlen(c->candidate[0]);
	for (size_t i = 1; i < c->candidates; i++) {
		size_t same = 0;
		while (same < n && c->candidate[i][same] == c->candidate[0][same])
			same++;
		n = same;
	}
	while (n && (c->candidate[0][n] & 0xC0) == 0x80)
		n--;
	return n;
}

bool input_tab_holds(struct input *in) {
	size_t len, cursor;
	const wchar_t *line = input_line(in, &len, &cursor);
	return in->tab.candidates > 1 && cursor == in->tab_start + in->tab_len && in->tab_line && wcslen(in->tab_line) == len &&
	       wmemcmp(in->tab_line, line, len) == 0;
}

static void keep_tab_line(struct input *in) {
	size_t len, cursor;
	const wchar_t *line = input_line(in, &len, &cursor);
	free(in->tab_line);
	in->tab_line = wide_copy(line, len);
}

static void first_tab(struct input *in) {
	size_t len, cursor;
	input_tab_over(in);
	const wchar_t *line = input_line(in, &len, &cursor);
	char *before = wide_to_text(line, cursor);
	struct completion c = { .line = before };
	in->options.complete(in->options.arg, &c);
	in->tab = c;
	in->tab.line = NULL;
	if (c.candidates) {
		char *word = before + c.start;
		size_t had = strlen(word), prefix = common(&c);
		wchar_t *wide = wide_from_text(word);
		in->tab_len = wcslen(wide);
		in->tab_start = cursor - in->tab_len;
		free(wide);
		if (prefix > had || c.candidates == 1)
			put_candidate(in, c.candidate[0], prefix);
	}
	free(before);
}

unsigned char edit_complete(EditLine *el, int ch) {
	struct input *in = input_of(el);
	if (in->mode != INPUT_LINE)
		return CC_ERROR;
	if (!input_tab_holds(in)) {
		first_tab(in);
	} else {
		int step = ch == 'Z' ? -1 : 1, n = (int)in->tab.candidates;
		in->tab_at = in->tab_at < 0 ? (step > 0 ? 0 : n - 1) : (in->tab_at + step + n) % n;
		const char *text = in->tab.candidate[in->tab_at];
		put_candidate(in, text, strlen(text));
	}
	keep_tab_line(in);
	return CC_REFRESH;
}
