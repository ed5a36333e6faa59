/* The loop: its handles, the end of a turn, the tick, stopping. */
#include "server/net/net.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "server/net/context.h"
#include "server/net/net_state.h"
#include "server/net/peer.h"
#include "server/net/tls.h"
#include "server/net/ws.h"
#include "server/room/hub.h"

#define TURN_DELIVERIES 256          /* then reading has its turn */
#define TURN_READY 256
#define STOP_NS UINT64_C(5000000000) /* for everything after net_stop() */
#define STOP_CLOSING_NS UINT64_C(1000000000) /* for the closing handshakes, once all is sent */
#define STOP_RETRY_MS 1000
#define SPARE_SOCKETS 50             /* of one address, for the page besides its WebSockets */

static bool deliver(struct net *net) {
	struct delivery d;
	for (int i = 0; i < TURN_DELIVERIES; i++) {
		if (!fanout_next(net->hub, &d))
			return false;
		ws_deliver(net, &d);
	}
	return true;
}

static bool fill_ready(struct net *net) {
	for (int i = 0; i < TURN_READY; i++) {
		struct session *s = hub_next_ready(net->hub);
		if (!s)
			return false;
		ws_ready(net, s);
	}
	return true;
}

static void close_due(struct net *net) {
	struct session *s;
	unsigned status;
	const char *text;
	while ((s = hub_next_closing(net->hub, &status, &text)))
		ws_close(net, s, status, text);
}

static void on_pace(uv_timer_t *timer) {
	(void)timer; /* the turn that follows does the work */
}

static void on_idle(uv_idle_t *idle) {
	(void)idle;
}

/* Lets the loop sleep for as long as nothing is due. */
static void sleep_until_due(struct net *net, bool more) {
	uint64_t wait = more ? 0 : hub_wait_ns(net->hub);
	uv_timer_stop(&net->pace);
	if (!wait || net->tick_due) {
		uv_idle_start(&net->idle, on_idle);
		return;
	}
	uv_idle_stop(&net->idle);
	if (wait != UINT64_MAX)
		uv_timer_start(&net->pace, on_pace, wait / 1000000, 0);
}

static void check_stopped(struct net *net) {
	uint64_t now = clock_mono_ns();
	if (!net->drained_ns && !hub_busy(net->hub))
		net->drained_ns = now;
	bool drained = net->drained_ns && (!net->conns || now - net->drained_ns > STOP_CLOSING_NS);
	if (drained || now - net->stop_ns > STOP_NS)
		uv_stop(&net->loop);
}

static void net_turn(uv_prepare_t *prepare) {
	struct net *net = prepare->data;
	bool more = deliver(net);
	more |= fill_ready(net);
	close_due(net);
	hub_reap(net->hub);
	sleep_until_due(net, more);
	if (net->nudge) {
		net->nudge = false;
		lws_cancel_service(net->context);
	}
	if (net->stop)
		check_stopped(net);
}

/* The tick waits until what has arrived is read: after the process was frozen
 * the timer is due before the sockets are looked at. */
static void on_tick(uv_timer_t *timer) {
	struct net *net = timer->data;
	net->tick_due = true;
}

static void on_check(uv_check_t *check) {
	struct net *net = check->data;
	if (!net->tick_due)
		return;
	net->tick_due = false;
	ws_tick(net);
	listener_tick(&net->listener);
	hub_tick(net->hub);
}

static void on_async(uv_async_t *async) {
	struct net *net = async->data;
	if (net->hub)
		hub_drain(net->hub);
}

static void on_stopping(uv_timer_t *timer) {
	(void)timer; /* the turn that follows looks */
}

struct net *net_new(void) {
	struct net *net = xcalloc(1, sizeof *net);
	if (uv_loop_init(&net->loop) || uv_async_init(&net->loop, &net->async, on_async))
		fatal("cannot make an event loop: out of file descriptors or memory");
	uv_prepare_init(&net->loop, &net->prepare);
	uv_check_init(&net->loop, &net->check);
	uv_idle_init(&net->loop, &net->idle);
	uv_timer_init(&net->loop, &net->tick);
	uv_timer_init(&net->loop, &net->pace);
	uv_timer_init(&net->loop, &net->stopping);
	net->prepare.data = net->check.data = net->idle.data = net->async.data = net;
	net->tick.data = net->pace.data = net->stopping.data = net;
	listener_init(&net->listener);
	return net;
}

