/* Saying hello and becoming somebody: by the token kept, as a guest, or with a password. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/base/uuid.h"
#include "proto/client/client_state.h"
#include "proto/limits.h"

static void wipe(char **secret) {
	if (*secret)
		explicit_bzero(*secret, strlen(*secret));
	free(*secret);
	*secret = NULL;
}

void client_wish(struct client *c, const char *name, const char *password, bool sign_up) {
	char *new_name = name ? xstrdup(name) : NULL;
	char *new_password = password ? xstrdup(password) : NULL;
	free(c->wish.name);
	wipe(&c->wish.password);
	c->wish = (struct wish){new_name, new_password, sign_up};
}

void client_forget_me(struct client *c) {
	if (c->folder && c->have_token)
		credentials_forget(c->folder, conn_key(c->conn), &c->me);
	c->me = (struct credential){0};
	c->have_token = false;
}

void client_asked_enough(struct client *c) {
	if (c->folder && c->asked)
		credentials_forget(c->folder, conn_key(c->conn), &c->asking);
	explicit_bzero(&c->asking, sizeof c->asking);
	c->asked = false;
}

/* The token of the session to be, kept before anybody hears of it: an answer
 * that is lost, or a program that is killed, leaves no name that nobody can be. */
static void choose_token(struct client *c) {
	bool same = c->asked && !strcmp(c->asking.name, c->wish.name) && c->asking.guest == !c->wish.password;
	if (same)
		return; /* the same request again */
	client_asked_enough(c);
	snprintf(c->asking.name, sizeof c->asking.name, "%s", c->wish.name);
	c->asking.guest = !c->wish.password;
	random_bytes(c->asking.token, sizeof c->asking.token);
	c->asked = true;
	if (c->folder && !credentials_save(c->folder, conn_key(c->conn), &c->asking, c->o.aside))
		client_set_error(c, "the sign-in can't be kept on this machine");
}

/* ---- hello ------------------------------------------------------------------------------ */

static void give_up(struct client *c, const char *text) {
	client_set_error(c, text);
	c->stopped = true;
	conn_stop(c->conn, 0);
	client_notice(c, CLIENT_ERROR, text);
}

static void later(struct client *c, const Appchat__Error *error) {
	conn_reconnect(c->conn, error->text, error->retry_after_ms ? error->retry_after_ms : 1000);
}

static void take_limits(struct client *c, const Appchat__Limits *limits) {
	if (limits && limits->history_events)
		c->history_events = limits->history_events;
	if (limits && limits->text_bytes)
		c->text_bytes = limits->text_bytes;
}

static void on_welcome(struct client *c, const Appchat__Welcome *welcome) {
	snprintf(c->server, sizeof c->server, "%s", welcome->server);
	take_limits(c, welcome->limits);
	if (welcome->motd && *welcome->motd)
		client_notice(c, CLIENT_INFO, welcome->motd);
	if (welcome->signed_in) {
		client_signed_in(c, welcome->signed_in);
		return;
	}
	if (welcome->token_refused && c->have_token) {
		if (!c->wish.name && c->me.guest)
			client_wish(c, c->me.name, NULL, false);
		else if (!c->wish.password && !c->me.guest && c->me.user)
			client_notice(c, CLIENT_WARNING, "the sign-in kept here is no longer good: sign in again");
		client_forget_me(c);
	}
	client_set_state(c, CLIENT_NOBODY);
	client_pump(c);
}

static void hello_answered(void *arg, const Appchat__ServerFrame *frame) {
	struct client *c = arg;
	if (!frame)
		return;
	if (frame->body_case == APPCHAT__SERVER_FRAME__BODY_WELCOME) {
		on_welcome(c, frame->welcome);
	} else if (frame->body_case == APPCHAT__SERVER_FRAME__BODY_ERROR) {
		c->refused = frame->error->code;
		if (frame->error->temporary)
			later(c, frame->error);
		else
			give_up(c, frame->error->text);
	} else {
		give_up(c, "the server answered the greeting with something else");
	}
}

void client_hello(struct client *c) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Hello hello = APPCHAT__HELLO__INIT;
	char *capabilities[] = {(char *)"deflate"};
	hello.version_min = hello.version_max = PROTOCOL_VERSION;
	hello.capabilities = capabilities;
	hello.n_capabilities = 1;
	hello.client = (char *)"appchat-tui " APPCHAT_VERSION;
	hello.instance = (ProtobufCBinaryData){sizeof c->instance, c->instance};
	if (c->have_token)
		hello.token = (ProtobufCBinaryData){sizeof c->me.token, c->me.token};
	else if (c->asked) /* it may have become ours, and only the answer was lost */
		hello.token = (ProtobufCBinaryData){sizeof c->asking.token, c->asking.token};
	frame.hello = &hello;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_HELLO;
	client_set_state(c, CLIENT_HELLO);
	client_request(c, &frame, hello_answered, c);
}

