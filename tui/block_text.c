/*
 * Three shapes, by the width of the pane:
 *
 *   wide     14:02  ada         text, wrapped beneath itself
 *   middle   14:02 ada: text, wrapped below the name
 *   narrow   ada: text
 */
#include "tui/block_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tui/marks.h"
#include "tui/sanitize.h"
#include "tui/wrap.h"

#define TOGETHER_MS (5 * 60 * 1000)   /* an author's messages this near each other share a name */
#define MARKS 64
#define MEANING_LEAST 24              /* columns for what a term of a list means, to stand beside it */

struct shape {
	bool table;                    /* authors have a column of their own */
	int time_at, name_at;          /* time_at -1: no time */
	int name_width, text_at;       /* text_at: also of wrapped lines */
	int width;
};

static struct shape shape_for(int width) {
	if (width >= 56) {
		int name = width / 7 < 9 ? 9 : width / 7 > 14 ? 14 : width / 7;
		return (struct shape){ true, 1, 8, name, 8 + name + 2, width - 1 };
	}
	if (width >= 28)
		return (struct shape){ false, 0, 6, width / 2, 6, width };
	return (struct shape){ false, -1, 0, width / 2, width < 12 ? 0 : 2, width };
}

/* A text to be drawn: styled by its marks, dim or plain elsewhere. */
struct body {
	const char *text;
	size_t len;
	enum style style;
	struct mark mark[MARKS];
	size_t marks;
	size_t tail;             /* from this byte on in tail_style */
	enum style tail_style;
};

static enum style mark_style(enum mark_kind kind) { return kind == MARK_LINK ? STYLE_LINK : STYLE_MENTION; }

/* The style at byte `at`, and where it ends at the latest. */
static enum style style_at(const struct body *b, size_t at, size_t *end) {
	if (at >= b->tail)
		return b->tail_style;
	if (*end > b->tail)
		*end = b->tail;
	for (size_t i = 0; i < b->marks; i++) {
		if (at >= b->mark[i].start && at < b->mark[i].end) {
			if (*end > b->mark[i].end)
				*end = b->mark[i].end;
			return mark_style(b->mark[i].kind);
		}
		if (b->mark[i].start > at && *end > b->mark[i].start)
			*end = b->mark[i].start;
	}
	return b->style;
}

static void add_styled(struct ui *ui, const struct body *b, size_t from, size_t to, int column) {
	while (from < to) {
		size_t end = to;
		enum style style = style_at(b, from, &end);
		lines_span(&ui->lines, column, style, b->text + from, end - from);
		column += width_text(screen_rules(ui->screen), b->text + from, end - from);
		from = end;
	}
}

/* Wraps the body; its first line goes on the line begun, from column first_at. */
static void add_body(struct ui *ui, const struct body *b, int first_at, int text_at, int width) {
	int column = first_at;
	for (size_t at = 0; at < b->len;) {
		size_t shown;
		int room = width - column;
		size_t n = wrap_line(screen_rules(ui->screen), b->text + at, b->len - at, room < 1 ? 1 : room, &shown);
		add_styled(ui, b, at, at + shown, column);
		at += n;
		column = text_at;
		if (at < b->len)
			lines_start(&ui->lines);
	}
}

static enum style author_style(uint64_t id) { return (enum style)(STYLE_AUTHOR + id % SCREEN_AUTHORS); }

static void add_time(struct ui *ui, const struct shape *s, uint64_t ms) {
	char text[8];
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	localtime_r(&seconds, &tm);
	strftime(text, sizeof text, "%H:%M", &tm);
	if (s->time_at >= 0)
		lines_span(&ui->lines, s->time_at, STYLE_DIM, text, strlen(text));
}

