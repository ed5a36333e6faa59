/* Who gets which part of the screen. Pure arithmetic; side panes fold away when it is small. */
#ifndef APPCHAT_TUI_LAYOUT_H
#define APPCHAT_TUI_LAYOUT_H

#include <stdbool.h>

struct layout {
	int rows, columns;
	int topic_row, status_row;             /* -1: not there */
	int body_top, body_bottom;             /* rows of the panes, bottom not included */
	int input_top;                         /* to the last row */
	int rooms_width, members_width;        /* 0: folded; a rule of one column stands beside */
	int messages_left, messages_right;     /* columns, right not included */
};

/* rooms, members: wanted by the person (they fold all the same when there is no
 * space). input_rows: what the line being typed takes. */
struct layout layout_for(int rows, int columns, int input_rows, bool rooms, bool members);
/* The most rows that the line being typed may take. */
int layout_input_most(int rows);

#endif
