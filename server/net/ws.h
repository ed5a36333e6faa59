/* WebSockets: frames in, frames out, closing. */
#ifndef APPCHAT_SERVER_NET_WS_H
#define APPCHAT_SERVER_NET_WS_H

#include <libwebsockets.h>

#include <stdbool.h>
#include <stdint.h>

#include "proto/base/buf.h"

struct delivery;
struct net;
struct session;

/* One open WebSocket; in libwebsockets' memory of the connection. */
struct conn {
	struct net *net;
	struct lws *wsi;
	struct session *session;    /* NULL: refused, or gone for the hub */
	struct conn *prev, *next;   /* in net->waiting */
	uint8_t *cookie;            /* between the request and its acceptance */
	char *close_text;
	struct buf rx;              /* the message being received */
	uint64_t deadline_ns;       /* to be closed by then */
	int unsent;                 /* bytes in the kernel when last looked at */
	int fd;                     /* to write to directly; -1: TLS */
	uint16_t close_status;      /* 0: not being closed */
	bool open, waiting;
	bool partial;               /* libwebsockets holds the rest of a write */
	bool mute;                  /* nothing may be written any more */
	bool deaf;                  /* nothing that comes in counts any more */
};
#define WS_CONN_SIZE sizeof(struct conn)

int ws_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len);

/* Writes a fan-out's batch at once, or makes the session wait for its socket. */
void ws_deliver(struct net *net, const struct delivery *d);
/* Writes what this session has to say. */
void ws_ready(struct net *net, struct session *s);
/* Sends what is left, then closes with this status. */
void ws_close(struct net *net, struct session *s, unsigned status, const char *text);
/* Looks at the sockets that are full: which of them moved, which are overdue? */
void ws_tick(struct net *net);

#endif
