/*
 * Lines from a pipe or a file. They are read no faster than they can be sent:
 * a line is taken when the one before has had its effect (a /join its answer)
 * and the outbox is short, for a command: empty. At the end: wait until all is acknowledged.
 * Who ends us before is told from which line on nothing was taken: by its number, it may be a secret.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "proto/limits.h"
#include "tui/plain.h"
#include "tui/signing.h"
#include "tui/too_long.h"

#define UNSENT_MAX 50
#define LINE_MAX_BYTES (4 * LIMIT_TEXT)   /* what is longer is not even gathered, only counted */
#define SIGNALS 3

static const int signals[SIGNALS] = {SIGINT, SIGTERM, SIGHUP};

struct reader {
	struct plain *p;
	uv_poll_t poll;
	uv_timer_t turn;       /* instead, for a file: epoll takes none */
	uv_prepare_t prepare;
	uv_timer_t timeout;
	uv_signal_t signals[SIGNALS];
	uint64_t lines;        /* taken, or refused for their length */
	bool file, reading;
	bool skipping;         /* inside a line that is too long */
	size_t skipped;        /* so many bytes of it */
	int handles;
	struct buf in;
};

static void read_some(struct reader *r);

static void on_readable(uv_poll_t *poll, int status, int events) {
	(void)status, (void)events;
	read_some(poll->data);
}

static void on_turn(uv_timer_t *timer) {
	read_some(timer->data);
}

static void set_reading(struct reader *r, bool reading) {
	if (reading == r->reading)
		return;
	r->reading = reading;
	if (r->file && reading)
		uv_timer_start(&r->turn, on_turn, 0, 1);
	else if (r->file)
		uv_timer_stop(&r->turn);
	else if (reading)
		uv_poll_start(&r->poll, UV_READABLE | UV_DISCONNECT, on_readable);
	else
		uv_poll_stop(&r->poll);
}

static void on_timeout(uv_timer_t *timer) {
	struct reader *r = timer->data;
	const struct client_status *s = client_status(r->p->app->client);
	plain_complain(r->p, "gave up after %u seconds%s%s", r->p->app->options->timeout_s, *s->error ? ": " : "", s->error);
	app_quit(r->p->app, EXIT_UNREACHABLE);
}

static void await(struct reader *r, bool waiting) {
	unsigned seconds = r->p->app->options->timeout_s;
	if (!waiting || !seconds)
		uv_timer_stop(&r->timeout);
	else if (!uv_is_active((uv_handle_t *)&r->timeout))
		uv_timer_start(&r->timeout, on_timeout, seconds * 1000ULL, 0);
}

static void read_some(struct reader *r) {
	ssize_t n = read(STDIN_FILENO, buf_reserve(&r->in, 4096), 4096);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0) {
		r->in.len += (size_t)n;
		return;
	}
	r->p->eof = true;
	if (r->in.len ? r->in.data[r->in.len - 1] != '\n' : r->skipping)
		buf_byte(&r->in, '\n'); /* the last line may lack its end */
	set_reading(r, false);
}

static void refuse_line(struct reader *r) {
	char line[40], text[TOO_LONG_SIZE];
	snprintf(line, sizeof line, "line %" PRIu64, ++r->lines);
	if (too_long(text, line, r->skipped))
		app_print(r->p->app, CLIENT_ERROR, "Not sent: %s", text);
	r->skipping = false;
	r->skipped = 0;
}

/* The next part of a line that is refused at its end. False: no end of it yet. */
static bool skip_line(struct reader *r) {
	uint8_t *end = memchr(r->in.data, '\n', r->in.len);
	size_t n = end ? (size_t)(end - r->in.data) : r->in.len;
	r->skipped += n;
	buf_consume(&r->in, n + (end != NULL));
	if (end)
		refuse_line(r);
	return end;
}

static void take_line(struct reader *r, size_t len) {
	char *line = xmalloc(len + 1);
	memcpy(line, r->in.data, len);
	line[len] = 0;
	if (len && line[len - 1] == '\r')
		line[len - 1] = 0;
	buf_consume(&r->in, len + 1);
	r->lines++;
	if (memchr(line, 0, len) && strlen(line) + 1 < len)
		app_print(r->p->app, CLIENT_ERROR, "a line with a zero byte was not sent");
	else
		plain_line(r->p, line);
	explicit_bzero(line, len);
	free(line);
}

