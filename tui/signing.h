/*
 * A password is asked for until one is taken, or the person gives it up by an
 * empty line, Ctrl-C or Escape. Until then no line typed is anything else, so
 * that a password never goes out as a message. One at a time (app.asking).
 */
#ifndef APPCHAT_TUI_SIGNING_H
#define APPCHAT_TUI_SIGNING_H

#include "tui/app.h"

/* Asks for the password of an account, or twice for a fresh one's, and sends it. */
void signing_begin(struct app *a, const char *name, bool fresh);
/* One is sent as soon as there is a connection: asked for again when it is refused. */
void signing_sent(struct app *a, const char *name, bool fresh);
/* Is the answer to a password on its way? */
bool signing_under_way(struct app *a);
/* The client's status changed; it said why something failed, and that has been printed. */
void signing_on_status(struct app *a);
void signing_on_error(struct app *a);
/* Forgets what was typed so far. */
void signing_end(struct app *a);

#endif
