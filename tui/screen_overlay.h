/* Text to be written over blank cells after curses has updated the screen. Used by screen.c alone. */
#ifndef APPCHAT_TUI_SCREEN_OVERLAY_H
#define APPCHAT_TUI_SCREEN_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/base/buf.h"

struct overlay {
	int row, column;
	char sgr[40];       /* the style, as ECMA-48 parameters */
	char text[72];      /* one cluster */
};

struct overlays {
	struct overlay *now, *shown;
	size_t count, cap, shown_count, shown_cap;
};

/* Forgets what was added to the frame being drawn. */
void overlays_begin(struct overlays *o);
/* Adds a cluster; false when it is too long to be kept. */
bool overlays_add(struct overlays *o, int row, int column, const char *sgr, const char *text, size_t len);
/* Appends to out what has to be written if the frame's overlays are other than
 * the ones shown (or always, with force); they are the shown ones from now on. */
void overlays_write(struct overlays *o, struct buf *out, bool force);
void overlays_free(struct overlays *o);

#endif
