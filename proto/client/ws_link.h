/*
 * One WebSocket at a time over libwebsockets on somebody's uv loop: the only
 * place of the client that knows the library. The library is started at the
 * first ws_link_open, TLS with it only when asked for.
 */
#ifndef APPCHAT_CLIENT_WS_LINK_H
#define APPCHAT_CLIENT_WS_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "proto/client/url.h"

struct ws_link;

struct ws_link_events {
	void *arg;
	void (*on_open)(void *arg);
	void (*on_heard)(void *arg);   /* some bytes came */
	void (*on_message)(void *arg, const uint8_t *data, size_t len); /* a whole one */
	/* It could not be opened, or is gone; never called for one that was dropped. */
	void (*on_closed)(void *arg, const char *why);
};

struct ws_link *ws_link_new(uv_loop_t *loop, const struct url *url, const char *ca_file, const struct ws_link_events *events);
/* Begins to open one to this numeric address; what was open is dropped. False: at once impossible, *why set. */
bool ws_link_open(struct ws_link *l, const char *address, const char **why);
/* Queues a message (copied). False when not open or over CONN_QUEUE_MAX. */
bool ws_link_send(struct ws_link *l, const void *data, size_t len);
/* Bytes queued and not yet given to the socket. */
size_t ws_link_queued(const struct ws_link *l);
/* Closes without a word upwards. */
void ws_link_drop(struct ws_link *l);
/* Frees all, running the loop until the library lets go of it. */
void ws_link_free(struct ws_link *l);

#endif
