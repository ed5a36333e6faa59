/* One row of figures for every second of a run, for the display and the plots. */
#ifndef APPCHAT_BOTS_SERIES_H
#define APPCHAT_BOTS_SERIES_H

#include <stddef.h>
#include <stdint.h>

struct series_row {
	double at;                     /* seconds since the run began */
	int phase;
	uint32_t ready;
	uint64_t sent, acked;          /* so far */
	uint64_t delivered;            /* so far, events at bots */
	double deliveries_per_second;
	double p50_ms, p99_ms, max_ms; /* latency of this second's deliveries */
	double ping_p50_ms, ping_p99_ms;
	double server_cpu, own_cpu;    /* percent of a core; server_cpu < 0: not known */
	uint64_t server_rss;
};

struct series {
	struct series_row *row;
	size_t count, cap;
};

/* Appends a row. */
void series_add(struct series *s, const struct series_row *row);
/* The last row; all zero when there is none. */
struct series_row series_last(const struct series *s);
void series_free(struct series *s);

#endif
