/* Figures come from the last row of the series; only the bar moves in between. */
#include "bots/display.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bots/swarm.h"
#include "proto/base/clock.h"

#define REDRAW_NS 100000000u

static const char *const phase_names[] = {"connecting", "talking", "waiting for the last", "signing out", "over"};

void display_init(struct display *d, bool json) {
	const char *term = getenv("TERM");
	*d = (struct display){.out = json ? stderr : stdout};
	d->terminal = isatty(fileno(d->out)) && term && strcmp(term, "dumb");
	setvbuf(d->out, NULL, d->terminal ? _IOFBF : _IOLBF, 16384);
}

static double share_done(const struct swarm *s) {
	uint64_t now = clock_mono_ns();
	switch (s->phase) {
	case PHASE_RAMP: return (double)s->tally.ever_ready / s->o.clients;
	case PHASE_LOAD: return now < s->load_to ? (double)(now - s->load_from) / (double)(s->load_to - s->load_from) : 1;
	case PHASE_LEAVE: return s->started ? (double)s->tally.gone / s->started : 1;
	default: return 1;
	}
}

static int columns(const struct display *d) {
	struct winsize size;
	return ioctl(fileno(d->out), TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

static void bar(const struct display *d, double share, int width) {
	int full = (int)(share * width + 0.5);
	fputc('[', d->out);
	for (int i = 0; i < width; i++)
		fputc(i < full ? '#' : '-', d->out);
	fputc(']', d->out);
}

static void server_text(const struct swarm *s, char *out, size_t size) {
	if (s->server.known)
		snprintf(out, size, "server %.0f %% CPU, %.1f MB", s->server.cpu_now, (double)s->server.rss_now / 1e6);
	else
		snprintf(out, size, "server: no figures");
}

void display_end(struct display *d) {
	if (d->lines)
		fprintf(d->out, "\r\033[%dA\033[J", d->lines);
	d->lines = 0;
	fflush(d->out);
}

void display_refresh(struct display *d, const struct swarm *s) {
	uint64_t now = clock_mono_ns();
	if (!d->terminal || now - d->drawn < REDRAW_NS)
		return;
	d->drawn = now;
	struct series_row r = series_last(&s->series);
	const struct verify_counts *c = verify_counts(s->verify);
	char server[80];
	int width = columns(d) - 34;
	server_text(s, server, sizeof server);
	if (d->lines)
		fprintf(d->out, "\r\033[%dA", d->lines);
	fprintf(d->out, "\033[K%-20s ", phase_names[s->phase]);
	bar(d, share_done(s), width < 10 ? 10 : width > 60 ? 60 : width);
	fprintf(d->out, " %3.0f %%\n", 100 * share_done(s));
	fprintf(d->out, "\033[Kconnected %u of %u   sent %llu   acknowledged %llu\n", s->tally.ready, s->o.clients,
		(unsigned long long)c->sent, (unsigned long long)c->acked);
	fprintf(d->out, "\033[Kdeliveries %.0f/s   latency p50 %.1f p99 %.1f ms   ping %.1f ms\n",
		r.deliveries_per_second, r.p50_ms, r.p99_ms, r.ping_p50_ms);
	fprintf(d->out, "\033[K%s   bots %.0f %% CPU\n", server, r.own_cpu);
	d->lines = 4;
	fflush(d->out);
}

void display_second(struct display *d, const struct swarm *s) {
	char server[80];
	if (d->terminal) {
		display_refresh(d, s);
		return;
	}
	struct series_row r = series_last(&s->series);
	server_text(s, server, sizeof server);
	fprintf(d->out, "%5.1f s  %s: connected %u, sent %llu, deliveries %.0f/s, latency p50 %.1f p99 %.1f ms, ping %.1f ms, %s, bots %.0f %% CPU\n",
		r.at, phase_names[s->phase], r.ready, (unsigned long long)r.sent, r.deliveries_per_second, r.p50_ms, r.p99_ms,
		r.ping_p50_ms, server, r.own_cpu);
}
