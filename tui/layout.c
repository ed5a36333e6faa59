/* Folding, in order: members below 100 columns, rooms below 64, topic below 8 rows, status below 4. */
#include "tui/layout.h"

#define COLUMNS_FOR_ROOMS 64
#define COLUMNS_FOR_MEMBERS 100
#define ROWS_FOR_TOPIC 8
#define ROWS_FOR_STATUS 4

int layout_input_most(int rows) {
	int most = rows / 3;
	return most < 1 ? 1 : most > 8 ? 8 : most;
}

static int side_width(int columns) {
	int width = columns / 7;
	return width < 16 ? 16 : width > 26 ? 26 : width;
}

struct layout layout_for(int rows, int columns, int input_rows, bool rooms, bool members) {
	struct layout l = { .rows = rows, .columns = columns, .topic_row = -1, .status_row = -1 };
	int most = layout_input_most(rows);
	input_rows = input_rows < 1 ? 1 : input_rows > most ? most : input_rows;
	l.input_top = rows - input_rows;
	l.body_bottom = l.input_top;
	if (rows >= ROWS_FOR_STATUS)
		l.status_row = --l.body_bottom;
	if (rows >= ROWS_FOR_TOPIC) {
		l.topic_row = 0;
		l.body_top = 1;
	}
	if (rooms && columns >= COLUMNS_FOR_ROOMS)
		l.rooms_width = side_width(columns);
	if (members && columns >= COLUMNS_FOR_MEMBERS)
		l.members_width = side_width(columns);
	l.messages_left = l.rooms_width ? l.rooms_width + 1 : 0;
	l.messages_right = l.members_width ? columns - l.members_width - 1 : columns;
	return l;
}
