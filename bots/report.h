/* What came of a run: the verdict, a report for people, one JSON object for scripts. */
#ifndef APPCHAT_BOTS_REPORT_H
#define APPCHAT_BOTS_REPORT_H

#include <stdbool.h>

#include "bots/swarm.h"

/* Did all hold that exit status 0 promises? */
bool report_held(const struct swarm *s);
/* Could the bots themselves not keep up, so that the latencies are partly their own? */
bool report_saturated(const struct swarm *s);
/* The server's CPU over the load in percent of a core; below 0: not known. */
double report_server_cpu(const struct swarm *s);
double report_own_cpu(const struct swarm *s);
double report_seconds(const struct swarm *s);
/* Prints it on standard output. */
void report_text(const struct swarm *s);
void report_json(const struct swarm *s);
/* Writes a page with plots; false: it can't be written (said on standard error). */
bool report_html(const struct swarm *s, const char *path);

#endif
