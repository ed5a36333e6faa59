/* What the operator can say, one row of a table each. */
#ifndef APPCHAT_SERVER_CONSOLE_H
#define APPCHAT_SERVER_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#include "server/answer.h"
#include "server/control.h"
#include "server/handle/operator.h"

/* One request. For a slow one the answer is complete when `later` is called. */
struct request {
	const struct control_options *control;
	char *args;               /* after the command, blanks trimmed; may be cut up */
	struct answer *answer;
	operator_done *later;     /* given to slow operations ... */
	void *later_arg;          /* ... with this */
};

/* Runs a line of the protocol. True: the answer is there; false: it comes by later(). */
bool console_run(struct request *r, char *line);

/* Does the line ask for JSON? Steps over that word. */
bool console_wants_json(char **line);

/* The i-th command's name; NULL: there are no more. */
const char *console_command(size_t i);

#endif
