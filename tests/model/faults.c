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

void faults_step(struct model *m, const struct step *s) {
	uint32_t x = (uint32_t)plan_mix(s->fault + 1);
	uint64_t one_in = m->fault_every_ms * 1000 / m->step_every_us;
	if (!m->fault_every_ms || s->fault % one_in || !m->started || m->serve.ending)
		return;
	bool calm = !m->thaw_ms && !m->unmute_ms;
	switch (x % 10) {
	case 0: case 1: case 2: case 3: kill_it(m, x / 10); break;
	case 4: case 5: if (calm) stop_it(m, x / 10); break;
	case 6: case 7: if (calm) freeze_it(m, x / 10); break;
	default: if (calm) mute_it(m, x / 10); break;
	}
}

static void thaw(struct model *m) {
	serve_freeze(&m->serve, false);
	m->thaw_ms = 0;
}

static void unmute(struct model *m) {
	serve_mute(&m->serve, UINT64_MAX);
	m->unmute_ms = 0;
	m->unmuted_tick = trail_tick(&m->trail);
}

static void judge_end(struct model *m, int status) {
	bool asked = m->serve.ending;
	if (!asked || !WIFEXITED(status) || WEXITSTATUS(status))
		trail_differ(&m->trail, "the server ended %s, %s %d; see %s", asked ? "badly" : "by itself",
			WIFSIGNALED(status) ? "by signal" : "with status", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
			m->serve.log);
	m->serve.ending = true;
	server_gone(m, 0);
}

static void start_it(struct model *m) {
	m->start_ms = 0;
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
