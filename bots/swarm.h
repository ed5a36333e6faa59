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

/* Counts of what bots met on their way. */
struct tally {
	uint32_t ready;          /* following their room now */
	uint32_t ever_ready;
	uint32_t starting;       /* between the first SYN and ready */
	uint32_t leaving;
	uint32_t gone;           /* will not come back in this run */
	uint64_t reconnects;
	uint64_t rate_limited, storage_errors, other_temporary;
	uint64_t errors;         /* answers that should not have come */
	uint64_t malformed;      /* frames from the server that cannot be read */
	uint64_t deflated, inflated;   /* bytes of frames that came deflated, and of what was in them */
	uint64_t gaps, fetched;  /* Gap frames; events fetched as history for them */
	uint64_t strangers;      /* tokens that were no longer good, epochs that changed */
	char first_error[200];   /* the first of these in words */
	char last_close[120];    /* why a connection ended that nobody meant to end */
};

/* CPU time and memory of the server, from its answers to Stats. */
struct server_figures {
	bool known;
	bool complete;                   /* the load's last answer has come */
	uint64_t first_ms, last_ms;      /* its CPU time at the first and last answer of the load */
	uint64_t first_at, last_at;      /* when they came */
	uint64_t before_ms;              /* of lives before a restart */
	uint64_t rss_now, rss_max;
	double cpu_now;                  /* percent, between the last two answers */
	uint32_t clients, lagging;
	double deliveries_per_second;
	uint64_t seen_ms, seen_total, seen_at;   /* the last answer, in this life and in all */
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
	char run[TEXT_RUN + 1];
	struct bot *bots;
	struct bot_room *rooms;
	struct verify *verify;
	struct inflater *inflater;
	struct shared *shared;
	struct latency latency;
	struct hist ping, ping_second;
	struct hist lag;                 /* how late messages left, behind when they were meant to */
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
/* May one more bot start connecting now? */
bool swarm_may_start(const struct swarm *s);

#endif
