/* appchat-bots: many clients from one process, and the proof that nothing was lost. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "bots/options.h"
#include "bots/report.h"
#include "bots/swarm.h"

/* The report, when there was a run at all. */
static enum exit_code conclude(const struct swarm *s, enum exit_code status) {
	if (status != EXIT_HELD)
		return status;
	if (s->o.json)
		report_json(s);
	else
		report_text(s);
	if (s->o.report && !report_html(s, s->o.report))
		return EXIT_BROKEN;
	return report_held(s) ? EXIT_HELD : EXIT_BROKEN;
}

int main(int argc, char **argv) {
	struct options o;
	int early = bots_options_read(&o, argc, argv);
	if (early >= 0)
		return early;
	signal(SIGPIPE, SIG_IGN);
	struct swarm *s = calloc(1, sizeof *s);
	if (!s)
		return EXIT_MACHINE;
	enum exit_code status = conclude(s, swarm_run(s, &o));
	swarm_free(s);
	free(s);
	return status;
}
