/* The report as a page of its own. */
#include "bots/report.h"

#include <stdio.h>

bool report_html(const struct swarm *s, const char *path) {
	(void)s;
	fprintf(stderr, "appchat-bots: cannot write '%s' yet\n", path);
	return false;
}
