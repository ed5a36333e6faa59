/* Three growing arrays: lines, their spans, the spans' text. */
#include "tui/lines.h"

#include <stdlib.h>
#include <string.h>

void lines_clear(struct lines *l) {
	l->count = l->spans = 0;
	l->text.len = 0;
}

void lines_free(struct lines *l) {
	free(l->line);
	free(l->span);
	buf_free(&l->text);
	*l = (struct lines){ 0 };
}

void lines_start(struct lines *l) {
	if (l->count == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 64;
		l->line = xrealloc(l->line, l->cap * sizeof *l->line);
	}
	l->line[l->count++] = (struct line){ .span = l->spans };
}

void lines_span(struct lines *l, int column, enum style style, const char *text, size_t len) {
	if (l->spans == l->span_cap) {
		l->span_cap = l->span_cap ? l->span_cap * 2 : 128;
		l->span = xrealloc(l->span, l->span_cap * sizeof *l->span);
	}
	l->span[l->spans++] = (struct span){ column, style, l->text.len, len };
	l->line[l->count - 1].spans++;
	buf_append(&l->text, text, len);
}

void lines_rule(struct lines *l, enum style style, const char *label) {
	lines_start(l);
	l->line[l->count - 1].rule = true;
	lines_span(l, 0, style, label, strlen(label));
}

static void draw_rule(const struct lines *l, const struct span *p, struct screen *s, int row, int left, int right) {
	const char *label = (const char *)l->text.data + p->at;
	int width = width_text(screen_rules(s), label, p->len), room = right - left;
	enum style style = p->style == STYLE_BOLD ? STYLE_DIM : p->style;
	if (room < width + 6) {
		bool whole = width < room;
		size_t len = whole ? p->len : width_fit(screen_rules(s), label, p->len, room - 2, NULL);
		int column = screen_put(s, row, left + 1, right, p->style, label, len);
		if (!whole)
			screen_puts(s, row, column, right, p->style, "…");
		return;
	}
	int at = left + (room - width - 2) / 2;
	screen_fill(s, row, left + 1, at, style, "─");
	screen_put(s, row, at + 1, right, p->style, label, p->len);
	screen_fill(s, row, at + width + 2, right - 1, style, "─");
}

void lines_draw(const struct lines *l, size_t i, struct screen *s, int row, int left, int right) {
	const struct line *line = &l->line[i];
	for (size_t n = 0; n < line->spans; n++) {
		const struct span *p = &l->span[line->span + n];
		if (line->rule)
			draw_rule(l, p, s, row, left, right);
		else
			screen_put(s, row, left + p->column, right, p->style, (const char *)l->text.data + p->at, p->len);
	}
}
