/* Two lists, the frame's and the one on the terminal; they swap when written. */
#include "tui/screen_overlay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void overlays_begin(struct overlays *o) { o->count = 0; }

bool overlays_add(struct overlays *o, int row, int column, const char *sgr, const char *text, size_t len) {
	if (len >= sizeof o->now->text)
		return false;
	if (o->count == o->cap) {
		o->cap = o->cap ? o->cap * 2 : 16;
		o->now = xrealloc(o->now, o->cap * sizeof *o->now);
	}
	struct overlay *v = &o->now[o->count++];
	memset(v, 0, sizeof *v);
	v->row = row;
	v->column = column;
	snprintf(v->sgr, sizeof v->sgr, "%s", sgr);
	memcpy(v->text, text, len);
	return true;
}

static bool same(const struct overlays *o) {
	return o->count == o->shown_count && (!o->count || memcmp(o->now, o->shown, o->count * sizeof *o->now) == 0);
}

void overlays_write(struct overlays *o, struct buf *out, bool force) {
	if (!force && same(o))
		return;
	for (size_t i = 0; i < o->count; i++) {
		const struct overlay *v = &o->now[i];
		buf_printf(out, "\033[%d;%dH\033[0;%sm%s", v->row + 1, v->column + 1, v->sgr, v->text);
	}
	struct overlays was = *o;
	*o = (struct overlays){ .now = was.shown, .cap = was.shown_cap, .shown = was.now, .shown_count = was.count, .shown_cap = was.cap };
}

void overlays_free(struct overlays *o) {
	free(o->now);
	free(o->shown);
	*o = (struct overlays){ 0 };
}
