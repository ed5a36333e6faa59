/*
 * The report as one page with nothing outside it: a table of the figures and
 * plots of every second of the run as inline SVG. Every text in it is ours
 * or a number; the one that is not (the first error) is escaped.
 */
#include "bots/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bots/scenario.h"
#include "proto/base/buf.h"

enum { WIDTH = 860, HEIGHT = 220, LEFT = 70, RIGHT = 20, TOP = 30, BOTTOM = 30 };

/* A line of a plot: which figure of a row, in which colour. */
struct line {
	const char *name, *colour;
	double (*value)(const struct series_row *r);
};

static double deliveries(const struct series_row *r) { return r->deliveries_per_second; }
static double p50(const struct series_row *r) { return r->p50_ms; }
static double p99(const struct series_row *r) { return r->p99_ms; }
static double worst(const struct series_row *r) { return r->max_ms; }
static double ping_p50(const struct series_row *r) { return r->ping_p50_ms; }
static double ping_p99(const struct series_row *r) { return r->ping_p99_ms; }
static double server_cpu(const struct series_row *r) { return r->server_cpu < 0 ? 0 : r->server_cpu; }
static double own_cpu(const struct series_row *r) { return r->own_cpu; }
static double server_rss(const struct series_row *r) { return (double)r->server_rss / 1e6; }
static double ready(const struct series_row *r) { return r->ready; }

static const struct plot {
	const char *title;
	struct line line[3];
} plots[] = {
	{"Latency of deliveries, ms", {{"p50", "#2a7", p50}, {"p99", "#d70", p99}, {"max", "#c33", worst}}},
	{"Deliveries a second", {{"deliveries", "#27c", deliveries}}},
	{"Ping, ms", {{"p50", "#2a7", ping_p50}, {"p99", "#d70", ping_p99}}},
	{"CPU, percent of a core", {{"server", "#27c", server_cpu}, {"bots", "#888", own_cpu}}},
	{"Server's resident memory, MB", {{"resident", "#27c", server_rss}}},
	{"Bots connected", {{"connected", "#27c", ready}}},
};

/* The next round number (1, 2 or 5 and zeros) at or above v. */
static double round_up(double v) {
	static const double steps[] = {1, 2, 5, 10};
	double unit = 0.001;
	while (unit * 10 < v)
		unit *= 10;
	for (int i = 0; i < 4; i++)
		if (unit * steps[i] >= v)
			return unit * steps[i];
	return unit * 10;
}

static double top_of(const struct series *s, const struct plot *p) {
	double top = 0;
	for (int k = 0; k < 3 && p->line[k].value; k++)
		for (size_t i = 0; i < s->count; i++) {
			double v = p->line[k].value(&s->row[i]);
			top = v > top ? v : top;
		}
	return round_up(top > 0 ? top : 1);
}

static double place_x(const struct series *s, double at) {
	double end = s->row[s->count - 1].at;
	return LEFT + (WIDTH - LEFT - RIGHT) * (end > 0 ? at / end : 0);
}

static double place_y(double v, double top) {
	return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * v / top;
}

