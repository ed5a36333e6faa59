/* What is counted over a run, beside what verify.h has. */
#ifndef APPCHAT_BOTS_FIGURES_H
#define APPCHAT_BOTS_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

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

/* Bots that lost their connection, and how long it took until all were back. */
struct outage {
	uint32_t away;           /* not connected, or not caught up yet */
	uint64_t reached;        /* the first of them got through to the server again */
	uint64_t longest;        /* ns from there until the last had caught up, of the worst time */
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

#endif