/* The name, cut to its space; returns the column where text may begin. */
static int add_name(struct ui *ui, const struct shape *s, const char *name, uint64_t id, enum style style) {
	const struct width_rules *rules = screen_rules(ui->screen);
	size_t len = strlen(name);
	int used;
	size_t fits = width_fit(rules, name, len, s->name_width, &used);
	if (fits < len)
		fits = width_fit(rules, name, len, s->name_width - 1, &used);
	lines_span(&ui->lines, s->name_at, style == STYLE_TEXT ? author_style(id) : style, name, fits);
	int column = s->name_at + used;
	if (fits < len)
		lines_span(&ui->lines, column++, STYLE_DIM, "…", strlen("…"));
	if (s->table)
		return s->text_at;
	lines_span(&ui->lines, column, STYLE_DIM, ":", 1);
	return column + 2;
}

static bool together(const struct sync_event *before, uint64_t author, uint64_t time_ms) {
	return before && before->kind == SYNC_MESSAGE && before->author == author && time_ms - before->time_ms < TOGETHER_MS;
}

static bool same_minute(const struct sync_event *before, uint64_t time_ms) {
	return before && before->time_ms / 60000 == time_ms / 60000;
}

static void set_marks(struct ui *ui, struct body *b, bool own) {
	char self[200];
	sanitize_line(self, sizeof self, client_status(ui->app->client)->name);
	b->marks = marks_find(b->text, b->len, own ? "" : self, b->mark, MARKS);
}

static void add_message(struct ui *ui, const struct sync_event *e, const struct sync_event *before, int width) {
	struct shape s = shape_for(width);
	struct buf text = { 0 };
	char name[200];
	sanitize(&text, e->text, strlen(e->text), SANITIZE_TEXT);
	sanitize_line(name, sizeof name, e->name);
	struct body b = { .text = (char *)text.data, .len = text.len, .style = STYLE_TEXT, .tail = SIZE_MAX };
	set_marks(ui, &b, e->author == client_status(ui->app->client)->user);
	lines_start(&ui->lines);
	if (!same_minute(before, e->time_ms))
		add_time(ui, &s, e->time_ms);
	int column = s.text_at;
	if (!s.table || !together(before, e->author, e->time_ms))
		column = add_name(ui, &s, name, e->author, STYLE_TEXT);
	add_body(ui, &b, column, s.text_at, s.width);
	buf_free(&text);
}

static void add_change(struct ui *ui, const struct sync_event *e, int width) {
	struct shape s = shape_for(width);
	struct buf text = { 0 }, safe = { 0 };
	if (e->kind == SYNC_CREATED)
		buf_printf(&text, "%s created the room", e->name);
	else if (*e->text)
		buf_printf(&text, "%s set the topic: %s", e->name, e->text);
	else
		buf_printf(&text, "%s took the topic away", e->name);
	sanitize(&safe, (char *)text.data, text.len, SANITIZE_LINE);
	struct body b = { .text = (char *)safe.data, .len = safe.len, .style = STYLE_NOTICE, .tail = SIZE_MAX };
	lines_start(&ui->lines);
	add_time(ui, &s, e->time_ms);
	add_body(ui, &b, s.table ? s.name_at : s.text_at, s.table ? s.name_at : s.text_at, s.width);
	buf_free(&text);
	buf_free(&safe);
}

void block_event(struct ui *ui, const struct sync_event *e, const struct sync_event *before, int width) {
	if (e->kind == SYNC_MESSAGE)
		add_message(ui, e, before, width);
	else
		add_change(ui, e, width);
}

/* What is said behind a message on its way; NULL: nothing. */
static char *pending_word(struct ui *ui, const struct outbox_item *item) {
	struct buf b = { 0 };
	bool ready = client_status(ui->app->client)->state == CLIENT_READY;
	if (item->state == OUTBOX_STORED)
		return NULL;
	if (item->state == OUTBOX_FAILED)
		buf_printf(&b, "  not sent: %s (/retry or /drop)", item->reason ? item->reason : "refused");
	else if (item->safe != OUTBOX_SAFE)
		buf_printf(&b, "  being saved");
	else if (item->reason && ready)
		buf_printf(&b, "  will be sent again: %s", item->reason);
	else
		buf_printf(&b, ready ? "  sending" : "  waiting for the connection");
	char *safe = sanitize_copy((char *)b.data, SANITIZE_LINE);
	buf_free(&b);
	return safe;
}

