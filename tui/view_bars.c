/* The topic line above and the status line below the messages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/commands.h"
#include "tui/sanitize.h"
#include "tui/ui.h"

static int right_of(const struct ui *ui) { return ui->layout.columns; }

void view_topic(struct ui *ui) {
	struct sync_room *room = app_room(ui->app);
	int row = ui->layout.topic_row, right = right_of(ui), column = 1;
	if (row < 0)
		return;
	screen_fill(ui->screen, row, 0, right, STYLE_BAR, " ");
	if (!room) {
		screen_puts(ui->screen, row, column, right, STYLE_BAR_BOLD, "Appchat");
		return;
	}
	char name[200] = "#", online[40], *topic = sanitize_copy(room->topic, SANITIZE_LINE);
	sanitize_line(name + 1, sizeof name - 1, room->name);
	int width = snprintf(online, sizeof online, "%u online", room->online);
	bool counted = room->online && right >= 30;
	int limit = counted ? right - width - 1 : right;
	column = screen_clip(ui->screen, row, column, limit - 1, STYLE_BAR_BOLD, name);
	if (column + 6 < limit)
		screen_clip(ui->screen, row, column + 2, limit - 2, STYLE_BAR, topic);
	if (counted)
		screen_puts(ui->screen, row, limit, right, STYLE_BAR_DIM, online);
	free(topic);
}

/* ---- Status --------------------------------------------------------------------------- */

static const char *word_for(const struct client_status *s, enum style *style) {
	*style = STYLE_BAR_WARN;
	if (s->state == CLIENT_READY) {
		*style = STYLE_BAR_GOOD;
		return "connected";
	}
	if (s->state == CLIENT_NOBODY)
		return "connected, no name yet";
	if (s->state == CLIENT_HELLO || s->state == CLIENT_SIGNING_IN)
		return "signing in";
	if (s->state == CLIENT_SIGNING_OUT)
		return "signing out";
	if (s->stopped || s->conn == CONN_WAITING || s->conn == CONN_STOPPED)
		*style = STYLE_BAR_BAD;
	if (s->stopped)
		return "stopped";
	return s->conn == CONN_WAITING ? "offline" : "connecting";
}

/* "12 ms", "0.4 ms" */
static void write_ping(char *out, size_t size, unsigned us) {
	if (us < 9950)
		snprintf(out, size, "%.1f ms", us / 1000.0);
	else
		snprintf(out, size, "%u ms", (us + 500) / 1000);
}

struct bar {
	struct ui *ui;
	int row, column, limit;
};

static void add(struct bar *b, enum style style, const char *text) {
	if (b->column > 1)
		b->column += 2;
	b->column = screen_clip(b->ui->screen, b->row, b->column, b->limit, style, text);
}

static void add_connection(struct bar *b, const struct client_status *s) {
	enum style style;
	const char *word = word_for(s, &style);
	char text[64];
	b->column = screen_puts(b->ui->screen, b->row, b->column, b->limit, style, "● ");
	b->column = screen_clip(b->ui->screen, b->row, b->column, b->limit, s->state == CLIENT_READY ? STYLE_BAR : style, word);
	if (s->state == CLIENT_OFFLINE && s->conn == CONN_WAITING) {
		snprintf(text, sizeof text, "next try in %u s", (s->retry_in_ms + 999) / 1000);
		add(b, STYLE_BAR, text);
	}
	if (s->stopped)
		add(b, STYLE_BAR, "/reconnect to try again");
	if (s->state == CLIENT_READY && s->rtt_us) {
		write_ping(text, sizeof text, s->rtt_us);
		add(b, STYLE_BAR_DIM, text);
	}
}

static void add_counts(struct bar *b, const struct client_status *s) {
	char text[80];
	if (s->behind) {
		snprintf(text, sizeof text, "%llu behind", (unsigned long long)s->behind);
		add(b, STYLE_BAR_WARN, text);
	}
	if (s->unsent && s->state != CLIENT_READY) {
		snprintf(text, sizeof text, "%zu waiting", s->unsent);
		add(b, STYLE_BAR_WARN, text);
	}
	if (s->failed) {
		snprintf(text, sizeof text, "%zu not sent", s->failed);
		add(b, STYLE_BAR_BAD, text);
	}
}