/* One line, if there is one and it can be taken. A command waits until what was said before it is stored. */
static bool step(struct reader *r) {
	struct client *c = r->p->app->client;
	bool command = r->in.len && r->in.data[0] == '/';
	if (!r->in.len || !plain_ready(r->p, command) || client_asking(c) || signing_under_way(r->p->app))
		return false;
	if (outbox_unsent(client_outbox(c)) >= (command ? 1 : UNSENT_MAX))
		return false;
	if (r->skipping)
		return skip_line(r);
	uint8_t *end = memchr(r->in.data, '\n', r->in.len);
	if (end)
		take_line(r, (size_t)(end - r->in.data));
	else
		r->skipping = r->in.len >= LINE_MAX_BYTES;
	return end || r->skipping;
}

/* Before the loop sleeps: take lines, read more, or see that all is done. */
static void on_prepare(uv_prepare_t *prepare) {
	struct reader *r = prepare->data;
	struct plain *p = r->p;
	struct app *a = p->app;
	plain_settle(p);
	while (!a->quit && step(r))
		plain_settle(p);
	if (a->quit && !a->exit_code && !p->eof) { /* said by a command: what is on its way still goes */
		a->quit = false;
		p->eof = true;
		r->in.len = 0;
	}
	const struct client_status *s = client_status(a->client);
	bool settled = s->nobody ? p->greeted : s->state != CLIENT_NOBODY && plain_ready(p, false);
	if (p->eof && !r->in.len && p->secret) {
		p->failed = true; /* it never came */
		plain_secret(p, NULL);
	}
	bool done = p->eof && !r->in.len && !a->asking && !client_asking(a->client) &&
	            (s->nobody || !outbox_unsent(client_outbox(a->client)));
	set_reading(r, !p->eof && plain_ready(p, false) && r->in.len < LINE_MAX_BYTES);
	await(r, p->eof || !p->greeted);
	if (done && settled)
		app_quit(a, EXIT_SENT);
}

/* ---- ended too soon --------------------------------------------------------------------- */

static void on_signal(uv_signal_t *handle, int number) {
	app_quit(((struct reader *)handle->data)->p->app, 128 + number);
}

static bool more_waits(void) {
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	return poll(&in, 1, 0) > 0;
}

/* What else is there is read only to be counted. */
static void tell_not_taken(struct reader *r) {
	while (!r->p->eof && r->in.len < LINE_MAX_BYTES && more_waits())
		read_some(r);
	if (r->skipping)
		skip_line(r);
	uint64_t first = r->lines + 1, last = r->lines;
	for (size_t i = 0; i < r->in.len; i++)
		last += r->in.data[i] == '\n';
	if (!r->in.len && !r->skipping)
		return;
	if (r->p->eof && last == first)
		plain_complain(r->p, "not sent: line %" PRIu64, first);
	else if (r->p->eof)
		plain_complain(r->p, "not sent: lines %" PRIu64 " to %" PRIu64, first, last);
	else
		plain_complain(r->p, "not sent: line %" PRIu64 " and all after it", first);
	if (!r->p->app->exit_code)
		r->p->app->exit_code = EXIT_UNREACHABLE;
}

static void closed(uv_handle_t *handle) {
	((struct reader *)handle->data)->handles--;
}

static void add(struct reader *r, void *handle) {
	((uv_handle_t *)handle)->data = r;
	r->handles++;
}

void plain_pipe(struct plain *p) {
	struct reader r = {.p = p};
	uv_loop_t *loop = &p->app->loop;
	r.file = uv_poll_init(loop, &r.poll, STDIN_FILENO) != 0;
	uv_timer_init(loop, &r.turn);
	uv_timer_init(loop, &r.timeout);
	uv_prepare_init(loop, &r.prepare);
	if (!r.file)
		add(&r, &r.poll);
	add(&r, &r.turn);
	add(&r, &r.timeout);
	add(&r, &r.prepare);
	for (size_t i = 0; i < SIGNALS; i++) {
		uv_signal_init(loop, &r.signals[i]);
		add(&r, &r.signals[i]);
		if (app_heeds(signals[i]))
			uv_signal_start(&r.signals[i], on_signal, signals[i]);
	}
	uv_prepare_start(&r.prepare, on_prepare);
	while (!p->app->quit)
		uv_run(loop, UV_RUN_DEFAULT);
	tell_not_taken(&r);
	uv_prepare_stop(&r.prepare);
	for (size_t i = 0; i < SIGNALS; i++)
		uv_close((uv_handle_t *)&r.signals[i], closed);
	uv_close((uv_handle_t *)&r.turn, closed);
	uv_close((uv_handle_t *)&r.timeout, closed);
	uv_close((uv_handle_t *)&r.prepare, closed);
	if (!r.file)
		uv_close((uv_handle_t *)&r.poll, closed);
	while (r.handles)
		uv_run(loop, UV_RUN_NOWAIT);
	buf_free(&r.in);
}
