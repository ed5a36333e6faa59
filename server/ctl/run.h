/* One command after the other: what is sent, what is shown. */
#ifndef APPCHAT_SERVER_CTL_RUN_H
#define APPCHAT_SERVER_CTL_RUN_H

#include <stdbool.h>

#include "server/ctl/link.h"

enum { CTL_OK = 0, CTL_REFUSED = 1, CTL_USAGE = 2, CTL_NO_SERVER = 3 };

struct ctl {
	struct ctl_link link;
	const char *dir;
	bool json;
	bool quit;         /* the operator said so, or the server stopped */
};

/* Runs a line and shows its answer. Returns what the program exits with. */
int ctl_run(struct ctl *s, const char *line);

#endif
