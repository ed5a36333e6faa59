/* begin -> typed (-> typed_again) -> sign -> the server's answer; what is refused leads back to the question. */
#include "tui/signing.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "tui/password.h"

struct asking {
	char *name;
	char *first;    /* of a fresh one, typed once */
	bool fresh;
	bool sent;      /* no answer yet */
};

static void forget_first(struct asking *asking) {
	if (asking->first)
		explicit_bzero(asking->first, strlen(asking->first));
	free(asking->first);
	asking->first = NULL;
}

void signing_end(struct app *a) {
	struct asking *asking = a->asking;
	if (!asking)
		return;
	forget_first(asking);
	free(asking->name);
	free(asking);
	a->asking = NULL;
}

static struct asking *make(struct app *a, const char *name, bool fresh) {
	struct asking *asking = xcalloc(1, sizeof *asking);
	signing_end(a);
	asking->name = xstrdup(name);
	asking->fresh = fresh;
	return a->asking = asking;
}

/* ---- typed ------------------------------------------------------------------------------ */

static void give_up(struct app *a) {
	app_print(a, CLIENT_INFO, ((struct asking *)a->asking)->fresh ? "Not registered." : "Not signed in.");
	signing_end(a);
}

static void sign(struct app *a, const char *secret) {
	struct asking *asking = a->asking;
	asking->sent = true;
	if (asking->fresh)
		client_sign_up(a->client, asking->name, secret);
	else
		client_sign_in(a->client, asking->name, secret);
}

static void ask(struct app *a);

static void typed_again(struct app *a, const char *secret) {
	struct asking *asking = a->asking;
	if (!secret) {
		give_up(a);
		return;
	}
	bool same = strcmp(secret, asking->first) == 0;
	forget_first(asking);
	if (same) {
		sign(a, secret);
	} else {
		app_print(a, CLIENT_ERROR, "The two passwords differ. Choose another; an empty line gives up.");
		ask(a);
	}
}

static void typed(struct app *a, const char *secret) {
	struct asking *asking = a->asking;
	const char *fault = secret && asking->fresh ? password_fault(secret) : NULL;
	if (!secret) {
		give_up(a);
	} else if (fault) {
		app_print(a, CLIENT_ERROR, "%s Choose another; an empty line gives up.", fault);
		ask(a);
	} else if (asking->fresh) {
		asking->first = xstrdup(secret);
		a->face->ask_secret(a, "The same again: ", typed_again);
	} else {
		sign(a, secret);
	}
}

static void ask(struct app *a) {
	a->face->ask_secret(a, ((struct asking *)a->asking)->fresh ? "New password: " : "Password: ", typed);
}

void signing_begin(struct app *a, const char *name, bool fresh) {
	make(a, name, fresh);
	ask(a);
}

/* ---- sent --------------------------------------------------------------------------------- */

void signing_sent(struct app *a, const char *name, bool fresh) { make(a, name, fresh)->sent = true; }

static bool sent(const struct app *a) { return a->asking && ((const struct asking *)a->asking)->sent; }

bool signing_under_way(struct app *a) { return sent(a) && client_status(a->client)->state != CLIENT_OFFLINE; }

/* Would another password do? */
static bool mendable(const struct client_status *s) {
	return s->refused == APPCHAT__ERROR_CODE__ERROR_CREDENTIALS || s->refused == APPCHAT__ERROR_CODE__ERROR_PASSWORD_WEAK;
}

void signing_on_status(struct app *a) {
	const struct client_status *s = client_status(a->client);
	if (sent(a) && !mendable(s) && (s->refused || s->nobody || s->state == CLIENT_READY))
		signing_end(a);
}

void signing_on_error(struct app *a) {
	if (!sent(a) || !mendable(client_status(a->client)) || a->quit)
		return;
	((struct asking *)a->asking)->sent = false;
	app_print(a, CLIENT_INFO, "Try again; an empty line gives up.");
	ask(a);
}
