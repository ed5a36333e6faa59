/* Messages and notes as lines: time, author, wrapped text. Used by blocks.c. */
#ifndef APPCHAT_TUI_BLOCK_TEXT_H
#define APPCHAT_TUI_BLOCK_TEXT_H

#include "tui/ui.h"

/* A line or more of an event. before: the event right above, NULL when
 * something stands between; what repeats it is left out. */
void block_event(struct ui *ui, const struct sync_event *e, const struct sync_event *before, int width);
/* A message of ours that is on its way, or failed. */
void block_pending(struct ui *ui, const struct outbox_item *item, int width);
void block_note(struct ui *ui, const struct note *note, int width);
/* Text without author or time. */
void block_plain(struct ui *ui, enum style style, const char *text, int width);

#endif
