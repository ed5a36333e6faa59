/* One fault at a time, but a kill may come at any moment. */
#include "tests/model/faults.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/model/actions.h"
#include "tests/model/visit.h"

#define STOP_PATIENCE_MS 20000
#define RUSH 60

static uint64_t wal_size(const struct model *m) {
	char path[520];
	struct stat st;
	snprintf(path, sizeof path, "%s/data/appchat.db-wal", m->serve.dir);
	return stat(path, &st) ? 0 : (uint64_t)st.st_size;
}

static void server_gone(struct model *m, uint64_t pause_ms) {
	humans_server_ended(m);
	if (m->serve.mute || m->unmute_ms)
		m->unmuted_tick = m->trail.tick;
	m->serve.mute = false;
	m->start_ms = m->now_ms + 1 + pause_ms;
	m->thaw_ms = m->unmute_ms = 0;
	m->started = false;
}

/* Many act at once, and a moment later, in the midst of that, it ends. */
static void rush(struct model *m, uint32_t x) {
	struct timespec moment = {0, x % 5000 * 1000};
	for (uint32_t i = 0; i < RUSH && !m->thaw_ms; i++) {
		struct step s = plan_next(&m->plan);
		actions_step(m, &s);
	}
	visits_turn(m, 0);
	nanosleep(&moment, NULL);
}

static void kill_it(struct model *m, uint32_t x) {
	rush(m, x / 7);
	trail_did(&m->trail, "kill -9");
	serve_kill(&m->serve);
	m->kills++;
	server_gone(m, x % 4 ? 0 : x % 900);
}

static void stop_it(struct model *m, uint32_t x) {
	rush(m, x);
	trail_did(&m->trail, "SIGTERM");
	serve_stop(&m->serve);
	m->stops++;
}

static void freeze_it(struct model *m, uint32_t x) {
	trail_did(&m->trail, "SIGSTOP");
	serve_freeze(&m->serve, true);
	m->freezes++;
	m->thaw_ms = m->now_ms + 1000 + x % 2000;
}

/* Nothing at all can be written, or the files cannot grow. */
static void mute_it(struct model *m, uint32_t x) {
	trail_did(&m->trail, "files cannot be written");
	serve_mute(&m->serve, x % 2 ? 0 : wal_size(m));
	m->mutes++;
	m->muted_tick = trail_tick(&m->trail);
	m->unmute_ms = m->now_ms + 300 + x % 2500;
}

/* ---- by the preloaded library ---- */

static uint32_t steps_so_far(const struct model *m) {
	char path[520];
	unsigned long steps = 0;
	snprintf(path, sizeof path, "%s/faults.seen", m->serve.dir);
	FILE *f = fopen(path, "r");
	if (f && fscanf(f, "steps=%lu", &steps) != 1)
		steps = 0;
	if (f)
		fclose(f);
	return (uint32_t)steps;
}

static void begin_trouble(struct model *m, uint32_t ms, const char *words) {
	trail_did(&m->trail, "faults: %s", words);
	serve_fault(&m->serve, words);
	m->mutes++;
	m->muted_tick = trail_tick(&m->trail);
	m->unmute_ms = m->now_ms + ms;
}

/* At one of the next writes or syncs, before it, after it or in its middle. */
static void kill_at_step(struct model *m, uint32_t x) {
	char words[64];
	snprintf(words, sizeof words, "kill=%u at=%u", steps_so_far(m) + 2 + x % 40, x / 64 % 3);
	m->serve.doomed = true;
	begin_trouble(m, 2000, words);
	rush(m, 5000 + x % 7);
}

static void slow_syncs(struct model *m, uint32_t x) {
	char words[64];
	snprintf(words, sizeof words, "sync_ms=%u", 20 + x % 700);
	begin_trouble(m, 1500, words);
}

static void failing_writes(struct model *m, uint32_t x) {
	char words[64];
	snprintf(words, sizeof words, "error=28 on=1 count=%u", 1 + x % 30);
	begin_trouble(m, 1500, words);
	rush(m, x);
}

