/*
 * The messages of a room as blocks of lines, one above the other: the top
 * (beginning, or "loading"), one for each event of the window with what stands
 * above it (day, unread line, hole) and the notes below it, and the end (what
 * is on its way). A block is numbered by the event's index in the window;
 * BLOCK_TOP and room->events are the outer two.
 */
#ifndef APPCHAT_TUI_BLOCKS_H
#define APPCHAT_TUI_BLOCKS_H

#include "tui/ui.h"

#define BLOCK_TOP (-1L)

/* Appends the lines of a block to ui->lines; returns how many. room NULL: the
 * one block there is when no room is on screen. */
int blocks_add(struct ui *ui, struct sync_room *room, long block, int width);
/* Should history before this block be asked for when it is seen? */
bool blocks_hole(const struct sync_room *room, long block);

#endif
