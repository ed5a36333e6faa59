/* What the files of this folder share. */
#ifndef APPCHAT_SERVER_NET_NET_STATE_H
#define APPCHAT_SERVER_NET_NET_STATE_H

#include <libwebsockets.h>
#include <uv.h>

#include "proto/base/buf.h"
#include "server/net/listen.h"
#include "server/net/net.h"
#include "server/net/sockets.h"

struct conn;

struct net {
	struct net_options options;
	struct hub *hub;
	uv_loop_t loop;
	uv_prepare_t prepare;    /* the end of a turn */
	uv_check_t check;        /* right after reading */
	uv_idle_t idle;          /* runs while work is left, so that the loop does not sleep */
	uv_async_t async;        /* net_wake() */
	uv_timer_t tick, pace, stopping;
	struct listener listener;
	struct sockets sockets;  /* of each address; a socket's row is its wsi's opaque data */
	struct lws_context *context;
	struct lws_vhost *vhost;
	struct conn *waiting;    /* connections whose socket is full */
	struct buf scratch;      /* what is about to be written to one of them */
	int key_kind;            /* of the certificate's key */
	uint32_t conns;          /* WebSockets that are open */
	uint32_t refused;        /* since the last tick: banned, or one too many */
	bool serving, tick_due, nudge, stop;
	uint64_t stop_ns, drained_ns;
	char url[160];
};

static inline struct net *net_of(struct lws *wsi) { return lws_context_user(lws_get_context(wsi)); }

/* Work was queued inside libwebsockets from outside its callbacks: at the end
 * of the turn its loop is woken. */
static inline void net_nudge(struct net *net) { net->nudge = true; }

#endif
