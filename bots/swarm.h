/*
 * The whole run: phases, bots, and what they share. Bots start at the ramp's
 * pace, talk, wait until all is acknowledged and delivered, and sign out.
 *
 *   RAMP -> LOAD (measured) -> DRAIN -> LEAVE -> OVER
 */
#ifndef APPCHAT_BOTS_SWARM_H
#define APPCHAT_BOTS_SWARM_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "bots/bot.h"
#include "bots/wsconn.h"
#include "bots/display.h"
#include "bots/figures.h"
#include "bots/hist.h"
#include "bots/latency.h"
#include "bots/options.h"
#include "bots/series.h"
#include "bots/text.h"
#include "bots/timers.h"
#include "bots/verify.h"

#define SWARM_WINDOW 256     /* bots on their way to being ready, or leaving, at a time */

enum phase { PHASE_RAMP, PHASE_LOAD, PHASE_DRAIN, PHASE_LEAVE, PHASE_OVER };

struct bot_room {
	char name[128];
	uint64_t id;
	uint32_t epoch;
};

struct hostile;
struct inflater;
struct shared;

struct swarm {
	struct options o;
	uv_loop_t loop;
	uv_signal_t sigint, sigterm;
	struct wsnet net;
	struct timers timers;
	struct timer tick;
	uint64_t grain;                  /* ns; times of bots are multiples of it: one wake for many */
	uint64_t ping_ns;                /* between two pings of a bot that measure; 0: none */
	uint32_t again;                  /* the ending of names that new bots try first */
	struct outage outage;
	char run[TEXT_RUN + 1];
	struct bot *bots;
	struct bot_room *rooms;
	struct verify *verify;
	struct inflater *inflater;
	struct shared *shared;
	struct latency latency;
	struct hist ping, ping_second;
	struct hist lag;                 /* how late messages left, behind when they were meant to */
	struct hist late;                /* how late our own tick came */
	struct tally tally;
	struct server_figures server;
	struct series series;
	struct verify_result result;
	struct hostile *hostile;         /* scenarios with liars */
	enum phase phase;
	bool interrupted, quit;
	enum exit_code status;
	uint64_t began, phase_at, load_from, load_to;   /* clock_mono_ns() */
	uint64_t next_start, next_second;
	struct display display;
	uint64_t progress_at, progress_mark;
	uint64_t cpu_from, cpu_used;     /* our own, ns, over the load */
	double cpu_peak;                 /* our own, percent, of the busiest second */
	uint64_t cpu_second;             /* our own, at the last second's end */
	uint64_t seen_second;            /* deliveries, likewise */
	uint32_t started, left, stats_bot, storms_done;
	bool drained;                    /* all was acknowledged and delivered in time */
	uint64_t drained_at;
};

/* Runs it all; the report is the caller's. Status as for exit(). */
enum exit_code swarm_run(struct swarm *s, const struct options *o);
/* Frees what the run left. */
void swarm_free(struct swarm *s);

/* For bots: words for the first error are kept. */
void swarm_complain(struct swarm *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The run makes no sense: says why, signs out what there is, ends with this status. */
void swarm_give_up(struct swarm *s, enum exit_code status, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The first moment at or after this one at which the swarm wakes for bots. */
uint64_t swarm_wake(const struct swarm *s, uint64_t at);
/* A bot is away, gets through to the server again, has caught up. */
void swarm_away(struct swarm *s);
void swarm_reached(struct swarm *s, uint64_t now);
void swarm_back(struct swarm *s);
/* May one more bot start connecting now? */
bool swarm_may_start(const struct swarm *s);

#endif
