/* The verdict and its two plain forms. */
#include "bots/report.h"

#include <stdio.h>
#include <string.h>

#include "bots/hostile.h"
#include "bots/scenario.h"
#include "proto/base/clock.h"
#include "proto/base/json.h"

enum { SATURATED_CPU = 90, SATURATED_PEAK = 97, SATURATED_LAG_MS = 25 };

typedef unsigned long long ull;

bool report_held(const struct swarm *s) {
	const struct verify_counts *c = verify_counts(s->verify);
	const struct verify_result *r = &s->result;
	const struct tally *t = &s->tally;
	return t->ever_ready == s->o.clients && c->acked == c->sent && !r->lost && !r->misplaced && !c->duplicated &&
		!c->reordered && !c->corrupted && !c->refused && !t->malformed && !t->strangers && !t->errors && !hostile_wrong(s->hostile) && s->drained;
}

double report_seconds(const struct swarm *s) {
	return s->load_from ? (double)(s->load_to - s->load_from) / 1e9 : 0;
}

double report_own_cpu(const struct swarm *s) {
	double seconds = report_seconds(s);
	return seconds > 0 ? (double)s->cpu_used / 1e7 / seconds : 0;
}

double report_server_cpu(const struct swarm *s) {
	const struct server_figures *f = &s->server;
	if (!f->first_at || f->last_at <= f->first_at)
		return -1;
	return (double)(f->last_ms - f->first_ms) * 1e8 / (double)(f->last_at - f->first_at);
}

static double ms(uint64_t ns) {
	return (double)ns / 1e6;
}

bool report_saturated(const struct swarm *s) {
	return report_own_cpu(s) > SATURATED_CPU || s->cpu_peak > SATURATED_PEAK ||
		ms(hist_quantile(&s->lag, 0.99)) > SATURATED_LAG_MS || ms(hist_quantile(&s->late, 0.99)) > SATURATED_LAG_MS;
}

/* ---- For people ------------------------------------------------------------------ */

static void times_line(const char *what, const struct hist *h) {
	if (h->count)
		printf("%-14s p50 %.2f  p90 %.2f  p99 %.2f  p99.9 %.2f  max %.2f ms  (%llu)\n", what, ms(hist_quantile(h, 0.5)),
			ms(hist_quantile(h, 0.9)), ms(hist_quantile(h, 0.99)), ms(hist_quantile(h, 0.999)), ms(h->max), (ull)h->count);
}

static void problem(uint64_t count, const char *text) {
	if (count)
		printf("  %llu %s\n", (ull)count, text);
}

static void problems(const struct swarm *s) {
	const struct verify_counts *c = verify_counts(s->verify);
	const struct verify_result *r = &s->result;
	const struct tally *t = &s->tally;
	problem(s->o.clients - t->ever_ready, "bots never got into their room");
	problem(r->unacked, "messages were never acknowledged");
	problem(c->refused, "messages were refused for good");
	problem(r->lost, "deliveries of acknowledged messages were lost");
	problem(c->duplicated, "events came twice or are stored twice");
	problem(c->reordered, "events came after a later one");
	problem(c->corrupted, "events were not what was sent, or differ between bots");
	problem(r->misplaced, "messages were acknowledged at a place that holds something else");
	problem(t->malformed, "frames from the server could not be read");
	problem(t->errors, "answers that should not have come");
	problem(t->strangers, "tokens or logs were forgotten by the server");
	problem(hostile_wrong(s->hostile), "attacks were answered as they must not be");
	if (hostile_wrong(s->hostile))
		printf("  first of them: %s\n", hostile_first_wrong(s->hostile));
	if (s->tally.first_error[0])
		printf("  first: %s\n", s->tally.first_error);
	if (s->tally.last_close[0])
		printf("  last connection that ended: %s\n", s->tally.last_close);
}

/* Things that may happen and are good to know. */
static void remarks(const struct swarm *s) {
	const struct tally *t = &s->tally;
	if (t->reconnects)
		printf("reconnects     %llu, all resumed by cursor\n", (ull)t->reconnects);
	if (s->outage.longest && !s->o.scenario->flappers)
		printf("outage         all were back and had caught up %.2f s after the first got through\n", (double)s->outage.longest / 1e9);
	if (t->rate_limited || t->storage_errors || t->other_temporary)
		printf("asked to wait  %llu times for the rate, %llu for the disk, %llu else\n", (ull)t->rate_limited,
			(ull)t->storage_errors, (ull)t->other_temporary);
	if (s->hostile)
		printf("liars          %llu attacks made\n", (ull)hostile_attacks(s->hostile));
	if (t->deflated)
		printf("deflated       to %.0f %% of the bytes\n", 100.0 * (double)t->deflated / (double)t->inflated);
	if (t->gaps)
		printf("skipped        %llu gaps, %llu events fetched as history\n", (ull)t->gaps, (ull)t->fetched);
	if (report_saturated(s))
		printf("CAREFUL: the bots themselves could not keep up (%.0f %% of a core, %.0f %% at most; sends %.1f ms and the\n"
			"loop %.1f ms late at p99): the latencies above are partly theirs. Use fewer clients, or leave them a core\n"
			"of their own.\n", report_own_cpu(s), s->cpu_peak, ms(hist_quantile(&s->lag, 0.99)), ms(hist_quantile(&s->late, 0.99)));
}

static void server_line(const struct swarm *s) {
	double cpu = report_server_cpu(s);
	if (cpu < 0)
		printf("server         gave no figures\n");
	else
		printf("server         %.1f %% of a core, %.1f MB resident at most\n", cpu, (double)s->server.rss_max / 1e6);
}

