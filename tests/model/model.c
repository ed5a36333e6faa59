/*
 * A long randomised run against the real server, compared with a model.
 *
 *   model --seed N --seconds S --dir DIR [--server PROGRAM] [--people N]
 *         [--rate STEPS] [--fault-every SECONDS] [--settle-every SECONDS]
 *         [--faults build/tests/faults.so] [--any-fault] [--trace FILE]
 *         [--fill N] [--message-rate N]   messages before all else, and how fast: so that gaps come
 *
 * DIR is a new folder for the data and the server's logs. The seed decides
 * what is tried, not when the server answers. Exit 0: no difference; 1: some,
 * each printed with what led to it; 2: it could not run.
 */
#include "tests/model/model.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bots/inflate.h"
#include "proto/base/buf.h"
#include "proto/base/clock.h"
#include "tests/model/actions.h"
#include "tests/model/database.h"
#include "tests/model/faults.h"
#include "tests/model/settle.h"
#include "tests/model/visit.h"

#define STALL_MS 1500        /* this program stood still */
#define CATCH_UP_US 200000   /* steps that are later than that are not made up for */

/* ---- time ---- */

/* now_ms counts only while this program runs, so that a machine that pauses it changes nothing. */
static void look_at_clock(struct model *m) {
	uint64_t wall = clock_mono_ns() / 1000000, passed = wall - m->wall_ms;
	if (passed > STALL_MS)
		m->stalled_ms = wall;
	m->now_ms += passed < STALL_MS ? passed : STALL_MS;
	m->wall_ms = wall;
}

static void steps(struct model *m) {
	uint64_t now_us = m->now_ms * 1000;
	if (m->settling || m->steps_due_us + CATCH_UP_US < now_us)
		m->steps_due_us = now_us;
	while (!m->settling && m->steps_due_us < now_us && !m->trail.differences) {
		struct step s = plan_next(&m->plan);
		m->steps_due_us += m->step_every_us;
		faults_step(m, &s);
		if (m->started && !m->serve.ending)
			actions_step(m, &s);
	}
}

void model_turn(struct model *m, int wait_ms) {
	int least = (int)(m->step_every_us / 1000);
	look_at_clock(m);
	faults_turn(m);
	steps(m);
	visits_turn(m, m->settling || wait_ms < least ? wait_ms : least);
}

/* ---- the run ---- */

static void setup(struct model *m) {
	plan_init(&m->plan, m->trail.seed);
	m->trail.tick = 1;
	m->annals = annals_new(&m->trail);
	m->inflater = inflater_new();
	annals_room(m->annals, false, "");
	m->rooms[0] = (struct room_known){.name = "lobby", .since = 1};
	m->room_count = 1;
	m->cast = xcalloc(m->people + 1, sizeof *m->cast);
	for (uint32_t i = 0; i <= m->people; i++)
		m->cast[i] = human_new(m);
	m->wall_ms = clock_mono_ns() / 1000000;
	m->now_ms = 1000;
	mkdir(m->serve.dir, 0700);
	m->started = serve_start(&m->serve);
	if (!m->started) {
		fprintf(stderr, "model: %s does not start; see %s\n", m->serve.program, m->serve.log);
		exit(2);
	}
}

static void run(struct model *m, uint64_t settle_every_ms) {
	uint64_t end = m->now_ms + m->seconds * 1000, next = m->now_ms + settle_every_ms;
	while (m->now_ms < end && !m->trail.differences) {
		model_turn(m, 20);
		if (m->audit_due && m->started)
			settle_sample(m);
		if (m->now_ms >= next && !m->trail.differences) {
			settle(m);
			printf("# %llu s, %llu steps, %llu events heard, %zu visits\n", (unsigned long long)(m->now_ms / 1000),
				(unsigned long long)m->plan.steps, (unsigned long long)m->events, m->visit_count);
			fflush(stdout);
			next = m->now_ms + settle_every_ms;
		}
	}
	if (!m->trail.differences)
		settle(m);
	if (!m->trail.differences)
		faults_last_stop(m);
	serve_kill(&m->serve);
	if (!m->trail.differences)
		database_check(m);
}

