/*
 * The life of a connection: which address to try, when to try again, when the
 * silence is too long. See conn.h; the socket is ws_link's.
 */
#include "proto/client/conn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/base/clock.h"
#include "proto/base/uuid.h"
#include "proto/client/backoff.h"
#include "proto/client/lookup.h"
#include "proto/client/url.h"
#include "proto/client/ws_link.h"
#include "proto/limits.h"

#define CONNECT_MS 10000       /* for one address, handshake and all */
#define NUDGE_MS 2000          /* a try gets so long before a nudge begins another */
#define CONNECT_NEXT_MS 3000   /* the same while there are others to try */

struct conn {
	struct conn_options o;
	struct url url;
	struct ws_link *link;
	enum conn_state state;
	uv_timer_t timer;
	uint64_t due_ms;           /* when the timer is to fire */
	struct lookup *lookup;     /* with the loop; NULL: none */
	lookup_address address[LOOKUP_MAX];
	size_t addresses, next;
	unsigned tries;
	uint64_t heard_ms, asked_ms, retry_at_ms, connect_by_ms, drain_by_ms;
	uint64_t tried_ms, not_before_ms;   /* when the last try began; when the server wants the next */
	bool draining;
	char first_why[256];       /* why the first of the addresses could not be used */
	char why[256];
};

static void on_timer(uv_timer_t *timer);
static void resolve(struct conn *c);

static uint64_t now_ms(void) {
	return clock_mono_ns() / 1000000;
}

static void wake_in(struct conn *c, uint64_t ms) {
	c->due_ms = now_ms() + ms;
	uv_update_time(c->o.loop);
	uv_timer_start(&c->timer, on_timer, ms, 0);
}

static void set_state(struct conn *c, enum conn_state state, const char *why) {
	c->state = state;
	c->o.on_state(c->o.arg, state, why);
}

/* ---- trying, and trying again --------------------------------------------------------- */

static void wait_for_retry(struct conn *c, const char *why, unsigned at_least_ms) {
	uint32_t random;
	random_bytes(&random, sizeof random);
	unsigned ms = at_least_ms + backoff_ms(c->tries++, random);
	c->retry_at_ms = now_ms() + ms;
	c->not_before_ms = now_ms() + at_least_ms;
	ws_link_drop(c->link);
	if (why != c->why)
		snprintf(c->why, sizeof c->why, "%s", why ? why : "");
	wake_in(c, ms);
	set_state(c, CONN_WAITING, c->why);
}

/* What is wrong with the first address is likely what is wrong: the others may not be served at all. */
static void note_why(struct conn *c, const char *why) {
	if (!*c->first_why)
		snprintf(c->first_why, sizeof c->first_why, "%s", why);
}

static void try_next(struct conn *c) {
	const char *why = NULL;
	while (c->next < c->addresses) {
		const char *address = c->address[c->next++];
		unsigned ms = c->next < c->addresses ? CONNECT_NEXT_MS : CONNECT_MS;
		if (ws_link_open(c->link, address, &why)) {
			wake_in(c, ms);
			return;
		}
		note_why(c, why);
	}
	wait_for_retry(c, *c->first_why ? c->first_why : "nothing answers there", 0);
}

static void connect_all(struct conn *c) {
	c->next = 0;
	*c->first_why = 0;
	set_state(c, CONN_CONNECTING, NULL);
	if (c->state == CONN_CONNECTING)
		try_next(c);
}

static void on_addresses(void *arg, size_t count, const char *why) {
	struct conn *c = arg;
	c->lookup = NULL;
	if (c->state != CONN_RESOLVING)
		return;
	c->addresses = count;
	if (count) {
		connect_all(c);
	} else {
		snprintf(c->why, sizeof c->why, "the name %.100s has no address (%s)", c->url.host, why);
		wait_for_retry(c, c->why, 0);
	}
}

static void resolve(struct conn *c) {
	const char *why = "no memory";
	c->tried_ms = now_ms();
	c->addresses = lookup_known(c->address, c->url.host);
	if (c->addresses) {
		connect_all(c);
		return;
	}
	if (!c->lookup)
		c->lookup = lookup_start(c->o.loop, c->url.host, c->address, on_addresses, c, &why);
	if (c->lookup)
		set_state(c, CONN_RESOLVING, NULL);
	else
		wait_for_retry(c, why, 0);
}

/* ---- the link's events ---------------------------------------------------------------- */

static void watch_silence(struct conn *c) {
	uint64_t now = now_ms(), ping = c->o.ping_ms, hangup = c->o.hangup_ms;
	uint64_t quiet_since = c->asked_ms > c->heard_ms ? c->asked_ms : c->heard_ms;
	uint64_t at = quiet_since + ping < c->heard_ms + hangup ? quiet_since + ping : c->heard_ms + hangup;
	wake_in(c, at > now ? at - now : 0);
}

static void on_open(void *arg) {
	struct conn *c = arg;
	c->heard_ms = c->asked_ms = now_ms();
	watch_silence(c);
	set_state(c, CONN_OPEN, NULL);
}

static void on_heard(void *arg) {
	struct conn *c = arg;
	c->heard_ms = now_ms();
}

