/*
 * One WebSocket connection on libuv's TCP: connect, upgrade, frames in and
 * out. All connections share one read buffer and one address. The owner keeps
 * the memory; it may connect again once `closed` was called, never before.
 */
#ifndef APPCHAT_BOTS_CONN_H
#define APPCHAT_BOTS_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <uv.h>

#include "bots/ws.h"
#include "proto/base/buf.h"

#define NET_READ_BUFFER (512 * 1024)
#define CONN_WRITE_MAX (256 * 1024)   /* waiting to be written; more is refused */

/* What all connections share. */
struct net {
	uv_loop_t *loop;
	struct sockaddr_storage address;
	char host[300];          /* the Host header */
	const char *path;
	uint8_t *read_buffer;
	struct buf frame;        /* a frame being made */
	uint64_t random;         /* state of net_random() */
	uint64_t now;            /* clock_mono_ns() of the read going on */
	uint64_t bytes_in, bytes_out, reads;
};

enum conn_state { CONN_IDLE, CONN_CONNECTING, CONN_UPGRADING, CONN_OPEN, CONN_CLOSING };

struct conn;
struct conn_events {
	void (*opened)(struct conn *c);
	void (*message)(struct conn *c, const uint8_t *data, size_t len);
	ws_piece_fn *piece;                /* arg is the conn; may be NULL */
	void (*closed)(struct conn *c);    /* c->why says why */
};

struct conn {
	uv_tcp_t tcp;
	uv_connect_t connect;
	struct net *net;
	const struct conn_events *on;
	enum conn_state state;
	bool close_sent, paused;
	bool refused;          /* never got as far as a WebSocket */
	struct ws_reader reader;
	struct buf head;       /* the answer to the upgrade, while it is coming */
	char key[WS_KEY_SIZE];
	char why[120];
};

/* Begins; the read buffer is freed by net_free(). */
void net_init(struct net *net, uv_loop_t *loop, const struct sockaddr_storage *address, const char *host, const char *path);
void net_free(struct net *net);
/* Cheap random numbers, for masks and jitter; and one in [0, 1). */
uint64_t net_random(struct net *net);
double net_random_unit(struct net *net);

/* Connects an idle one; failures come by `closed`. */
void conn_open(struct conn *c, struct net *net, const struct conn_events *on);
/* Sends one binary message; false: not open, or too much is waiting already. */
bool conn_send(struct conn *c, const void *data, size_t len);
/* Sends bytes as they are, frames or not. */
bool conn_send_raw(struct conn *c, const void *data, size_t len);
/* Says goodbye with a Close frame; the server's answer ends it. */
void conn_bye(struct conn *c, uint16_t code);
/* Drops the connection; `closed` follows from the loop. */
void conn_close(struct conn *c, const char *why);
/* Stops and starts reading. */
void conn_pause(struct conn *c, bool pause);

#endif