/* Facts that so many changed at once that they are not judged any more. */
static unsigned blurred(const struct model *m) {
	unsigned n = 0;
	for (size_t i = 0; i < m->human_count; i++) {
		n += reg_blurred(&m->humans[i]->name) + reg_blurred(&m->humans[i]->guest);
		for (uint32_t r = 0; r < m->room_count; r++)
			n += reg_blurred(&m->humans[i]->members[r].in);
	}
	return n;
}

static void report(const struct model *m) {
	uint64_t slots, stored, asked = 0;
	annals_counts(m->annals, &slots, &stored);
	for (size_t i = 0; i < 24; i++)
		asked += m->asked[i];
	printf("seed %llu: %llu steps, %llu requests (%llu without an answer), %llu message ids, %llu stored, %llu events heard, "
		"%u rooms, %zu humans, %u connections\n", (unsigned long long)m->trail.seed, (unsigned long long)m->plan.steps,
		(unsigned long long)asked, (unsigned long long)m->unanswered, (unsigned long long)slots, (unsigned long long)stored,
		(unsigned long long)m->events, m->room_count, m->human_count, m->visits_made);
	printf("%u kills, %u stops, %u freezes, %u times unable to write; %u settled, %u logs read, %u gaps; refused:", m->kills,
		m->stops, m->freezes, m->mutes, m->settles, m->audits, m->gaps);
	for (size_t i = 0; i < 24; i++)
		if (m->refused[i])
			printf(" %zu:%llu", i, (unsigned long long)m->refused[i]);
	printf("\n%u facts not judged, %u differences\n", blurred(m), m->trail.differences);
}

static void teardown(struct model *m) {
	for (size_t i = 0; i < m->visit_count; i++)
		visit_drop(m, m->visits[i], LINE_FIN);
	visits_reap(m);
	for (size_t i = 0; i < m->human_count; i++)
		human_free(m->humans[i]);
	free(m->humans);
	free(m->cast);
	free(m->visits);
	annals_free(m->annals);
	inflater_free(m->inflater);
}

/* The number after an option; anything else than the options above ends the program. */
static uint64_t number(const char *text, const char *option) {
	char *end;
	uint64_t n = strtoull(text ? text : "", &end, 10);
	if (!text || *end || end == text) {
		fprintf(stderr, "model: %s needs a number; see the top of tests/model/model.c\n", option);
		exit(2);
	}
	return n;
}

int main(int argc, char **argv) {
	static struct model m;
	uint64_t rate = 200, settle_every = 60, fault_every = 5, fill = 0;
	m.people = 40;
	m.seconds = 15;
	m.serve.program = "build/appchat-server";
	for (int i = 1; i < argc; i++) {
		const char *o = argv[i];
		if (!strcmp(o, "--any-fault")) { m.any_fault = true; continue; }
		const char *value = argv[++i];
		if (!strcmp(o, "--dir")) m.serve.dir = value;
		else if (!strcmp(o, "--server")) m.serve.program = value;
		else if (!strcmp(o, "--faults")) m.serve.faults = value;
		else if (!strcmp(o, "--trace")) m.trail.file = fopen(value, "w");
		else if (!strcmp(o, "--message-rate")) m.serve.message_rate = value;
		else if (!strcmp(o, "--fill")) fill = number(value, o);
		else if (!strcmp(o, "--seed")) m.trail.seed = number(value, o);
		else if (!strcmp(o, "--seconds")) m.seconds = number(value, o);
		else if (!strcmp(o, "--people")) m.people = (uint32_t)number(value, o);
		else if (!strcmp(o, "--rate")) rate = number(value, o);
		else if (!strcmp(o, "--fault-every")) fault_every = number(value, o);
		else if (!strcmp(o, "--settle-every")) settle_every = number(value, o);
		else number(NULL, o);
	}
	if (!m.serve.dir || !m.people || !rate || !m.serve.program)
		number(NULL, "--dir, --people or --rate");
	signal(SIGPIPE, SIG_IGN);
	m.step_every_us = 1000000 / rate;
	m.fault_every_ms = fault_every * 1000;
	setup(&m);
	settle_fill(&m, fill);
	run(&m, settle_every * 1000);
	report(&m);
	teardown(&m);
	if (m.trail.file)
		fclose(m.trail.file);
	return m.trail.differences != 0;
}
