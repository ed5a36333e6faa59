/* Phases of a run on one tick; bots do the rest by their own timers. */
#include "bots/swarm.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bots/hostile.h"
#include "bots/inflate.h"
#include "bots/scenario.h"
#include "bots/shared.h"
#include "proto/base/clock.h"

#define SECOND 1000000000ull
#define MS 1000000ull

enum {
	TICK_MS = 20,
	STUCK_SECONDS = 15,      /* without progress: what is missing counts as lost */
	LEAVE_SECONDS = 10,
	SETTLE_MS = 300,         /* after the last delivery, for what should not come */
	STALLED_SECONDS = 3,
	SPARE_FILES = 64,
	MANY_SENDS = 2000,       /* a second: from here on bots wake together */
};

void swarm_complain(struct swarm *s, const char *format, ...) {
	va_list args;
	if (s->tally.first_error[0])
		return;
	va_start(args, format);
	vsnprintf(s->tally.first_error, sizeof s->tally.first_error, format, args);
	va_end(args);
	for (char *p = s->tally.first_error; *p; p++) /* it goes to a terminal */
		if ((unsigned char)*p < 0x20 || (unsigned char)*p > 0x7e)
			*p = '?';
}

uint64_t swarm_wake(const struct swarm *s, uint64_t at) {
	return s->grain ? (at + s->grain - 1) / s->grain * s->grain : at;
}

void swarm_away(struct swarm *s) {
	if (!s->outage.away++)
		s->outage.reached = 0;
}

void swarm_reached(struct swarm *s, uint64_t now) {
	if (!s->outage.reached)
		s->outage.reached = now;
}

void swarm_back(struct swarm *s) {
	uint64_t took = clock_mono_ns() - s->outage.reached;
	if (!--s->outage.away && took > s->outage.longest)
		s->outage.longest = took;
}

bool swarm_may_start(const struct swarm *s) {
	return s->tally.starting < SWARM_WINDOW && s->phase < PHASE_LEAVE;
}

/* ---- Phases ---------------------------------------------------------------------- */

static void enter_phase(struct swarm *s, enum phase phase, uint64_t now) {
	s->phase = phase;
	s->phase_at = s->progress_at = now;
}

