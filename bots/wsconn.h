/*
 * One WebSocket connection on libuv's TCP: connect, upgrade, frames in and
 * out. All connections share one read buffer and one address. The owner keeps
 * the memory; it may connect again once `closed` was called, never before.
 */
#ifndef APPCHAT_BOTS_WSCONN_H
#define APPCHAT_BOTS_WSCONN_H

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
struct wsnet {
	uv_loop_t *loop;
	struct sockaddr_storage address;
	char host[300];          /* the Host header */
	const char *path;
	uint8_t *read_buffer;
	struct buf frame;        /* a frame being made */
	uint64_t random;         /* state of wsnet_random() */
	uint64_t now;            /* clock_mono_ns() of the read going on */
	uint64_t bytes_in, bytes_out, reads;
};

enum conn_state { CONN_IDLE, CONN_CONNECTING, CONN_UPGRADING, CONN_OPEN, CONN_CLOSING };

struct wsconn;
struct wsconn_events {
	void (*opened)(struct wsconn *c);
	void (*message)(struct wsconn *c, const uint8_t *data, size_t len);
	ws_piece_fn *piece;                /* arg is the conn; may be NULL */
	void (*closed)(struct wsconn *c);    /* c->why says why */
};

struct wsconn {
	uv_tcp_t tcp;
	uv_connect_t connect;
	struct wsnet *net;
	const struct wsconn_events *on;
	enum conn_state state;
	bool close_sent, paused;
	bool refused;          /* never got as far as a WebSocket */
	bool plain;            /* no upgrade: `message` gets the bytes as they come (set before wsconn_open) */
	struct ws_reader reader;
	struct buf head;       /* the answer to the upgrade, while it is coming */
	char key[WS_KEY_SIZE];
	char why[120];
};

/* Begins; the read buffer is freed by wsnet_free(). */
void wsnet_init(struct wsnet *net, uv_loop_t *loop, const struct sockaddr_storage *address, const char *host, const char *path);
void wsnet_free(struct wsnet *net);
/* Cheap random numbers, for masks and jitter; and one in [0, 1). */
uint64_t wsnet_random(struct wsnet *net);
double wsnet_random_unit(struct wsnet *net);

/* Connects an idle one; failures come by `closed`. */
void wsconn_open(struct wsconn *c, struct wsnet *net, const struct wsconn_events *on);
/* Sends one binary message; false: not open, or too much is waiting already. */
bool wsconn_send(struct wsconn *c, const void *data, size_t len);
/* Sends bytes as they are, frames or not. */
bool wsconn_send_raw(struct wsconn *c, const void *data, size_t len);
/* Says goodbye with a Close frame; the server's answer ends it. */
void wsconn_bye(struct wsconn *c, uint16_t code);
/* Drops the connection; `closed` follows from the loop. */
void wsconn_close(struct wsconn *c, const char *why);
/* Stops and starts reading. */
void wsconn_pause(struct wsconn *c, bool pause);

#endif
