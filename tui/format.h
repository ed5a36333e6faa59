/* An event as one line of output: for people, or as JSON. */
#ifndef APPCHAT_TUI_FORMAT_H
#define APPCHAT_TUI_FORMAT_H

#include "proto/base/buf.h"
#include "proto/client/sync.h"

/* Appends "2026-11-23 10:00:00 <alice> text" (local time) and a newline, all of it safe for a
 * terminal, line breaks shown as spaces. Nothing for events that say nothing to a person. */
void format_line(struct buf *out, const struct sync_event *event);
/* Appends a JSON object and a newline: type, room, seq, time (UTC), author, author_id, text. */
void format_json(struct buf *out, const char *room, const struct sync_event *event);

#endif
