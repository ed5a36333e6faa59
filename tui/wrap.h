/* Breaking text into lines of a given width, at spaces where there are any. */
#ifndef APPCHAT_TUI_WRAP_H
#define APPCHAT_TUI_WRAP_H

#include <stddef.h>

#include "tui/width.h"

/* Takes the first line of text (len > 0) for `columns` columns: returns the
 * bytes it uses up, at least one cluster, and sets *shown to the bytes of them
 * to be drawn (the space or newline it broke at left out). */
size_t wrap_line(const struct width_rules *rules, const char *text, size_t len, int columns, size_t *shown);
/* The number of such lines, at least 1. A newline at the very end opens none. */
int wrap_count(const struct width_rules *rules, const char *text, size_t len, int columns);

#endif
