/* appchat-tui: the terminal client. Sets up the app and gives it to a face or a verb. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "proto/base/log.h"
#include "tui/app.h"
#include "tui/password.h"
#include "tui/signing.h"

static void make_client(struct app *a, const char *password) {
	const struct options *o = a->options;
	const char *why;
	struct client_options options = {
		.loop = &a->loop, .url = o->server, .ca_file = o->ca_file,
		.name = o->name, .password = password, .sign_up = o->sign_up,
		.no_rooms = o->verb == VERB_SEND || o->verb == VERB_HISTORY,
		.keep = true, .keep_outbox = o->verb == VERB_NONE, .aside = o->verb != VERB_NONE,
		.arg = a, .on_status = app_on_status, .on_room = app_on_room, .on_event = app_on_event,
		.on_notice = app_on_notice,
	};
	a->client = client_new(&options, &why);
	if (!a->client)
		fatal("--server %s: %s", o->server, why);
}

/* A screen needs a terminal that can be drawn on. */
static bool wants_lines(const struct options *o) {
	const char *term = getenv("TERM");
	return o->plain || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !term || !*term || !strcmp(term, "dumb");
}

/* What is on its way is kept, and the person told. */
static void tell_unsent(struct app *a) {
	size_t unsent = client_status(a->client)->unsent;
	if (unsent)
		fprintf(stderr, "appchat-tui: %zu message%s not acknowledged yet, kept, and sent at the next start\n", unsent,
			unsent == 1 ? "" : "s");
}

int main(int argc, char **argv) {
	struct options options;
	struct app app = {.options = &options};
	char *password = NULL;
	tzset();
	signal(SIGPIPE, SIG_IGN); /* who writes sees it, and says what is not sent */
	options_read(&options, argc, argv);
	if (options.sign_in || options.sign_up) {
		password = password_read(options.name, options.sign_up);
		if (!password)
			return EXIT_NOBODY;
	}
	uv_loop_init(&app.loop);
	make_client(&app, password);
	if (password && !options.verb)
		signing_sent(&app, options.name, options.sign_up);
	if (password)
		explicit_bzero(password, strlen(password));
	free(password);
	int code = options.verb ? verbs_main(&app) : wants_lines(&options) ? plain_main(&app) : screen_main(&app);
	if (!options.verb)
		tell_unsent(&app);
	app_mute(&app);
	signing_end(&app);
	client_free(app.client);
	uv_loop_close(&app.loop);
	return code;
}
