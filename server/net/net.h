/*
 * The net floor: one uv loop, one port that serves the page over HTTP and
 * /ws, plain or TLS. Nothing above or below it knows libwebsockets.
 *
 * A turn of the loop: what arrived is read (poll), other threads' results are
 * taken in (hub_drain), then, before the loop would sleep, everything that is
 * to go out is written, what is to be closed is closed, and what was closed is
 * freed (net_turn). Nothing runs while nothing happens but one tick a second.
 */
#ifndef APPCHAT_SERVER_NET_NET_H
#define APPCHAT_SERVER_NET_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct hub;
struct net;

/* All borrowed until net_free(). */
struct net_options {
	const char *listen;           /* ADDRESS:PORT, [ADDRESS]:PORT; port 0: any */
	const char *web;              /* folder of the page; NULL: none */
	const char *tls_cert, *tls_key;  /* both or neither */
	const char *origins;          /* allowed besides our own host, separated by blanks or commas; may be NULL */
	uint32_t max_connections;
	uint32_t max_per_address;     /* WebSockets; of all sockets, 50 more */
	uint32_t handshake_seconds;   /* for the TLS and the HTTP handshake */
	uint32_t tick_ms;
};

/* The loop and its handles. Aborts when there is no memory. */
struct net *net_new(void);

/* For other handles on the same loop. */
uv_loop_t *net_loop(struct net *net);

/* Makes the loop call hub_drain(). From any thread; arg is the net. */
void net_wake(void *arg);

/* Binds the port and reads the certificate, but takes no connection yet. False:
 * err says what is wrong and what to do. */
bool net_listen(struct net *net, const struct net_options *options, char *err, size_t size);

/* Starts serving this hub. False: err says why. */
bool net_serve(struct net *net, struct hub *hub, char *err, size_t size);

/* Where it listens, as a person types it: "http://127.0.0.1:9000". */
const char *net_url(const struct net *net);

/* Runs until net_stop() and the flush after it are over. */
void net_run(struct net *net);

/* No more connections; says Bye to everyone, sends what is due for at most 5 s,
 * closes; net_run() then returns. May be called again. */
void net_stop(struct net *net);

/* Reads the certificate and key again. False: err says why; the old ones stay. */
bool net_reload(struct net *net, char *err, size_t size);

/* Passes the log's levels on to libwebsockets; call it when they change. */
void net_log_levels(void);

/* Closes every socket and handle. The hub must still be there: it hears of
 * each session that is gone. */
void net_close(struct net *net);
void net_free(struct net *net);

#endif
