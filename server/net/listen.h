/* The listening socket: bound early for clear errors, accepting on the uv
 * loop, paused when the process is out of file descriptors. */
#ifndef APPCHAT_SERVER_NET_LISTEN_H
#define APPCHAT_SERVER_NET_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

typedef void listener_accept(void *arg, int fd);

struct listener {
	int fd;                  /* -1: none */
	uv_poll_t poll;
	bool polling;            /* poll is initialised */
	bool paused;             /* out of descriptors; the next tick tries again */
	listener_accept *accept; /* takes the socket, non-blocking and set up */
	void *arg;
};

/* Splits "ADDRESS:PORT" or "[ADDRESS]:PORT"; an empty address or * is every
 * address. False when it is not of that form. */
bool listen_split(const char *text, char *host, size_t host_size, char *port, size_t port_size);

void listener_init(struct listener *l);
/* Binds and listens. False: err says what to do. */
bool listener_bind(struct listener *l, const char *address, char *err, size_t size);
/* The bound address and port, as in a URL. */
void listener_name(const struct listener *l, char *out, size_t size);
/* Starts accepting. */
bool listener_start(struct listener *l, uv_loop_t *loop, listener_accept *accept, void *arg, char *err, size_t size);
/* Resumes when it was paused. */
void listener_tick(struct listener *l);
/* Accepts no more: new connections are refused by the kernel. */
void listener_stop(struct listener *l);
void listener_close(struct listener *l);

#endif