uv_loop_t *net_loop(struct net *net) {
	return &net->loop;
}

void net_wake(void *arg) {
	struct net *net = arg;
	uv_async_send(&net->async);
}

bool net_listen(struct net *net, const struct net_options *options, char *err, size_t size) {
	net->options = *options;
	if (options->tls_cert && !tls_check(options->tls_cert, options->tls_key, &net->key_kind, err, size))
		return false;
	if (!listener_bind(&net->listener, options->listen, err, size))
		return false;
	char name[128];
	listener_name(&net->listener, name, sizeof name);
	snprintf(net->url, sizeof net->url, "%s://%s", options->tls_cert ? "https" : "http", name);
	return true;
}

static void on_accept(void *arg, int fd) {
	struct net *net = arg;
	char address[48];
	peer_address(fd, address, sizeof address);
	struct socket_row *row = sockets_take(&net->sockets, address, net->options.max_per_address + SPARE_SOCKETS);
	if (!row) {
		LOG(NET, DEBUG, "event=refused address=%s reason=sockets", address);
		net->refused++;
		close(fd);
		return;
	}
	struct lws *wsi = lws_adopt_socket_vhost(net->vhost, fd); /* closes it when it fails */
	if (wsi)
		lws_set_opaque_user_data(wsi, row); /* LWS_CALLBACK_WSI_DESTROY gives it back */
	else
		sockets_release(&net->sockets, row);
	net_nudge(net); /* its time-out counts from now on */
}

bool net_serve(struct net *net, struct hub *hub, char *err, size_t size) {
	net->hub = hub;
	if (!context_open(net, err, size))
		return false;
	uv_prepare_start(&net->prepare, net_turn);
	uv_check_start(&net->check, on_check);
	uv_timer_start(&net->tick, on_tick, net->options.tick_ms, net->options.tick_ms);
	net->serving = true;
	return listener_start(&net->listener, &net->loop, on_accept, net, err, size);
}

const char *net_url(const struct net *net) {
	return net->url;
}

void net_run(struct net *net) {
	uv_run(&net->loop, UV_RUN_DEFAULT);
}

void net_stop(struct net *net) {
	if (net->stop)
		return;
	net->stop = true;
	net->stop_ns = clock_mono_ns();
	listener_stop(&net->listener);
	hub_shutdown(net->hub, STOP_RETRY_MS);
	uv_timer_start(&net->stopping, on_stopping, 20, 20);
}

bool net_reload(struct net *net, char *err, size_t size) {
	const struct net_options *o = &net->options;
	int kind;
	if (!o->tls_cert)
		return true;
	if (!tls_check(o->tls_cert, o->tls_key, &kind, err, size))
		return false;
	if (kind == net->key_kind)
		return context_new_certificate(net, err, size);
	snprintf(err, size, "the new key is of another kind (RSA, EC) than the old one: restart the server to change to it");
	return false;
}

void net_log_levels(void) {
	context_log_levels();
}

void net_close(struct net *net) {
	uv_timer_stop(&net->stopping);
	uv_timer_stop(&net->tick);
	uv_timer_stop(&net->pace);
	uv_prepare_stop(&net->prepare);
	uv_check_stop(&net->check);
	uv_idle_stop(&net->idle);
	listener_close(&net->listener);
	if (net->context)
		context_close(net);
	if (net->hub)
		hub_reap(net->hub);
}

static void close_handle(uv_handle_t *handle, void *arg) {
	(void)arg;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

void net_free(struct net *net) {
	if (!net)
		return;
	uv_walk(&net->loop, close_handle, NULL);
	while (uv_run(&net->loop, UV_RUN_DEFAULT) > 0)
		;
	uv_loop_close(&net->loop);
	buf_free(&net->scratch);
	sockets_free(&net->sockets);
	free(net);
}