void swarm_give_up(struct swarm *s, enum exit_code status, const char *format, ...) {
	va_list args;
	if (s->phase >= PHASE_LEAVE)
		return;
	display_end(&s->display);
	fputs("appchat-bots: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	s->status = status;
	enter_phase(s, PHASE_LEAVE, clock_mono_ns());
}

/* Notes progress; true when there was none for too long. */
static bool stuck(struct swarm *s, uint64_t mark, uint64_t now) {
	if (mark != s->progress_mark) {
		s->progress_mark = mark;
		s->progress_at = now;
	}
	return now - s->progress_at > STUCK_SECONDS * SECOND;
}

static void ask_stats(struct swarm *s) {
	for (uint32_t i = 0; i < s->started; i++) {
		struct bot *b = &s->bots[(s->stats_bot + i) % s->started];
		if (b->state != BOT_READY || b->follow.aside)
			continue;
		s->stats_bot = b->index;
		bot_ask_stats(b);
		return;
	}
}

static void begin_load(struct swarm *s, uint64_t now) {
	enter_phase(s, PHASE_LOAD, now);
	s->load_from = now;
	s->load_to = now + (uint64_t)(s->o.duration * 1e9);
	s->cpu_from = s->cpu_second = clock_cpu_ns();
	s->next_second = now + SECOND;
	s->seen_second = verify_counts(s->verify)->seen;
	ask_stats(s);
	for (uint32_t i = 0; i < s->started; i++)
		bot_begin_load(&s->bots[i], now);
	if (s->o.scenario->liars > 0)
		s->hostile = hostile_start(&s->net, &s->timers, s->run, 1 + (uint32_t)(s->o.scenario->liars * s->o.clients));
}

static void end_load(struct swarm *s, uint64_t now) {
	s->cpu_used = clock_cpu_ns() - s->cpu_from;
	s->load_to = now;
	enter_phase(s, PHASE_DRAIN, now);
	ask_stats(s);
	for (uint32_t i = 0; i < s->started; i++)
		bot_end_load(&s->bots[i]);
	hostile_stop(s->hostile);
}

static void tick_ramp(struct swarm *s, uint64_t now) {
	uint64_t step = (uint64_t)(1e9 / s->o.ramp);
	while (s->started < s->o.clients && s->next_start <= now && swarm_may_start(s)) {
		bot_start(&s->bots[s->started++]);
		s->next_start += step;
	}
	if (s->next_start < now && s->started < s->o.clients && !swarm_may_start(s))
		s->next_start = now; /* the server is slower than the ramp: no burst afterwards */
	uint32_t waiting = s->o.clients - s->tally.ever_ready;
	if (!waiting && s->tally.ready == s->o.clients) {
		begin_load(s, now);
	} else if (s->tally.gone == s->o.clients || stuck(s, s->started + s->tally.ever_ready, now)) {
		if (s->tally.ready)
			begin_load(s, now);
		else
			swarm_give_up(s, EXIT_NO_SERVER, "no bot got into its room: %s",
				s->tally.first_error[0] ? s->tally.first_error : s->tally.last_close);
	}
}

/* Drops everybody when a storm is due. */
static void storm(struct swarm *s, uint64_t now) {
	int storms = s->o.scenario->storms;
	uint64_t span = s->load_to - s->load_from;
	if ((int)s->storms_done >= storms || now < s->load_from + span * (s->storms_done + 1) / (uint64_t)(storms + 1))
		return;
	s->storms_done++;
	for (uint32_t i = 0; i < s->started; i++)
		bot_drop(&s->bots[i], "dropped on purpose");
}

static void tick_load(struct swarm *s, uint64_t now) {
	storm(s, now);
	if (now >= s->load_to || s->interrupted)
		end_load(s, now);
}

static void tick_drain(struct swarm *s, uint64_t now) {
	const struct verify_counts *c = verify_counts(s->verify);
	bool all = true;
	for (uint32_t i = 0; all && i < s->started; i++)
		all = bot_done(&s->bots[i]);
	if (!all)
		s->drained_at = 0;
	else if (!s->drained_at)
		s->drained_at = now;
	if (all && now - s->drained_at >= SETTLE_MS * MS) {
		s->drained = true;
		enter_phase(s, PHASE_LEAVE, now);
	} else if (!all && stuck(s, c->acked + c->seen + s->tally.reconnects + s->tally.ready, now)) {
		enter_phase(s, PHASE_LEAVE, now);
	}
}

static void tick_leave(struct swarm *s, uint64_t now) {
	for (; s->left < s->started && s->tally.leaving < SWARM_WINDOW; s->left++)
		bot_leave(&s->bots[s->left]);
	hostile_stop(s->hostile);
	if (s->tally.gone >= s->started && hostile_over(s->hostile)) {
		enter_phase(s, PHASE_OVER, now);
		uv_stop(&s->loop);
	} else if (now - s->phase_at > LEAVE_SECONDS * SECOND) {
		for (uint32_t i = 0; i < s->started; i++)
			wsconn_close(&s->bots[i].conn, "took too long to sign out");
	}
}

/* ---- Every second ---------------------------------------------------------------- */

static double milliseconds(const struct hist *h, double q) {
	return (double)hist_quantile(h, q) / 1e6;
}

static void note_second(struct swarm *s, uint64_t now) {
	const struct verify_counts *c = verify_counts(s->verify);
	uint64_t cpu = clock_cpu_ns();
	double seconds = (double)(now - (s->next_second - SECOND)) / 1e9;
	latency_flush(&s->latency);
	struct series_row row = {
		.at = (double)(now - s->began) / 1e9, .phase = s->phase, .ready = s->tally.ready,
		.sent = c->sent, .acked = c->acked, .delivered = c->seen,
		.deliveries_per_second = (double)(c->seen - s->seen_second) / seconds,
		.p50_ms = milliseconds(&s->latency.second, 0.5), .p99_ms = milliseconds(&s->latency.second, 0.99),
		.max_ms = (double)s->latency.second.max / 1e6,
		.ping_p50_ms = milliseconds(&s->ping_second, 0.5), .ping_p99_ms = milliseconds(&s->ping_second, 0.99),
		.server_cpu = s->server.known ? s->server.cpu_now : -1,
		.own_cpu = (double)(cpu - s->cpu_second) / 1e7 / seconds, .server_rss = s->server.rss_now,
	};
	if (s->phase == PHASE_LOAD && row.own_cpu > s->cpu_peak)
		s->cpu_peak = row.own_cpu;
	series_add(&s->series, &row);
	latency_second(&s->latency);
	hist_merge(&s->ping, &s->ping_second);
	hist_clear(&s->ping_second);
	s->cpu_second = cpu;
	s->seen_second = c->seen;
}

static void second_over(struct swarm *s, uint64_t now) {
	note_second(s, now);
	s->next_second = now + SECOND;
	if (s->phase <= PHASE_DRAIN && s->started)
		ask_stats(s);
	display_second(&s->display, s);
}

/* We were stopped ourselves: what has arrived meanwhile is still to be read, so nobody is silent yet. */
static void forgive(struct swarm *s, uint64_t now) {
	for (uint32_t i = 0; i < s->started; i++)
		bot_forgive(&s->bots[i], now);
	s->progress_at = now;
}

static void on_tick(struct timer *t, uint64_t now) {
	static void (*const by_phase[])(struct swarm *, uint64_t) = {tick_ramp, tick_load, tick_drain, tick_leave};
	struct swarm *s = (struct swarm *)((char *)t - offsetof(struct swarm, tick));
	if (now - t->at > STALLED_SECONDS * SECOND)
		forgive(s, now);
	if (s->phase == PHASE_LOAD)
		hist_add(&s->late, now - t->at, 1);
	if (s->phase < PHASE_OVER)
		by_phase[s->phase](s, now);
	if (now >= s->next_second && s->phase < PHASE_OVER)
		second_over(s, now);
	display_refresh(&s->display, s);
	timers_set(&s->timers, &s->tick, s->phase == PHASE_OVER ? TIMER_NEVER : now + TICK_MS * MS);
}

/* ---- Signals, limits, life ------------------------------------------------------- */

static void on_signal(uv_signal_t *signal, int number) {
	struct swarm *s = signal->data;
	(void)number;
	if (s->interrupted) {
		display_end(&s->display);
		fputs("appchat-bots: ended at once; nothing was verified\n", stderr);
		exit(EXIT_INTERRUPTED);
	}
	s->interrupted = true;
	if (s->phase == PHASE_RAMP)
		enter_phase(s, PHASE_LEAVE, clock_mono_ns());
}

static bool raise_limit(const struct options *o) {
	struct rlimit limit;
	rlim_t need = o->clients + (rlim_t)(o->scenario->liars * o->clients) + SPARE_FILES;
	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= need)
		return true;
	limit.rlim_cur = limit.rlim_max > need || limit.rlim_max == RLIM_INFINITY ? need : limit.rlim_max;
	if (limit.rlim_cur >= need && !setrlimit(RLIMIT_NOFILE, &limit))
		return true;
	fprintf(stderr, "appchat-bots: %u bots need %llu open files and %llu are allowed here; raise 'ulimit -Hn' or ask for fewer bots\n",
		o->clients, (unsigned long long)need, (unsigned long long)limit.rlim_max);
	return false;
}