void block_pending(struct ui *ui, const struct outbox_item *item, int width) {
	struct shape s = shape_for(width);
	const struct client_status *status = client_status(ui->app->client);
	struct buf text = { 0 };
	char name[200], *word = pending_word(ui, item);
	sanitize_line(name, sizeof name, status->name);
	sanitize(&text, item->text, strlen(item->text), SANITIZE_TEXT);
	struct body b = { .style = item->state == OUTBOX_STORED ? STYLE_TEXT : STYLE_DIM, .tail = text.len };
	b.tail_style = item->state == OUTBOX_FAILED ? STYLE_ERROR : item->reason ? STYLE_WARNING : STYLE_DIM;
	if (word)
		buf_append(&text, word, strlen(word));
	b.text = (char *)text.data;
	b.len = text.len;
	lines_start(&ui->lines);
	if (s.time_at >= 0)
		lines_span(&ui->lines, s.time_at + 2, item->state == OUTBOX_FAILED ? STYLE_ERROR : STYLE_DIM,
			   item->state == OUTBOX_FAILED ? "!" : "·", item->state == OUTBOX_FAILED ? 1 : strlen("·"));
	int column = add_name(ui, &s, name, status->user, STYLE_DIM);
	add_body(ui, &b, column, s.text_at, s.width);
	free(word);
	buf_free(&text);
}

void block_plain(struct ui *ui, enum style style, const char *text, int width) {
	int margin = width >= 28 ? 1 : 0;
	struct body b = { .text = text, .len = strlen(text), .style = style, .tail = SIZE_MAX };
	size_t indent = strspn(text, " ");
	lines_start(&ui->lines);
	add_body(ui, &b, margin, margin + (indent && width >= 40 ? (int)indent + 2 : 0), width - margin);
}

/* In a row of a list, "  TERM    what it means": where the meaning begins; 0 in any other line. */
static size_t meaning_at(const char *line) {
	const char *gap = strncmp(line, "  ", 2) == 0 && line[2] != ' ' ? strstr(line + 2, "  ") : NULL;
	size_t blanks = gap ? strspn(gap, " ") : 0;
	return blanks && gap[blanks] ? (size_t)(gap - line) + blanks : 0;
}

/* The meaning beside the term, wrapped beneath itself; where there is too little space for that, below it. */
static void block_row(struct ui *ui, enum style style, const char *line, size_t meaning, int width) {
	int margin = width >= 28 ? 1 : 0, column = margin + width_text(screen_rules(ui->screen), line, meaning);
	size_t term = (size_t)(strstr(line + 2, "  ") - line);
	struct body left = { .text = line, .len = term, .style = style, .tail = SIZE_MAX };
	struct body right = { .text = line + meaning, .len = strlen(line + meaning), .style = style, .tail = SIZE_MAX };
	lines_start(&ui->lines);
	add_body(ui, &left, margin, margin + 2, width - margin);
	if (width - margin - column < MEANING_LEAST) {
		lines_start(&ui->lines);
		column = margin + 4;
	}
	add_body(ui, &right, column, column, width - margin);
}

/* Each line is wrapped for itself, so that lists keep their shape. */
void block_note(struct ui *ui, const struct note *note, int width) {
	static const enum style styles[] = { STYLE_NOTICE, STYLE_WARNING, STYLE_ERROR };
	for (const char *at = note->text;;) {
		size_t len = strcspn(at, "\n");
		char *line = memcpy(xcalloc(len + 1, 1), at, len);
		size_t meaning = meaning_at(line);
		if (meaning)
			block_row(ui, styles[note->level], line, meaning, width);
		else
			block_plain(ui, styles[note->level], line, width);
		free(line);
		if (!at[len])
			break;
		at += len + 1;
	}
}