static void grid(struct buf *b, const struct series *s, double top) {
	for (int i = 0; i <= 4; i++) {
		double y = place_y(top * i / 4, top), at = s->row[s->count - 1].at * i / 4;
		buf_printf(b, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH - RIGHT, y, y);
		buf_printf(b, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g</text>", LEFT - 6, y + 4, top * i / 4);
		buf_printf(b, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.*f s</text>", place_x(s, at), HEIGHT - 10, at < 20 && i ? 1 : 0, at);
	}
}

static void draw(struct buf *b, const struct series *s, const struct plot *p) {
	double top = top_of(s, p);
	buf_printf(b, "<h2>%s</h2>\n<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s over time\">", p->title, WIDTH, HEIGHT, p->title);
	grid(b, s, top);
	for (int k = 0; k < 3 && p->line[k].value; k++) {
		const struct line *line = &p->line[k];
		buf_printf(b, "<text x=\"%d\" y=\"18\" fill=\"%s\">%s</text>", LEFT + 90 * k, line->colour, line->name);
		buf_printf(b, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" points=\"", line->colour);
		for (size_t i = 0; i < s->count; i++)
			buf_printf(b, "%.1f,%.1f ", place_x(s, s->row[i].at), place_y(line->value(&s->row[i]), top));
		buf_printf(b, "\"/>");
	}
	buf_printf(b, "</svg>\n");
}

static void escaped(struct buf *b, const char *text) {
	for (; *text; text++)
		switch (*text) {
		case '<': buf_printf(b, "&lt;"); break;
		case '>': buf_printf(b, "&gt;"); break;
		case '&': buf_printf(b, "&amp;"); break;
		default: buf_byte(b, (uint8_t)*text); break;
		}
}

static void times(struct buf *b, const char *what, const struct hist *h) {
	if (!h->count)
		return;
	buf_printf(b, "<tr><th>%s, ms</th><td>", what);
	static const double at[] = {0.5, 0.9, 0.99, 0.999};
	for (int i = 0; i < 4; i++)
		buf_printf(b, "p%g %.2f &#160; ", at[i] * 100, (double)hist_quantile(h, at[i]) / 1e6);
	buf_printf(b, "max %.2f (%llu)</td></tr>\n", (double)h->max / 1e6, (unsigned long long)h->count);
}

static void table(struct buf *b, const struct swarm *s) {
	const struct verify_counts *c = verify_counts(s->verify);
	const struct verify_result *r = &s->result;
	typedef unsigned long long ull;
	buf_printf(b, "<table>\n<tr><th>verdict</th><td>%s</td></tr>\n", report_held(s) ? "all held" : "DID NOT HOLD");
	buf_printf(b, "<tr><th>clients</th><td>%u of %u, %u room(s), %.1f s of load</td></tr>\n", s->tally.ever_ready, s->o.clients,
		s->o.rooms, report_seconds(s));
	buf_printf(b, "<tr><th>messages</th><td>%llu sent, %llu acknowledged</td></tr>\n", (ull)c->sent, (ull)c->acked);
	buf_printf(b, "<tr><th>deliveries</th><td>%llu expected, %llu delivered, %llu lost, %llu duplicated, %llu reordered</td></tr>\n",
		(ull)r->expected, (ull)r->delivered, (ull)r->lost, (ull)c->duplicated, (ull)c->reordered);
	times(b, "latency", &s->latency.total);
	times(b, "latency of slow bots", &s->latency.aside);
	times(b, "ping", &s->ping);
	if (report_server_cpu(s) >= 0)
		buf_printf(b, "<tr><th>server</th><td>%.1f %% of a core, %.1f MB</td></tr>\n", report_server_cpu(s), (double)s->server.rss_max / 1e6);
	buf_printf(b, "<tr><th>bots</th><td>%.1f %% of a core%s</td></tr>\n", report_own_cpu(s),
		report_saturated(s) ? ": they could not keep up, the latencies are partly theirs" : "");
	if (s->tally.first_error[0]) {
		buf_printf(b, "<tr><th>first error</th><td>");
		escaped(b, s->tally.first_error);
		buf_printf(b, "</td></tr>\n");
	}
	buf_printf(b, "</table>\n");
}

static void page(struct buf *b, const struct swarm *s) {
	buf_printf(b, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>appchat-bots: %s, %u clients</title>\n"
		"<meta name=\"viewport\" content=\"width=device-width\"><style>\n"
		":root{color-scheme:light dark}body{font:15px/1.5 sans-serif;max-width:900px;margin:2em auto;padding:0 1em}\n"
		"svg{width:100%%;font-size:12px;fill:currentColor}.grid{stroke:currentColor;opacity:.2}h2{font-size:1em;margin:1.5em 0 0}\n"
		"th{text-align:left;padding-right:1em;vertical-align:top;white-space:nowrap}\n"
		"</style></head><body><h1>%s, %u clients, run %s</h1>\n", s->o.scenario->name, s->o.clients, s->o.scenario->name,
		s->o.clients, s->run);
	table(b, s);
	for (size_t i = 0; s->series.count && i < sizeof plots / sizeof *plots; i++)
		draw(b, &s->series, &plots[i]);
	buf_printf(b, "</body></html>\n");
}

bool report_html(const struct swarm *s, const char *path) {
	struct buf b = {0};
	FILE *f = fopen(path, "we");
	bool good = f != NULL;
	if (good) {
		page(&b, s);
		good = fwrite(b.data, 1, b.len, f) == b.len;
		good = !fclose(f) && good;
	}
	if (!good)
		fprintf(stderr, "appchat-bots: cannot write the report to '%s': %s\n", path, strerror(errno));
	buf_free(&b);
	return good;
}
