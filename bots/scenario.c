/* The table. */
#include "bots/scenario.h"

#include <string.h>

static const struct scenario scenarios[] = {
	{.name = "chatter", .summary = "everybody talks (the default)", .talkers = 1},
	{.name = "lurkers", .summary = "one in fifty talks, all listen", .talkers = 0.02},
	{.name = "rooms", .summary = "everybody talks, ten bots a room", .talkers = 1, .clients_a_room = 10},
	{.name = "storm", .summary = "everybody is dropped at once, three times, and resumes", .talkers = 1, .storms = 3},
	{.name = "slow", .summary = "one in ten reads a trickle, one in ten not at all", .talkers = 1, .slow = 0.1, .stalled = 0.1},
	{.name = "stalled", .summary = "one in ten stops reading until the end of the load", .talkers = 1, .stalled = 0.1},
	{.name = "flappers", .summary = "one in three drops and resumes at random, every 3 s or so", .talkers = 1, .flappers = 0.34, .flap_seconds = 3},
	{.name = "idle", .summary = "nobody talks; pings only as the server asks for them", .silent = true},
	{.name = "liars", .summary = "hostile connections beside everybody talking", .talkers = 1, .liars = 0.1},
};

const struct scenario *scenario_find(const char *name) {
	for (size_t i = 0; scenario_at(i); i++)
		if (!strcmp(scenarios[i].name, name))
			return &scenarios[i];
	return NULL;
}

const struct scenario *scenario_at(size_t i) {
	return i < sizeof scenarios / sizeof *scenarios ? &scenarios[i] : NULL;
}