void report_text(const struct swarm *s) {
	const struct verify_counts *c = verify_counts(s->verify);
	const struct verify_result *r = &s->result;
	bool held = report_held(s);
	printf("scenario       %s, run %s\n", s->o.scenario->name, s->run);
	printf("clients        %u of %u connected, %.1f s of load\n", s->tally.ever_ready, s->o.clients, report_seconds(s));
	printf("messages       %llu sent, %llu acknowledged\n", (ull)c->sent, (ull)c->acked);
	printf("deliveries     %llu expected, %llu delivered, %llu lost, %llu duplicated, %llu reordered\n", (ull)r->expected,
		(ull)r->delivered, (ull)r->lost, (ull)c->duplicated, (ull)c->reordered);
	times_line("latency", &s->latency.total);
	times_line("  slow bots", &s->latency.aside);
	times_line("ping", &s->ping);
	server_line(s);
	printf("bots           %.1f %% of a core (busiest second %.1f %%), %.1f MB, sends left %.2f ms late at p99\n",
		report_own_cpu(s), s->cpu_peak, (double)clock_rss_bytes() / 1e6, ms(hist_quantile(&s->lag, 0.99)));
	remarks(s);
	printf("%s\n", held ? "all held" : "DID NOT HOLD:");
	if (!held)
		problems(s);
}

/* ---- For scripts ----------------------------------------------------------------- */

static void json_times(struct buf *b, const char *key, const struct hist *h) {
	json_open(b, key, '{');
	json_number(b, "p50", ms(hist_quantile(h, 0.5)), 3);
	json_number(b, "p90", ms(hist_quantile(h, 0.9)), 3);
	json_number(b, "p99", ms(hist_quantile(h, 0.99)), 3);
	json_number(b, "p999", ms(hist_quantile(h, 0.999)), 3);
	json_number(b, "max", ms(h->max), 3);
	json_uint(b, "count", h->count);
	json_close(b, '}');
}

static void json_problems(struct buf *b, const struct swarm *s) {
	const struct verify_counts *c = verify_counts(s->verify);
	const struct tally *t = &s->tally;
	json_uint(b, "unacked", s->result.unacked);
	json_uint(b, "refused", c->refused);
	json_uint(b, "corrupted", c->corrupted);
	json_uint(b, "misplaced", s->result.misplaced);
	json_uint(b, "malformed", t->malformed);
	json_uint(b, "errors", t->errors);
	json_uint(b, "forgotten", t->strangers);
	json_uint(b, "reconnects", t->reconnects);
	json_number(b, "reconnect_seconds", (double)s->outage.longest / 1e9, 3);
	json_uint(b, "rate_limited", t->rate_limited);
	json_uint(b, "storage_errors", t->storage_errors);
	json_uint(b, "other_temporary", t->other_temporary);
	json_uint(b, "deflated_bytes", t->deflated);
	json_uint(b, "inflated_bytes", t->inflated);
	json_uint(b, "gaps", t->gaps);
	json_uint(b, "fetched", t->fetched);
	json_uint(b, "foreign", c->foreign);
	json_uint(b, "attacks", hostile_attacks(s->hostile));
	json_uint(b, "attacks_wrong", hostile_wrong(s->hostile));
	json_string(b, "first_error", t->first_error);
}

static void json_server(struct buf *b, const struct swarm *s) {
	double cpu = report_server_cpu(s);
	json_open(b, "server", '{');
	json_number(b, "cpu_percent", cpu < 0 ? 0.0 / 0.0 : cpu, 2);
	json_uint(b, "rss_bytes", s->server.rss_max);
	json_close(b, '}');
}

static void json_bots(struct buf *b, const struct swarm *s) {
	json_open(b, "bots", '{');
	json_number(b, "cpu_percent", report_own_cpu(s), 2);
	json_number(b, "cpu_peak_percent", s->cpu_peak, 2);
	json_number(b, "send_lag_p99_ms", ms(hist_quantile(&s->lag, 0.99)), 3);
	json_number(b, "loop_late_p99_ms", ms(hist_quantile(&s->late, 0.99)), 3);
	json_uint(b, "rss_bytes", clock_rss_bytes());
	json_uint(b, "bytes_in", s->net.bytes_in);
	json_uint(b, "reads", s->net.reads);
	json_uint(b, "decoded", verify_counts(s->verify)->decoded);
	json_close(b, '}');
	json_bool(b, "bots_saturated", report_saturated(s));
}

void report_json(const struct swarm *s) {
	const struct verify_counts *c = verify_counts(s->verify);
	struct buf b = {0};
	json_open(&b, NULL, '{');
	json_bool(&b, "held", report_held(s));
	json_string(&b, "scenario", s->o.scenario->name);
	json_string(&b, "run", s->run);
	json_uint(&b, "clients", s->o.clients);
	json_uint(&b, "connected", s->tally.ever_ready);
	json_uint(&b, "rooms", s->o.rooms);
	json_uint(&b, "sent", c->sent);
	json_uint(&b, "acked", c->acked);
	json_uint(&b, "expected", s->result.expected);
	json_uint(&b, "delivered", s->result.delivered);
	json_uint(&b, "lost", s->result.lost);
	json_uint(&b, "duplicated", c->duplicated);
	json_uint(&b, "reordered", c->reordered);
	json_number(&b, "seconds", report_seconds(s), 3);
	json_times(&b, "latency_ms", &s->latency.total);
	json_times(&b, "slow_latency_ms", &s->latency.aside);
	json_times(&b, "ping_ms", &s->ping);
	json_server(&b, s);
	json_problems(&b, s);
	json_bots(&b, s);
	json_close(&b, '}');
	printf("%.*s\n", (int)b.len, (const char *)b.data);
	buf_free(&b);
}
