/* Lines of styled text, built before it is known where on the screen they go. */
#ifndef APPCHAT_TUI_LINES_H
#define APPCHAT_TUI_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/base/buf.h"
#include "tui/screen.h"

struct span {
	int column;
	enum style style;
	size_t at, len;     /* of lines.text */
};

struct line {
	size_t span, spans;     /* index of the first, and how many */
	bool rule;              /* a rule across the pane, the first span its label */
};

struct lines {
	struct line *line;
	size_t count, cap;
	struct span *span;
	size_t spans, span_cap;
	struct buf text;
};

/* Forgets all lines; the memory is kept. */
void lines_clear(struct lines *l);
void lines_free(struct lines *l);
/* Begins a new line. */
void lines_start(struct lines *l);
/* Adds text to the line begun last. */
void lines_span(struct lines *l, int column, enum style style, const char *text, size_t len);
/* A line that is a rule with a label. */
void lines_rule(struct lines *l, enum style style, const char *label);
/* Draws line i in [left, right) of a row. */
void lines_draw(const struct lines *l, size_t i, struct screen *s, int row, int left, int right);

#endif
