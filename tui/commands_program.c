/* Commands about this program, its outbox, and the server's health. */
#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "tui/commands.h"
#include "tui/commands_impl.h"
#include "tui/ui.h"

/* ---- Help ------------------------------------------------------------------------------ */

static void add_command(struct buf *out, const struct command *c) {
	struct buf usage = { 0 };
	buf_printf(&usage, "/%s%s%s", c->name, *c->usage ? " " : "", c->usage);
	buf_printf(out, "\n  %-21s  %s", (char *)usage.data, c->summary);
	buf_free(&usage);
}

/* Names every key that has a label in input_bind.c, and no other; tests/check/manual holds the three together. */
static const char keys_help[] =
	"\nKeys:"
	"\n  Return                 send"
	"\n  Alt-Return, Ctrl-J     a new line in the message"
	"\n  Tab, Shift-Tab         complete a command, a room or a name"
	"\n  Up, Down               lines typed before"
	"\n  Ctrl-R                 search in them"
	"\n  Ctrl-Left, Ctrl-Right  a word to the left, to the right"
	"\n  Page Up, Page Down     scroll"
	"\n  Shift-Up, Shift-Down   scroll by a line"
	"\n  Ctrl-Home, Ctrl-End    the oldest messages, the newest (Alt-<, Alt->)"
	"\n  Alt-Up, Alt-Down       the room above, below (Ctrl-Page Up, Ctrl-Page Down)"
	"\n  Alt-Right, Alt-A       the next room with something new"
	"\n  Alt-1 to Alt-9         the room of that number"
	"\n  Alt-M, Alt-R           show or fold the members, the rooms"
	"\n  Ctrl-L, Ctrl-Z         draw anew; stop, as in a shell"
	"\n  Ctrl-C                 empty the line; give up a question"
	"\n  Escape                 give up a question; else to the newest messages"
	"\n  Ctrl-D                 leave, in an empty line"
	"\n  F1                     this";

/* What goes below it when the keys are those of vi. */
static const char keys_vi[] =
	"\nWith the keys of vi, Escape begins a command, and Alt with a letter, a digit, "
	"a sign or Return means nothing; /bind gives other keys their meaning.";

static const char slashes[] = "\nA line that begins with // is sent with one slash.";

static void help_all(struct app *a) {
	struct buf out = { 0 };
	buf_printf(&out, "Commands:");
	for (size_t i = 0; i < commands_count; i++)
		if (!commands[i].screen_only || ui_on_screen(a))
			add_command(&out, &commands[i]);
	if (ui_on_screen(a))
		buf_printf(&out, "%s%s", keys_help, input_emacs(ui_of(a)->input) ? "" : keys_vi);
	buf_printf(&out, "%s", slashes);
	app_print(a, CLIENT_INFO, "%s", (char *)out.data);
	buf_free(&out);
}

void command_help(struct app *a, const char *argument) {
	const char *name = argument + (*argument == '/');
	const struct command *c = *name ? commands_find(name, strlen(name)) : NULL;
	if (!*name)
		help_all(a);
	else if (c)
		app_print(a, CLIENT_INFO, "/%s%s%s  %s", c->name, *c->usage ? " " : "", c->usage, c->summary);
	else
		app_print(a, CLIENT_ERROR, "There is no /%s; /help lists all.", name);
}

void command_quit(struct app *a, const char *argument) {
	(void)argument;
	app_quit(a, 0);
}

/* ---- The outbox -------------------------------------------------------------------------- */

/* Does something to each failed message of the room on screen, until it can't be done; returns how many it came to. */
static unsigned each_failed(struct app *a, bool (*act)(struct app *, struct outbox_item *)) {
	unsigned count = 0;
	bool done = true;
	for (struct outbox_item *item = outbox_first(client_outbox(a->client)), *next; item && done; item = next) {
		next = item->next;
		if (item->state != OUTBOX_FAILED || item->room != a->room)
			continue;
		done = act(a, item);
		count++;
	}
	return count;
}

static bool retry(struct app *a, struct outbox_item *item) {
	bool done = outbox_retry(client_outbox(a->client), item);
	if (!done)
		app_print(a, CLIENT_ERROR, "Too many messages wait to be sent already; /retry again when some are.");
	return done;
}

static bool drop(struct app *a, struct outbox_item *item) {
	outbox_dismiss(client_outbox(a->client), item);
	return true;
}

void command_retry(struct app *a, const char *argument) {
	(void)argument;
	unsigned count = each_failed(a, retry);
	if (!count)
		app_print(a, CLIENT_INFO, "Nothing here failed to be sent.");
	client_retry(a->client);
}

void command_drop(struct app *a, const char *argument) {
	(void)argument;
	if (!each_failed(a, drop))
		app_print(a, CLIENT_INFO, "Nothing here failed to be sent.");
}

/* ---- The connection and the server ---------------------------------------------------------- */

void command_reconnect(struct app *a, const char *argument) {
	(void)argument;
	client_retry(a->client);
}

struct ping {
	struct app *app;
	uint64_t sent_ns;
};

static void ponged(void *arg, const Appchat__ServerFrame *answer) {
	struct ping *ping = arg;
	if (!command_failed(ping->app, answer, "ping"))
		app_print(ping->app, CLIENT_INFO, "Round trip: %.1f ms. Behind: %llu events.",
			  (double)(clock_mono_ns() - ping->sent_ns) / 1e6,
			  (unsigned long long)client_status(ping->app->client)->behind);
	free(ping);
}

void command_ping(struct app *a, const char *argument) {
	Appchat__Ping body = APPCHAT__PING__INIT;
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	struct ping *ping = xcalloc(1, sizeof *ping);
	(void)argument;
	*ping = (struct ping){ a, clock_mono_ns() };
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_PING;
	frame.ping = &body;
	bool sent = client_call(a->client, &frame, ponged, ping);
	if (!sent)
		free(ping);
	command_sent(a, sent);
}

static void add_uptime(struct buf *out, uint64_t seconds) {
	if (seconds >= 86400)
		buf_printf(out, "%llu d ", (unsigned long long)(seconds / 86400));
	buf_printf(out, "%llu:%02llu h", (unsigned long long)(seconds % 86400 / 3600), (unsigned long long)(seconds % 3600 / 60));
}

static void stats_came(void *arg, const Appchat__ServerFrame *answer) {
	struct app *a = arg;
	struct buf out = { 0 };
	if (command_failed(a, answer, "ask the server") || answer->body_case != APPCHAT__SERVER_FRAME__BODY_SERVER_STATS)
		return;
	const Appchat__ServerStats *s = answer->server_stats;
	buf_printf(&out, "%s at %s, up ", client_status(a->client)->server, client_status(a->client)->url);
	add_uptime(&out, s->uptime_seconds);
	buf_printf(&out, "\n  %u clients, %u rooms, %u lagging", s->clients, s->rooms, s->lagging);
	buf_printf(&out, "\n  %.1f messages/s in, %.1f deliveries/s out", s->messages_per_second, s->deliveries_per_second);
	buf_printf(&out, "\n  CPU %.1f %% of a core, memory %.1f MB", s->cpu_percent, (double)s->rss_bytes / 1e6);
	app_print(a, CLIENT_INFO, "%s", (char *)out.data);
	buf_free(&out);
}

void command_stats(struct app *a, const char *argument) {
	(void)argument;
	command_sent(a, client_stats(a->client, stats_came, a));
}
