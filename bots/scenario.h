/* What the bots of a run do, as rows of one table: a new scenario is a new row. */
#ifndef APPCHAT_BOTS_SCENARIO_H
#define APPCHAT_BOTS_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

struct scenario {
	const char *name;
	const char *summary;
	double talkers;        /* share of bots that send */
	double clients_a_room; /* > 0 and --rooms not given: so many bots a room */
	double slow;           /* share that reads a trickle */
	double stalled;        /* share that stops reading until the end of the load */
	double flappers;       /* share that drops and resumes, at random */
	double flap_seconds;   /* time between two drops of one, on average */
	int storms;            /* times that everybody is dropped at once, evenly spread */
	bool silent;           /* nobody talks, and pings are as rare as the server asks */
	double liars;          /* hostile connections, as a share of the clients, at least one */
};

/* The row of that name; NULL: none. */
const struct scenario *scenario_find(const char *name);
/* The i-th row, for help; NULL past the end. */
const struct scenario *scenario_at(size_t i);

#endif
