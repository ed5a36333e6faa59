/*
 * One WebSocket connection on a socket: connect, upgrade, frames in and out.
 * All connections share one epoll set, one read buffer and one address: what
 * arrives is told once (edge-triggered) and read in one go, 32 sockets a turn
 * of the loop. The owner keeps the memory; it may connect again once `closed`
 * was called, never before.
 *
 *   uv loop <- net->poll <- net->epoll <- sockets
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

struct wsconn;

/* What all connections share. */
struct wsnet {
	int epoll;
	uv_poll_t poll;
	uv_prepare_t prepare;
	struct wsconn *closing;  /* to be told that they are closed, before the loop sleeps */
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

struct wsconn_events {
	void (*opened)(struct wsconn *c);
	void (*message)(struct wsconn *c, const uint8_t *data, size_t len);
	ws_piece_fn *piece;                /* arg is the conn; may be NULL */
	void (*closed)(struct wsconn *c);    /* c->why says why */
};

struct wsconn {
	int fd;
	enum conn_state state;
	struct wsnet *net;
	const struct wsconn_events *on;
	bool close_sent, paused;
	bool refused;          /* never got as far as a WebSocket */
	bool plain;            /* no upgrade: `message` gets the bytes as they come (set before wsconn_open) */
	struct buf out;        /* what the socket did not take yet */
	struct ws_reader reader;
	struct wsconn *next_closing;
	struct buf head;       /* the answer to the upgrade, while it is coming */
	char key[WS_KEY_SIZE];
	char why[120];
};

/* Begins on this loop, for connections to this address; 0, or a negative libuv error. */
int wsnet_init(struct wsnet *net, uv_loop_t *loop, const struct sockaddr_storage *address, const char *host, const char *path);
/* Takes its handles out of the loop; run the loop once more after it, then wsnet_free(). */
void wsnet_close(struct wsnet *net);
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
/* Stops and starts reading: what comes meanwhile stays in the kernel. */
void wsconn_pause(struct wsconn *c, bool pause);

#endif
