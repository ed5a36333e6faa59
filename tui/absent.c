/* Told when the first try has failed, or when none has succeeded for ABSENT_MS. */
#include "tui/absent.h"

#include <stdio.h>

static void tell(struct absent *b) {
	const struct client_status *s = client_status(b->app->client);
	char text[600];
	uv_timer_stop(&b->timer);
	if (b->told || b->app->quit)
		return;
	b->told = true;
	snprintf(text, sizeof text, "no connection to %s: %s; trying on", s->url, *s->error ? s->error : "no answer so far");
	b->say(b->app, text);
}

static void on_timer(uv_timer_t *timer) { tell(timer->data); }

void absent_begin(struct absent *b, struct app *a, void (*say)(struct app *a, const char *text)) {
	*b = (struct absent){.app = a, .say = say};
	uv_timer_init(&a->loop, &b->timer);
	b->timer.data = b;
	uv_timer_start(&b->timer, on_timer, ABSENT_MS, 0);
}

void absent_look(struct absent *b) {
	const struct client_status *s = client_status(b->app->client);
	if (s->state != CLIENT_OFFLINE || s->stopped) {
		b->told = false;
		uv_timer_stop(&b->timer);
	} else if (s->conn == CONN_WAITING) {
		tell(b);
	}
}

static void on_closed(uv_handle_t *handle) { ((struct absent *)handle->data)->closed = true; }

void absent_end(struct absent *b) {
	uv_close((uv_handle_t *)&b->timer, on_closed);
	while (!b->closed)
		uv_run(&b->app->loop, UV_RUN_NOWAIT);
}