static void name_rooms(struct swarm *s) {
	s->rooms = xcalloc(s->o.rooms, sizeof *s->rooms);
	for (uint32_t i = 0; i < s->o.rooms; i++)
		if (s->o.rooms == 1)
			snprintf(s->rooms[i].name, sizeof s->rooms[i].name, "%s", s->o.room);
		else
			snprintf(s->rooms[i].name, sizeof s->rooms[i].name, "%s-%u", s->o.room, i + 1);
}

static int open_loop(struct swarm *s) {
	int err = uv_loop_init(&s->loop);
	if (!err)
		err = timers_init(&s->timers, &s->loop);
	if (err)
		return err;
	uv_signal_init(&s->loop, &s->sigint);
	uv_signal_init(&s->loop, &s->sigterm);
	s->sigint.data = s->sigterm.data = s;
	uv_signal_start(&s->sigint, on_signal, SIGINT);
	uv_signal_start(&s->sigterm, on_signal, SIGTERM);
	return wsnet_init(&s->net, &s->loop, &s->o.address, s->o.host_header, s->o.path);
}

static void close_loop(struct swarm *s) {
	timers_close(&s->timers);
	wsnet_close(&s->net);
	uv_close((uv_handle_t *)&s->sigint, NULL);
	uv_close((uv_handle_t *)&s->sigterm, NULL);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	uv_loop_close(&s->loop);
	timers_free(&s->timers);
	wsnet_free(&s->net);
}

