/* Commands about who one is. A password is never part of a line: it is asked for, unseen. */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "tui/commands_impl.h"
#include "tui/signing.h"

/* May somebody become somebody now? Says why not. */
static bool may_change(struct app *a) {
	const struct client_status *s = client_status(a->client);
	if (s->state == CLIENT_NOBODY || s->nobody)
		return true; /* at the latest when connected again */
	if (s->state == CLIENT_READY)
		app_print(a, CLIENT_ERROR, "You are %s; /signout first to be somebody else.", s->name);
	else
		app_print(a, CLIENT_ERROR, "Not connected; try again when you are.");
	return false;
}

void command_nick(struct app *a, const char *argument) {
	if (may_change(a))
		client_claim(a->client, argument);
}

void command_signin(struct app *a, const char *argument) {
	if (may_change(a))
		signing_begin(a, argument, false);
}

void command_register(struct app *a, const char *argument) {
	const struct client_status *s = client_status(a->client);
	if (s->state == CLIENT_READY && !s->guest) {
		app_print(a, CLIENT_ERROR, "You are %s and have an account already.", s->name);
		return;
	}
	if (s->state != CLIENT_READY && !may_change(a))
		return;
	if (!*argument && s->state != CLIENT_READY) {
		app_print(a, CLIENT_ERROR, "/register NAME: say under which name.");
		return;
	}
	signing_begin(a, *argument ? argument : s->name, true);
}

void command_signout(struct app *a, const char *argument) {
	(void)argument;
	client_sign_out(a->client);
}

/* ---- Sessions ---------------------------------------------------------------------------- */

static void add_session(struct buf *out, const Appchat__SessionInfo *s) {
	char seen[40] = "";
	time_t seconds = (time_t)(s->seen_ms / 1000);
	struct tm tm;
	localtime_r(&seconds, &tm);
	strftime(seen, sizeof seen, "last seen %e %b %H:%M", &tm);
	buf_printf(out, "\n %s %" PRIu64 "  %s  %s  %s", s->current ? "*" : " ", s->id, *s->client ? s->client : "unknown program",
		   s->address, s->connected ? "connected" : seen);
}

static void sessions_listed(void *arg, const Appchat__ServerFrame *answer) {
	struct app *a = arg;
	struct buf out = { 0 };
	if (command_failed(a, answer, "list your sessions") || answer->body_case != APPCHAT__SERVER_FRAME__BODY_SESSION_LIST)
		return;
	buf_printf(&out, "Your sessions (* this one); /revoke NUMBER ends one:");
	for (size_t i = 0; i < answer->session_list->n_session; i++)
		add_session(&out, answer->session_list->session[i]);
	app_print(a, CLIENT_INFO, "%s", (char *)out.data);
	buf_free(&out);
}

void command_sessions(struct app *a, const char *argument) {
	Appchat__ListSessions body = APPCHAT__LIST_SESSIONS__INIT;
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	(void)argument;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_LIST_SESSIONS;
	frame.list_sessions = &body;
	command_sent(a, client_call(a->client, &frame, sessions_listed, a));
}

static void revoked(void *arg, const Appchat__ServerFrame *answer) {
	if (!command_failed(arg, answer, "end the session"))
		app_print(arg, CLIENT_INFO, "The session is over.");
}

void command_revoke(struct app *a, const char *argument) {
	Appchat__RevokeSession body = APPCHAT__REVOKE_SESSION__INIT;
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	char *end;
	body.session = strtoull(argument, &end, 10);
	if (*end || !body.session) {
		app_print(a, CLIENT_ERROR, "/revoke wants a session's number; /sessions lists them.");
		return;
	}
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_REVOKE_SESSION;
	frame.revoke_session = &body;
	command_sent(a, client_call(a->client, &frame, revoked, a));
}