/* ---- becoming somebody --------------------------------------------------------------------- */

static void refused(struct client *c, const Appchat__Error *error) {
	if (error->temporary) {
		c->hold_ms = client_now_ms() + (error->retry_after_ms ? error->retry_after_ms : 1000);
	} else {
		client_wish(c, NULL, NULL, false);
		client_asked_enough(c);
		c->refused = error->code;
	}
	client_set_error(c, error->text);
	client_set_state(c, c->have_token && c->sync.self ? CLIENT_READY : CLIENT_NOBODY);
	client_notice(c, error->temporary ? CLIENT_WARNING : CLIENT_ERROR, error->text);
	client_pump(c);
}

static void sign_answered(void *arg, const Appchat__ServerFrame *frame) {
	struct client *c = arg;
	if (!frame || c->state == CLIENT_SIGNING_OUT)
		return;
	if (frame->body_case == APPCHAT__SERVER_FRAME__BODY_SIGNED_IN)
		client_signed_in(c, frame->signed_in);
	else if (frame->body_case == APPCHAT__SERVER_FRAME__BODY_ERROR)
		refused(c, frame->error);
}

void client_sign(struct client *c) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Claim claim = APPCHAT__CLAIM__INIT;
	Appchat__SignUp sign_up = APPCHAT__SIGN_UP__INIT;
	Appchat__SignIn sign_in = APPCHAT__SIGN_IN__INIT;
	claim.name = sign_up.name = sign_in.name = c->wish.name;
	sign_up.password = sign_in.password = c->wish.password;
	if (c->state == CLIENT_NOBODY) {
		choose_token(c);
		claim.token = sign_up.token = sign_in.token = (ProtobufCBinaryData){sizeof c->asking.token, c->asking.token};
	}
	if (!c->wish.password) {
		frame.claim = &claim;
		frame.body_case = APPCHAT__CLIENT_FRAME__BODY_CLAIM;
	} else if (c->wish.sign_up) {
		frame.sign_up = &sign_up;
		frame.body_case = APPCHAT__CLIENT_FRAME__BODY_SIGN_UP;
	} else {
		frame.sign_in = &sign_in;
		frame.body_case = APPCHAT__CLIENT_FRAME__BODY_SIGN_IN;
	}
	if (client_request(c, &frame, sign_answered, c))
		client_set_state(c, CLIENT_SIGNING_IN);
}

static void become(struct client *c, const char *name, const char *password, bool sign_up) {
	client_wish(c, name, password, sign_up);
	c->refused = 0;
	c->hold_ms = 0;
	client_set_error(c, "");
	if (c->state == CLIENT_READY)
		client_sign(c); /* a guest's other name, or an account; anything else the server refuses */
	else if (c->stopped)
		client_retry(c);
	else
		client_pump(c);
}

void client_claim(struct client *c, const char *name) {
	become(c, name, NULL, false);
}

void client_sign_in(struct client *c, const char *name, const char *password) {
	become(c, name, password, false);
}

void client_sign_up(struct client *c, const char *name, const char *password) {
	become(c, name, password, true);
}

/* ---- being nobody again ---------------------------------------------------------------------- */

/* Whatever the server still has of the session stays with this connection: the next one is nobody's. */
static void signed_out(void *arg, const Appchat__ServerFrame *frame) {
	struct client *c = arg;
	if (!frame)
		return; /* the connection is gone already */
	if (frame->body_case == APPCHAT__SERVER_FRAME__BODY_ERROR)
		client_notice(c, CLIENT_WARNING, "the session is forgotten here, but the server could not end it");
	conn_reconnect(c->conn, "signed out", 0);
}

static bool ask_to_end(struct client *c) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__SignOut out = APPCHAT__SIGN_OUT__INIT;
	frame.sign_out = &out;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_SIGN_OUT;
	return c->sync.self && (c->state == CLIENT_READY || c->state == CLIENT_SIGNING_IN) &&
	       client_call(c, &frame, signed_out, c);
}

void client_sign_out(struct client *c) {
	bool asked = ask_to_end(c);
	if (asked)
		c->state = CLIENT_SIGNING_OUT; /* told below, when all is in order */
	client_wish(c, NULL, NULL, false);
	client_asked_enough(c);
	client_forget_me(c);
	client_drop_outbox(c);
	sync_clear(&c->sync);
	if (c->state == CLIENT_HELLO || c->state == CLIENT_SIGNING_IN || c->state == CLIENT_READY)
		conn_reconnect(c->conn, "signed out", 0); /* it could not be asked: what has begun there ends */
	else
		client_set_state(c, c->state);
}