/* Adds everything up. */
static void verify_all(struct swarm *s) {
	verify_close(s->verify, &s->result);
	for (uint32_t i = 0; i < s->started; i++)
		verify_follower(s->verify, s->bots[i].room, &s->bots[i].follow, &s->result);
	latency_second(&s->latency);
	hist_merge(&s->ping, &s->ping_second);
	hist_clear(&s->ping_second);
}

/* Every 5 s, and at most 100 a second from all; an option has its way. */
static uint64_t ping_interval(const struct options *o) {
	if (o->ping >= 0)
		return (uint64_t)(o->ping * 1e9);
	return o->scenario->silent ? 0 : o->clients > 500 ? o->clients * (SECOND / 100) : 5 * SECOND;
}

enum exit_code swarm_run(struct swarm *s, const struct options *o) {
	*s = (struct swarm){.o = *o};
	if (!raise_limit(o))
		return EXIT_MACHINE;
	if (o->clients * o->rate > MANY_SENDS)
		s->grain = MS;
	s->ping_ns = ping_interval(o);
	text_make_run(s->run);
	s->inflater = inflater_new();
	s->shared = shared_new();
	s->verify = verify_new(o->rooms, o->clients, s->run, o->size, latency_delivered, &s->latency);
	s->latency.verify = s->verify;
	name_rooms(s);
	int err = open_loop(s);
	if (err) {
		fprintf(stderr, "appchat-bots: cannot start the event loop: %s\n", uv_strerror(err));
		return EXIT_MACHINE;
	}
	s->bots = xcalloc(o->clients, sizeof *s->bots);
	for (uint32_t i = 0; i < o->clients; i++)
		bot_init(&s->bots[i], s, i);
	display_init(&s->display, o->json);
	s->began = s->next_start = clock_mono_ns();
	s->next_second = s->began + SECOND;
	s->cpu_second = clock_cpu_ns();
	enter_phase(s, PHASE_RAMP, s->began);
	s->tick.fire = on_tick;
	timers_set(&s->timers, &s->tick, s->began);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	display_end(&s->display);
	verify_all(s);
	close_loop(s);
	return s->status;
}

void swarm_free(struct swarm *s) {
	for (uint32_t i = 0; s->bots && i < s->o.clients; i++)
		bot_free(&s->bots[i]);
	free(s->bots);
	free(s->rooms);
	latency_free(&s->latency);
	verify_free(s->verify);
	inflater_free(s->inflater);
	shared_free(s->shared);
	hostile_free(s->hostile);
	series_free(&s->series);
}
