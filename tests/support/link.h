/* One connection to a server for a test's client, blocking: the upgrade, frames out, messages in. */
#ifndef APPCHAT_TESTS_SUPPORT_LINK_H
#define APPCHAT_TESTS_SUPPORT_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bots/ws.h"
#include "proto/appchat.pb-c.h"

struct link {
	int fd;
	struct ws_reader reader;
	uint32_t request;         /* the last one sent */
	bool closed;              /* by the server, or the socket failed */
};

/* Connects to 127.0.0.1, without a word; false: why says what went wrong. */
bool link_connect(struct link *l, int port, char *why, size_t why_size);
/* Connects to 127.0.0.1 and upgrades; false: why says what went wrong, and it is closed. */
bool link_open(struct link *l, int port, char *why, size_t why_size);
void link_close(struct link *l);
/* Bytes on the socket, outside any frame. */
void link_put(struct link *l, const void *data, size_t len);
/* A masked WebSocket frame of any content. */
void link_put_frame(struct link *l, enum ws_opcode opcode, const void *data, size_t len);
/* A request, whose number is set here and returned. */
uint32_t link_ask(struct link *l, Appchat__ClientFrame *frame);

enum link_read { LINK_TIME_OUT, LINK_READ, LINK_CLOSED, LINK_BROKEN };
/* Waits so long for bytes and hands over the messages in them. LINK_BROKEN: the
 * server does not speak WebSocket, or fn returned false. */
enum link_read link_read(struct link *l, int ms, ws_message_fn *fn, void *arg);

#endif