static void on_message(void *arg, const uint8_t *data, size_t len) {
	struct conn *c = arg;
	if (c->state == CONN_OPEN && !c->draining)
		c->o.on_message(c->o.arg, data, len);
}

static void on_closed(void *arg, const char *why) {
	struct conn *c = arg;
	if (c->draining) {
		conn_stop(c, 0);
	} else if (c->state == CONN_CONNECTING) {
		note_why(c, why);
		wake_in(c, 0); /* the next address, but not from inside the library's callback */
	} else if (c->state == CONN_OPEN) {
		wait_for_retry(c, why, 0);
	}
}

/* ---- time ------------------------------------------------------------------------------- */

/* We were stopped or starved ourselves: what the others sent meanwhile has not
 * been read yet, so their silence is not known. */
static void grace(struct conn *c) {
	c->heard_ms = now_ms();
	c->o.on_quiet(c->o.arg);
	c->asked_ms = now_ms();
}

static void check_silence(struct conn *c, bool stalled) {
	uint64_t now = now_ms();
	if (stalled) {
		grace(c);
	} else if (now >= c->heard_ms + c->o.hangup_ms) {
		wait_for_retry(c, "the server said nothing for too long", 0);
		return;
	} else if (now >= c->heard_ms + c->o.ping_ms && now >= c->asked_ms + c->o.ping_ms) {
		c->o.on_quiet(c->o.arg);
		c->asked_ms = now;
	}
	if (c->state == CONN_OPEN)
		watch_silence(c);
}

static void on_timer(uv_timer_t *timer) {
	struct conn *c = timer->data;
	if (c->draining) {
		if (!ws_link_queued(c->link) || now_ms() >= c->drain_by_ms)
			conn_stop(c, 0);
		else
			wake_in(c, 5);
	} else if (c->state == CONN_WAITING) {
		resolve(c);
	} else if (c->state == CONN_CONNECTING) {
		try_next(c);
	} else if (c->state == CONN_OPEN) {
		check_silence(c, now_ms() > c->due_ms + c->o.stall_ms);
	}
}

/* ---- for the owner ------------------------------------------------------------------------ */

struct conn *conn_new(const struct conn_options *options, const char **why) {
	struct url url;
	if (!url_parse(&url, options->url, why))
		return NULL;
	struct conn *c = xcalloc(1, sizeof *c);
	struct ws_link_events events = {c, on_open, on_heard, on_message, on_closed};
	c->o = *options;
	c->url = url;
	c->o.ping_ms = c->o.ping_ms ? c->o.ping_ms : SECONDS_PING * 1000;
	c->o.hangup_ms = c->o.hangup_ms ? c->o.hangup_ms : SECONDS_HANGUP * 1000;
	c->o.stall_ms = c->o.stall_ms ? c->o.stall_ms : 5000;
	c->link = ws_link_new(c->o.loop, &url, options->ca_file, &events);
	uv_timer_init(c->o.loop, &c->timer);
	c->timer.data = c;
	return c;
}

void conn_start(struct conn *c) {
	if (c->state != CONN_STOPPED)
		return;
	c->tries = 0;
	resolve(c);
}

void conn_stop(struct conn *c, unsigned flush_ms) {
	if (c->state == CONN_STOPPED)
		return;
	c->draining = c->state == CONN_OPEN && flush_ms && ws_link_queued(c->link);
	if (c->draining) {
		c->drain_by_ms = now_ms() + flush_ms;
		wake_in(c, 1);
		return;
	}
	uv_timer_stop(&c->timer);
	ws_link_drop(c->link);
	set_state(c, CONN_STOPPED, NULL);
}

static void timer_closed(uv_handle_t *handle) {
	handle->data = NULL;
}

void conn_free(struct conn *c) {
	if (!c)
		return;
	c->draining = false;
	c->state = CONN_STOPPED;
	lookup_drop(c->lookup);
	uv_close((uv_handle_t *)&c->timer, timer_closed);
	ws_link_free(c->link);
	while (c->timer.data)
		uv_run(c->o.loop, UV_RUN_NOWAIT);
	free(c);
}

bool conn_send(struct conn *c, const void *data, size_t len) {
	return c->state == CONN_OPEN && !c->draining && ws_link_send(c->link, data, len);
}

void conn_reconnect(struct conn *c, const char *why, unsigned retry_ms) {
	if (c->state != CONN_STOPPED)
		wait_for_retry(c, why, retry_ms);
}

void conn_hurry(struct conn *c) {
	if (c->state == CONN_WAITING)
		wake_in(c, 0);
}

void conn_nudge(struct conn *c) {
	uint64_t now = now_ms();
	if (now >= c->tried_ms + NUDGE_MS && now >= c->not_before_ms)
		conn_hurry(c);
}

void conn_settled(struct conn *c) {
	c->tries = 0;
}

enum conn_state conn_state(const struct conn *c) {
	return c->state;
}

unsigned conn_retry_in_ms(const struct conn *c) {
	uint64_t now = now_ms();
	return c->state == CONN_WAITING && c->retry_at_ms > now ? (unsigned)(c->retry_at_ms - now) : 0;
}

const char *conn_url(const struct conn *c) {
	return c->url.text;
}

const char *conn_key(const struct conn *c) {
	return c->url.key;
}
