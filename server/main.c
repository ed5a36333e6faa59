/*
 * appchat-server: reads the settings, opens the store, makes the hub, opens the
 * port, runs the loop. At the end the other way round: the port is closed and
 * everyone is told, then what was accepted is committed, then memory goes.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "server/bus/bus.h"
#include "server/config.h"
#include "server/control.h"
#include "server/hangup.h"
#include "server/net/limits.h"
#include "server/net/net.h"
#include "server/notify.h"
#include "server/page.h"
#include "server/room/hub.h"
#include "server/store/store.h"

#define NAME_AND_VERSION "appchat-server " APPCHAT_VERSION

struct server {
	struct options options;
	struct net *net;
	struct store *store;
	struct bus *bus;
	struct hub *hub;
	struct control *control;
	uv_signal_t term, interrupt, hangup;
	bool terminal;              /* started from one, whose end is ours */
	char page[512];
};

static void read_settings(struct server *s, int argc, char **argv) {
	char err[512];
	switch (config_args(&s->options, argc, argv, err, sizeof err)) {
	case CONFIG_WRONG:
		fatal("%s", err);
	case CONFIG_HELP:
		config_help(stdout);
		break;
	case CONFIG_VERSION:
		puts(NAME_AND_VERSION);
		break;
	case CONFIG_CHECK:
		config_print(stdout, &s->options);
		break;
	case CONFIG_RUN:
		return;
	}
	options_free(&s->options);
	exit(0);
}

static void open_log(const struct options *o) {
	if (!log_set(o->log))
		fatal("log: cannot read \"%s\"", o->log);
	if (o->log_file && !log_open(o->log_file))
		fatal("cannot append to the log file %s: %s; check the path and who may write it", o->log_file, strerror(errno));
}

static void open_page(struct server *s) {
	const char *web = s->options.web;
	if (web && !page_ok(web))
		fatal("%s holds no built page (index.html is missing): build it with make, or leave --web out", web);
	if (web)
		snprintf(s->page, sizeof s->page, "%s", web);
	else if (!page_find(s->page, sizeof s->page))
		LOG(MAIN, WARN, "event=no-page hint=\"the page is not built; terminal clients work\"");
}

static void open_store(struct server *s) {
	char err[512];
	const struct store_options o = {.dir = s->options.data, .wake = net_wake, .wake_arg = s->net};
	s->store = store_open(&o, err, sizeof err);
	if (!s->store)
		fatal("%s", err);
}

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

static void open_hub(struct server *s) {
	const struct options *o = &s->options;
	struct hub_options h = hub_options_default;
	h.max_connections = limits_raise(o->max_connections);
	h.max_per_address = o->max_per_address;
	h.message_rate = o->message_rate;
	h.message_burst = o->message_burst;
	h.hello_seconds = o->hello_seconds;
	h.ping_seconds = o->ping_seconds;
	h.hangup_seconds = o->hangup_seconds;
	h.stalled_seconds = o->stalled_seconds;
	h.guest_hold_seconds = o->guest_hold;
	h.guests = o->guests;
	h.registration = o->registration;
	h.motd = o->motd ? o->motd : "";
	h.server = NAME_AND_VERSION;
	h.wake = net_wake;
	h.wake_arg = s->net;
	s->bus = bus_new_local();
	s->hub = hub_new(&h, s->store, s->bus);
}

static void open_port(struct server *s) {
	char err[512];
	const struct options *o = &s->options;
	const struct net_options n = {
		.listen = o->listen,
		.web = s->page[0] ? s->page : NULL,
		.tls_cert = o->tls_cert,
		.tls_key = o->tls_key,
		.origins = o->allowed_origins,
		.max_connections = o->max_connections,
		.max_per_address = o->max_per_address,
		.handshake_seconds = o->hello_seconds,
		.tick_ms = least(least(o->hello_seconds, o->ping_seconds), least(o->hangup_seconds, o->stalled_seconds)) < 4 ? 250 : 1000,
	};
	if (!net_listen(s->net, &n, err, sizeof err))
		fatal("%s", err);
}

static void on_stop(uv_signal_t *signal, int number) {
	struct server *s = signal->data;
	LOG(MAIN, INFO, "event=stopping signal=%d", number);
	notify("STOPPING=1");
	net_stop(s->net);
}

/* As the terminal is closed: stop. Sent by an operator: reload. */
static void on_hangup(uv_signal_t *signal, int number) {
	struct server *s = signal->data;
	char err[512];
	if (s->terminal && hangup_was_terminal()) {
		on_stop(signal, number);
		return;
	}
	notify_reloading();
	if (s->options.log_file && !log_open(s->options.log_file))
		LOG(MAIN, ERROR, "event=log-not-reopened file=\"%s\" error=\"%s\"", s->options.log_file, strerror(errno));
	if (!net_reload(s->net, err, sizeof err))
		LOG(MAIN, ERROR, "event=certificate-not-reloaded error=\"%s\"", err);
	LOG(MAIN, INFO, "event=reloaded");
	notify("READY=1");
}

static void catch(struct server *s, uv_signal_t *handle, int number, uv_signal_cb callback) {
	uv_signal_init(net_loop(s->net), handle);
	handle->data = s;
	uv_signal_start(handle, callback, number);
}

static void on_control_stop(void *arg) {
	struct server *s = arg;
	notify("STOPPING=1");
	net_stop(s->net);
}

static void serve(struct server *s) {
	char err[512];
	const struct control_options c = {
		.dir = s->options.data, .loop = net_loop(s->net), .hub = s->hub,
		.url = net_url(s->net), .stop = on_control_stop, .log_changed = net_log_levels, .arg = s,
	};
	s->control = control_open(&c, err, sizeof err);
	if (!s->control || !net_serve(s->net, s->hub, err, sizeof err))
		fatal("%s", err);
	fprintf(stderr, "listening on %s\n", net_url(s->net));
	LOG(MAIN, INFO, "event=started version=" APPCHAT_VERSION " pid=%d", (int)getpid());
	notify("READY=1");
	net_run(s->net);
}

/* The store is closed while the hub still hears what became of its operations. */
static void close_all(struct server *s) {
	control_close(s->control);
	net_close(s->net);
	store_close(s->store);
	hub_free(s->hub);
	bus_free(s->bus);
	net_free(s->net);
	control_free(s->control);
	LOG(MAIN, INFO, "event=stopped");
	options_free(&s->options);
}

int main(int argc, char **argv) {
	static struct server s;
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	read_settings(&s, argc, argv);
	open_log(&s.options);
	open_page(&s);
	s.net = net_new();
	open_port(&s);
	open_store(&s);
	open_hub(&s);
	catch(&s, &s.term, SIGTERM, on_stop);
	catch(&s, &s.interrupt, SIGINT, on_stop);
	s.terminal = hangup_is_ours();
	catch(&s, &s.hangup, SIGHUP, on_hangup);
	if (s.terminal)
		hangup_watch(net_loop(s.net));
	serve(&s);
	close_all(&s);
	return 0;
}
