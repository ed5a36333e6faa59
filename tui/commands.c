/* The table, and how a line finds its row. State and arguments are checked here, before a command runs. */
#include "tui/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tui/commands_impl.h"
#include "tui/sanitize.h"
#include "tui/too_long.h"
#include "tui/ui.h"

/* Sorted by name. */
const struct command commands[] = {
	{ "bind", "KEY FUNCTION", "give a key another meaning, as in editrc(5)", ARGUMENT_NONE, true, false, false, true, ui_command_bind },
	{ "clear", "", "empty the screen; nothing is deleted", ARGUMENT_NONE, false, false, false, true, ui_command_clear },
	{ "create", "ROOM [TOPIC]", "make a room and enter it", ARGUMENT_TEXT, true, false, true, false, command_create },
	{ "drop", "", "give up the messages here that could not be sent", ARGUMENT_NONE, false, true, false, false, command_drop },
	{ "help", "[COMMAND]", "list the commands and keys", ARGUMENT_COMMAND, false, false, false, false, command_help },
	{ "join", "ROOM", "enter a room, or show it", ARGUMENT_ROOM, true, false, true, false, command_join },
	{ "leave", "[ROOM]", "leave this room, or that one", ARGUMENT_ROOM, false, false, true, false, command_leave },
	{ "members", "", "list who is here now", ARGUMENT_NONE, false, true, true, false, command_members },
	{ "nick", "NAME", "chat as a guest under a free name", ARGUMENT_NONE, true, false, false, false, command_nick },
	{ "ping", "", "measure the round trip to the server", ARGUMENT_NONE, false, false, true, false, command_ping },
	{ "quit", "", "leave the program", ARGUMENT_NONE, false, false, false, false, command_quit },
	{ "reconnect", "", "try to connect now", ARGUMENT_NONE, false, false, false, false, command_reconnect },
	{ "register", "[NAME]", "make an account; as a guest, keep your name and messages", ARGUMENT_NONE, false, false, false, false, command_register },
	{ "retry", "", "send again what could not be sent here", ARGUMENT_NONE, false, true, false, false, command_retry },
	{ "revoke", "SESSION", "end a session of yours, by its number", ARGUMENT_NONE, true, false, true, false, command_revoke },
	{ "rooms", "[AFTER]", "list all rooms; a long list goes on after a name", ARGUMENT_ROOM, false, false, true, false, command_rooms },
	{ "sessions", "", "list where you are signed in", ARGUMENT_NONE, false, false, true, false, command_sessions },
	{ "signin", "NAME", "sign in to an account", ARGUMENT_NONE, true, false, false, false, command_signin },
	{ "signout", "", "sign out; a guest gives the name up", ARGUMENT_NONE, false, false, true, false, command_signout },
	{ "stats", "", "say how the server is doing", ARGUMENT_NONE, false, false, true, false, command_stats },
	{ "topic", "[TEXT]", "show the topic, or set it", ARGUMENT_TEXT, false, true, false, false, command_topic },
};
const size_t commands_count = sizeof commands / sizeof *commands;

/* ---- Finding a row ------------------------------------------------------------------ */

const struct command *commands_find(const char *name, size_t len) {
	const struct command *found = NULL;
	for (size_t i = 0; i < commands_count; i++) {
		if (strncasecmp(commands[i].name, name, len) != 0)
			continue;
		if (!commands[i].name[len])
			return &commands[i];
		if (found)
			return NULL;
		found = &commands[i];
		for (size_t j = i + 1; j < commands_count; j++)
			if (strncasecmp(commands[j].name, name, len) == 0)
				return strlen(commands[j].name) == len ? &commands[j] : NULL;
	}
	return len ? found : NULL;
}

#define NAME_MAX_LEN 16