/* "#dev 4", the name cut so that it takes at most so many columns; how many it takes. */
static int add_room(struct buf *b, const struct width_rules *rules, const struct sync_room *room, int most) {
	char name[200] = "#", count[24];
	sanitize_line(name + 1, sizeof name - 1, room->name);
	int columns = snprintf(count, sizeof count, " %llu", (unsigned long long)room->unread);
	int used = width_text(rules, name, strlen(name));
	bool whole = used + columns <= most;
	size_t len = whole ? strlen(name) : width_fit(rules, name, strlen(name), most - columns - 1, &used);
	buf_append(b, name, len);
	buf_printf(b, "%s%s", whole ? "" : "…", count);
	return used + !whole + columns;
}

/* Rooms with unread messages, right-aligned: "#dev 4  #ops 1"; those there is no space for are "…". */
static int add_unread(struct ui *ui, int row, int right) {
	const struct sync *sync = client_rooms(ui->app->client);
	struct buf b = { 0 };
	int most = ui->layout.rooms_width ? 0 : right / 2, used = 0;   /* the list of rooms shows them already */
	for (size_t i = 0; i < sync->rooms && most >= 8; i++) {
		struct sync_room *room = sync->room[i];
		if (!room->unread || room->id == ui->app->room)
			continue;
		if (used && used + 2 + 8 > most - 3) {
			buf_printf(&b, "  …");
			used += 3;
			break;
		}
		buf_printf(&b, used ? "  " : "");
		used += (used ? 2 : 0) + add_room(&b, screen_rules(ui->screen), room, most - 3 - used - (used ? 2 : 0));
	}
	if (used)
		screen_put(ui->screen, row, right - used - 1, right, STYLE_BAR_WARN, (char *)b.data, b.len);
	buf_free(&b);
	return used ? right - used - 2 : right;
}

static void draw_state(struct ui *ui, int row, int right) {
	const struct client_status *s = client_status(ui->app->client);
	struct sync_room *room = app_room(ui->app);
	char name[220];
	struct bar b = { ui, row, 1, add_unread(ui, row, right) };
	add_connection(&b, s);
	add_counts(&b, s);
	if (ui->layout.topic_row < 0 && room) {
		name[0] = '#';
		sanitize_line(name + 1, sizeof name - 1, room->name);
		add(&b, STYLE_BAR_BOLD, name);
	}
	if (*s->name) {
		sanitize_line(name, sizeof name - 20, s->name);
		if (s->guest && right >= 48)
			strcat(name, " (guest)");
		add(&b, STYLE_BAR_DIM, name);
	}
	if (s->state == CLIENT_OFFLINE && *s->error) {
		char *error = sanitize_copy(s->error, SANITIZE_LINE);
		add(&b, STYLE_BAR_DIM, error);
		free(error);
	}
}

/* The candidates of a Tab; true when there are some to choose from. */
static bool draw_candidates(struct ui *ui, int row, int right) {
	size_t count;
	int at;
	char *const *candidate = input_candidates(ui->input, &count, &at);
	struct bar b = { ui, row, 1, right };
	if (count < 2)
		return false;
	/* Those before the one chosen leave when there is no room for it otherwise. */
	size_t first = at > 3 ? (size_t)at - 3 : 0;
	for (size_t i = first; i < count && b.column < right - 2; i++)
		add(&b, (int)i == at ? STYLE_BAR_BOLD : STYLE_BAR_DIM, candidate[i]);
	return true;
}

/* What the command being typed takes; true when there is one. */
static bool draw_hint(struct ui *ui, int row, int right) {
	size_t cursor;
	char *line = input_text(ui->input, &cursor);
	size_t len = line[0] == '/' ? strcspn(line + 1, " \n") : 0;
	const struct command *c = len ? commands_find(line + 1, len) : NULL;
	if (c && input_mode(ui->input) != INPUT_SECRET) {
		char usage[160];
		struct bar b = { ui, row, 1, right };
		snprintf(usage, sizeof usage, "/%s%s%s", c->name, *c->usage ? " " : "", c->usage);
		add(&b, STYLE_BAR_BOLD, usage);
		add(&b, STYLE_BAR_DIM, c->summary);
	}
	free(line);
	return c != NULL;
}

void view_status(struct ui *ui) {
	int row = ui->layout.status_row, right = right_of(ui);
	if (row < 0)
		return;
	screen_fill(ui->screen, row, 0, right, STYLE_BAR, " ");
	if (!draw_candidates(ui, row, right) && !draw_hint(ui, row, right))
		draw_state(ui, row, right);
}
