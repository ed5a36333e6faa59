/* What a client of a world says and has heard, in a word. */
#ifndef APPCHAT_TESTS_SUPPORT_TALK_H
#define APPCHAT_TESTS_SUPPORT_TALK_H

#include "tests/support/world.h"

/* Frames of this kind, and errors of this code, that it got. */
size_t guy_count(const struct guy *g, Appchat__ServerFrame__BodyCase body);
size_t guy_errors(const struct guy *g, Appchat__ErrorCode code);
/* Turns, with this client alone, until nothing is under way. */
void guy_settle(struct guy *g);
/* Sends a text to #lobby and waits for nothing. */
void guy_text(struct guy *g, const char *text);
/* Sends this message as a request and waits for nothing. */
void guy_ask(struct guy *g, Appchat__ClientFrame__BodyCase body, void *message);

#endif