/* What a failed sync has written may be there after all, if the server is killed before the next write. */
static void failing_syncs(struct model *m, uint32_t x) {
	char words[64];
	snprintf(words, sizeof words, "error=5 on=2 count=%u", 1 + x % 8);
	m->unsure = true;
	begin_trouble(m, 1500, words);
	rush(m, x);
}

/* ---- which ---- */

static const struct {
	unsigned weight;
	bool calm, library;   /* only when no other goes on; needs the preloaded library */
	void (*begin)(struct model *m, uint32_t x);
} table[] = {
	{6, false, false, kill_it}, {4, true, false, stop_it}, {4, true, false, freeze_it}, {3, true, false, mute_it},
	{5, true, true, kill_at_step}, {3, true, true, slow_syncs}, {2, true, true, failing_writes}, {2, true, true, failing_syncs},
};

void faults_step(struct model *m, const struct step *s) {
	uint32_t x = (uint32_t)plan_mix(s->fault + 1), sum = 0, row = 0;
	uint64_t one_in = m->fault_every_ms * 1000 / m->step_every_us;
	if (!m->fault_every_ms || s->fault % (one_in ? one_in : 1) || !m->started || m->serve.ending)
		return;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		sum += table[i].weight;
	uint32_t at = x % sum;
	while (at >= table[row].weight)
		at -= table[row++].weight;
	if ((table[row].calm && (m->thaw_ms || m->unmute_ms)) || (table[row].library && !m->serve.faults))
		return;
	table[row].begin(m, x / sum);
}

static void thaw(struct model *m) {
	serve_freeze(&m->serve, false);
	m->thaw_ms = 0;
}

static void unmute(struct model *m) {
	serve_mute(&m->serve, UINT64_MAX);
	if (m->serve.faults)
		serve_fault(&m->serve, "");
	m->unmute_ms = 0;
	m->unmuted_ms = m->now_ms;
	m->unmuted_tick = trail_tick(&m->trail);
}

static void judge_end(struct model *m, int status) {
	bool asked = m->serve.ending, doomed = m->serve.doomed && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	m->kills += doomed;
	if (doomed)
		trail_did(&m->trail, "killed at a step");
	else if (!asked || !WIFEXITED(status) || WEXITSTATUS(status))
		trail_differ(&m->trail, "the server ended %s, %s %d; see %s", asked ? "badly" : "by itself",
			WIFSIGNALED(status) ? "by signal" : "with status", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
			m->serve.log);
	m->serve.ending = true;
	server_gone(m, 0);
}

static void start_it(struct model *m) {
	m->start_ms = 0;
	m->unsure = false;
	m->started = serve_start(&m->serve);
	m->audit_due = true;
	trail_did(&m->trail, "the server is started");
	if (!m->started)
		trail_differ(&m->trail, "the server does not start; see %s", m->serve.log);
}

void faults_turn(struct model *m) {
	int status;
	if (m->thaw_ms && m->now_ms >= m->thaw_ms)
		thaw(m);
	if (m->unmute_ms && m->now_ms >= m->unmute_ms)
		unmute(m);
	if (serve_ended(&m->serve, &status))
		judge_end(m, status);
	if (m->start_ms && m->now_ms >= m->start_ms && !m->trail.differences)
		start_it(m);
}

void faults_lift(struct model *m) {
	if (m->thaw_ms)
		thaw(m);
	if (m->unmute_ms)
		unmute(m);
}

void faults_last_stop(struct model *m) {
	uint64_t until = m->now_ms + STOP_PATIENCE_MS;
	if (!m->serve.pid)
		return;
	faults_lift(m);
	stop_it(m, 0);
	while (m->serve.pid && m->now_ms < until) {
		model_turn(m, 20);
		m->start_ms = 0;
	}
	if (m->serve.pid) {
		trail_differ(&m->trail, "the server does not end");
		serve_kill(&m->serve);
	}
}
