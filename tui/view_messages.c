/*
 * The messages, drawn from the lowest line upwards: from the newest end, or
 * from where the person scrolled to. What is missing in what is seen is asked
 * for. Scrolling moves the anchor by whole lines over blocks.
 */
#include <stdio.h>
#include <string.h>

#include "tui/blocks.h"
#include "tui/ui.h"

static int height_of(const struct ui *ui) { return ui->layout.body_bottom - ui->layout.body_top; }
static int width_of(const struct ui *ui) { return ui->layout.messages_right - ui->layout.messages_left; }

/* The block at the lower end of the screen. */
static long anchor_block(const struct sync_room *room, const struct place *place) {
	return place->anchor ? (long)sync_index(room, place->anchor) : (long)room->events;
}

static void set_anchor(struct sync_room *room, struct place *place, long block) {
	if (block < 0)
		block = 0;
	place->anchor = block < (long)room->events ? room->event[block]->seq : 0;
}

static int block_height(struct ui *ui, struct sync_room *room, long block) {
	lines_clear(&ui->lines);
	return blocks_add(ui, room, block, width_of(ui));
}

/* ---- Scrolling ------------------------------------------------------------------------ */

static void move_up(struct ui *ui, struct sync_room *room, struct place *place, int lines) {
	long block = anchor_block(room, place);
	place->hidden += lines;
	for (int height; block > 0 && place->hidden >= (height = block_height(ui, room, block)); block--)
		place->hidden -= height;
	set_anchor(room, place, block);
}

static void move_down(struct ui *ui, struct sync_room *room, struct place *place, int lines) {
	long block = anchor_block(room, place), end = (long)room->events;
	place->hidden -= lines;
	while (place->hidden < 0 && block < end)
		place->hidden += block_height(ui, room, ++block);
	if (place->hidden < 0)
		place->hidden = 0;
	set_anchor(room, place, block);
}

/* Lines from the top of everything to the anchor's lowest visible one, counted up to `most`. */
static int lines_above(struct ui *ui, struct sync_room *room, const struct place *place, int most) {
	int sum = -place->hidden;
	for (long block = anchor_block(room, place); block >= BLOCK_TOP && sum < most; block--)
		sum += block_height(ui, room, block);
	return sum;
}

void ui_scroll(struct ui *ui, int lines) {
	struct sync_room *room = app_room(ui->app);
	if (!room)
		return;
	struct place *place = ui_place(room);
	if (lines > 0) {
		move_up(ui, room, place, lines);
		int above = lines_above(ui, room, place, height_of(ui));
		if (above < height_of(ui))
			move_down(ui, room, place, height_of(ui) - above);
	} else {
		move_down(ui, room, place, -lines);
	}
	sync_anchor(room, place->anchor);
	ui_dirty(ui, true);
}

bool ui_at_end(struct ui *ui) {
	struct sync_room *room = app_room(ui->app);
	return !room || (!ui_place(room)->anchor && !ui_place(room)->hidden);
}

/* ---- Drawing ---------------------------------------------------------------------------- */

/* Draws a block with its last line on row `row`, as far as it fits; returns the
 * row above it. *skip lines from below are hidden: counted down. */
static int draw_block(struct ui *ui, struct sync_room *room, long block, int *skip, int row) {
	const struct layout *l = &ui->layout;
	size_t first = ui->lines.count;
	blocks_add(ui, room, block, width_of(ui));
	for (size_t i = ui->lines.count; i > first; i--) {
		if (*skip > 0) {
			--*skip;
			continue;
		}
		if (row < l->body_top)
			break;
		lines_draw(&ui->lines, i - 1, ui->screen, row--, l->messages_left, l->messages_right);
	}
	return row;
}

/* What is below the screen's end, said in its corner. */
static void draw_badge(struct ui *ui, struct sync_room *room) {
	const struct layout *l = &ui->layout;
	char text[64];
	if (ui_at_end(ui) || width_of(ui) < 12 || l->body_bottom <= l->body_top)
		return;
	if (room->unread)
		snprintf(text, sizeof text, width_of(ui) < 24 ? " ↓ %llu " : " ↓ %llu new ", (unsigned long long)room->unread);
	else
		snprintf(text, sizeof text, width_of(ui) < 24 ? " ↓ " : " ↓ more ");
	int width = width_text(screen_rules(ui->screen), text, strlen(text));
	screen_puts(ui->screen, l->body_bottom - 1, l->messages_right - width, l->messages_right, STYLE_BAR_BOLD, text);
}

static void draw_room(struct ui *ui, struct sync_room *room) {
	struct place *place = ui_place(room);
	int row = ui->layout.body_bottom - 1, skip = place->hidden;
	long block = anchor_block(room, place);
	for (; block >= BLOCK_TOP && row >= ui->layout.body_top; block--) {
		row = draw_block(ui, room, block, &skip, row);
		if (blocks_hole(room, block) && !client_history_busy(ui->app->client, room))
			client_history(ui->app->client, room, block == BLOCK_TOP ? 0 : (size_t)block, false);
	}
	/* A screen's height above the top row is wanted too, before it is seen. */
	if (room->events && block >= BLOCK_TOP && block < 30 && blocks_hole(room, BLOCK_TOP) &&
	    !client_history_busy(ui->app->client, room))
		client_history(ui->app->client, room, 0, false);
	draw_badge(ui, room);
}

void view_messages(struct ui *ui) {
	struct sync_room *room = app_room(ui->app);
	lines_clear(&ui->lines);
	if (height_of(ui) <= 0 || width_of(ui) <= 0)
		return;
	if (room)
		draw_room(ui, room);
	else
		draw_block(ui, NULL, 0, &(int){ 0 }, ui->layout.body_bottom - 1);
}
