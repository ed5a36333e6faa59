/* Candidates for Tab: commands, rooms, people. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tui/commands.h"
#include "tui/sanitize.h"
#include "tui/ui.h"

#define CANDIDATES_MAX 100

static void add(struct completion *c, const char *prefix, const char *text, const char *behind) {
	struct buf b = { 0 };
	buf_printf(&b, "%s%s%s", prefix, text, behind);
	for (size_t i = 0; i < c->candidates; i++)
		if (strcmp(c->candidate[i], (char *)b.data) == 0) {
			buf_free(&b);
			return;
		}
	if (c->candidates == CANDIDATES_MAX) {
		buf_free(&b);
		return;
	}
	c->candidate = xrealloc(c->candidate, (c->candidates + 1) * sizeof *c->candidate);
	c->candidate[c->candidates++] = (char *)b.data;
}

static bool begins(const char *text, const char *word) { return strncasecmp(text, word, strlen(word)) == 0; }

static void add_commands(struct completion *c, const char *word, const char *slash) {
	for (size_t i = 0; i < commands_count; i++)
		if (begins(commands[i].name, word))
			add(c, slash, commands[i].name, *commands[i].usage ? " " : "");
}

static void add_rooms(struct ui *ui, struct completion *c, const char *word, const char *hash, const char *behind) {
	const struct sync *sync = client_rooms(ui->app->client);
	for (size_t i = 0; i < sync->rooms; i++) {
		char name[200];
		if (begins(sanitize_line(name, sizeof name, sync->room[i]->name), word))
			add(c, hash, name, behind);
	}
}

/* People: those in the pane, then those who wrote lately, the latest first. */
static void add_people(struct ui *ui, struct completion *c, const char *word, const char *behind) {
	struct sync_room *room = app_room(ui->app);
	const struct members *m = &ui->members;
	uint64_t self = client_status(ui->app->client)->user;
	for (size_t i = room ? room->events : 0; i-- && room->events - i < 500;) {
		const struct sync_event *e = room->event[i];
		char name[200];
		if (e->author != self && *e->name && begins(sanitize_line(name, sizeof name, e->name), word))
			add(c, "", name, behind);
	}
	for (size_t i = 0; room && m->room == room->id && i < m->count; i++)
		if (m->id[i] != self && begins(m->name[i], word))
			add(c, "", m->name[i], behind);
}

static int by_text(const void *a, const void *b) { return strcasecmp(*(char *const *)a, *(char *const *)b); }

/* The argument of a command that is being typed. */
static void complete_argument(struct ui *ui, struct completion *c, const char *word) {
	size_t len = strcspn(c->line + 1, " ");
	const struct command *command = commands_find(c->line + 1, len);
	switch (command ? command->argument : ARGUMENT_TEXT) {
	case ARGUMENT_ROOM: add_rooms(ui, c, word + (*word == '#'), *word == '#' ? "#" : "", " "); break;
	case ARGUMENT_COMMAND: add_commands(c, word + (*word == '/'), ""); break;
	case ARGUMENT_MEMBER: add_people(ui, c, word, " "); break;
	case ARGUMENT_TEXT: add_people(ui, c, word, " "); break;
	case ARGUMENT_NONE: break;
	}
}

void ui_complete(void *arg, struct completion *c) {
	struct ui *ui = arg;
	const char *space = strrchr(c->line, ' '), *newline = strrchr(c->line, '\n');
	const char *from = space > newline ? space : newline;
	const char *word = from ? from + 1 : c->line;
	c->start = (size_t)(word - c->line);
	bool slash = c->line[0] == '/' && c->line[1] != '/';
	if (slash && !c->start)
		add_commands(c, word + 1, "/");
	else if (slash)
		complete_argument(ui, c, word);
	else if (*word == '#')
		add_rooms(ui, c, word + 1, "#", " ");
	else if (*word)
		add_people(ui, c, word + (*word == '@'), c->start ? " " : ": ");
	if (c->candidates > 1)
		qsort(c->candidate, c->candidates, sizeof *c->candidate, by_text);
}
