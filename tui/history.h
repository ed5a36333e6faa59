/*
 * Lines typed before, oldest first. Kept in $XDG_STATE_HOME/appchat/history
 * (mode 0600): each line is appended there at once, under a lock, so several
 * programs may share it. A newline within a line is written as "\n".
 */
#ifndef APPCHAT_TUI_HISTORY_H
#define APPCHAT_TUI_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#define HISTORY_LINES 1000

struct history;

/* folder NULL: kept in memory only. The file is read when it is first needed. */
struct history *history_new(const char *folder);
void history_free(struct history *h);
/* Adds a line, unless it is empty, begins with a space, or repeats the last one. */
void history_add(struct history *h, const wchar_t *line);
size_t history_count(struct history *h);
/* Line i, 0 the oldest. */
const wchar_t *history_line(struct history *h, size_t i);

#endif