/* Levenshtein's distance, letters exchanged counting one too; both at most NAME_MAX_LEN long. */
static unsigned distance(const char *a, size_t n, const char *b, size_t m) {
	unsigned row[NAME_MAX_LEN + 1][NAME_MAX_LEN + 1];
	for (size_t i = 0; i <= n; i++)
		for (size_t j = 0; j <= m; j++) {
			if (!i || !j) {
				row[i][j] = (unsigned)(i + j);
				continue;
			}
			unsigned best = row[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			best = row[i - 1][j] + 1 < best ? row[i - 1][j] + 1 : best;
			best = row[i][j - 1] + 1 < best ? row[i][j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && row[i - 2][j - 2] + 1 < best)
				best = row[i - 2][j - 2] + 1;
			row[i][j] = best;
		}
	return row[n][m];
}

const struct command *commands_near(const char *name, size_t len) {
	const struct command *nearest = NULL;
	unsigned least = len < 4 ? 2 : 3;   /* what is further away is something else */
	if (!len || len > NAME_MAX_LEN)
		return NULL;
	for (size_t i = 0; i < commands_count; i++) {
		unsigned d = distance(name, len, commands[i].name, strlen(commands[i].name));
		if (d < least) {
			least = d;
			nearest = &commands[i];
		}
	}
	return nearest;
}

/* ---- Running one ------------------------------------------------------------------------ */

static void unknown(struct app *a, const char *name, size_t len) {
	const struct command *near = commands_near(name, len);
	struct buf fits = { 0 };
	for (size_t i = 0; len && i < commands_count; i++)
		if (strncasecmp(commands[i].name, name, len) == 0)
			buf_printf(&fits, "%s/%s", fits.len ? ", " : "", commands[i].name);
	if (fits.len)
		app_print(a, CLIENT_ERROR, "/%.*s could be %s.", (int)len, name, (char *)fits.data);
	else if (near)
		app_print(a, CLIENT_ERROR, "There is no /%.*s. Did you mean /%s? /help lists all.", (int)len, name, near->name);
	else
		app_print(a, CLIENT_ERROR, "There is no /%.*s. /help lists all commands; //%.*s sends it as a message.", (int)len, name,
			  (int)len, name);
	buf_free(&fits);
}

/* Why one who is not yet in the chat cannot do it. */
static const char *not_ready(struct app *a) {
	if (client_status(a->client)->state == CLIENT_NOBODY)
		return "First say who you are: /nick NAME, /signin NAME or /register NAME.";
	return "Not connected; try again when you are.";
}

/* Why the command cannot run now; NULL when it can. */
static const char *obstacle(struct app *a, const struct command *c, const char *argument) {
	bool ready = client_status(a->client)->state == CLIENT_READY;
	if (c->needs_argument && !*argument)
		return "argument";
	if (c->screen_only && !ui_on_screen(a))
		return "There is no screen here; this command is for the full-screen client.";
	if (c->needs_person && !ready)
		return not_ready(a);
	if (c->needs_room && !app_room(a))
		return "You are in no room; /join ROOM first.";
	return NULL;
}

static bool run_command(struct app *a, const char *line) {
	size_t len = strcspn(line + 1, " \n");
	const struct command *c = commands_find(line + 1, len);
	if (!c) {
		unknown(a, line + 1, len < 40 ? len : 40);
		return false;
	}
	char *argument = xstrdup(line + 1 + len + strspn(line + 1 + len, " \n"));
	for (size_t n = strlen(argument); n && strchr(" \n", argument[n - 1]); n--)
		argument[n - 1] = 0;
	const char *why = obstacle(a, c, argument);
	if (why && strcmp(why, "argument") == 0)
		app_print(a, CLIENT_ERROR, "/%s needs more: /%s %s", c->name, c->name, c->usage);
	else if (why)
		app_print(a, CLIENT_ERROR, "%s", why);
	else
		c->run(a, argument);
	free(argument);
	return !why;
}

bool commands_run(struct app *a, const char *line) {
	const char *why = NULL, *text = line + (line[0] == '/');
	char length[TOO_LONG_SIZE];
	if (line[0] == '/' && line[1] != '/')
		return run_command(a, line);
	struct sync_room *room = app_room(a);
	if (!room) {
		bool ready = client_status(a->client)->state == CLIENT_READY;
		app_print(a, CLIENT_ERROR, "%s", ready ? "You are in no room: /rooms lists them, /join ROOM enters one." : not_ready(a));
		return false;
	}
	if (client_send(a->client, room->id, text, &why))
		return true;
	if (too_long(length, "the message", strlen(text)))
		why = length;
	app_print(a, CLIENT_ERROR, "Not sent: %s", why ? why : "refused");
	return false;
}

/* ---- For the commands ------------------------------------------------------------------------ */

bool command_failed(struct app *a, const Appchat__ServerFrame *answer, const char *doing) {
	if (!answer) {
		if (!a->quit)
			app_print(a, CLIENT_ERROR, "Could not %s: the connection was lost before the answer came.", doing);
		return true;
	}
	if (answer->body_case != APPCHAT__SERVER_FRAME__BODY_ERROR)
		return false;
	app_print(a, CLIENT_ERROR, "Could not %s: %s", doing, answer->error->text);
	return true;
}

void command_sent(struct app *a, bool sent) {
	if (!sent)
		app_print(a, CLIENT_ERROR, "Not connected; try again when you are.");
}
