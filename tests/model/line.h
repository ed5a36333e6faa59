/* One WebSocket connection that is polled: upgrade, frames, and rude ways to end. */
#ifndef APPCHAT_TESTS_MODEL_LINE_H
#define APPCHAT_TESTS_MODEL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bots/ws.h"
#include "proto/base/buf.h"

enum line_state { LINE_CLOSED, LINE_CONNECTING, LINE_UPGRADING, LINE_OPEN };

struct line {
	int fd;
	enum line_state state;
	char key[WS_KEY_SIZE];
	struct buf head, out;
	struct ws_reader reader;
	uint32_t mask;
	char why[128];       /* why it ended */
	bool broken;         /* it ended because the server broke the protocol */
};

/* Begins to connect; narrow: with a small receive buffer, to be slow with. False: cannot. */
bool line_open(struct line *l, int port, bool narrow);
/* What to poll(2) for. */
short line_events(const struct line *l);
/* Called with each whole binary message. */
typedef void line_message_fn(void *arg, const uint8_t *data, size_t len);
/* After poll: reads and writes what it can; false: it ended and is closed. */
bool line_turn(struct line *l, short revents, line_message_fn *fn, void *arg);
void line_send(struct line *l, const void *data, size_t len);

enum line_end { LINE_BYE, LINE_FIN, LINE_RESET };
/* Ends it: with a Close frame, without a word, or with a reset. */
void line_drop(struct line *l, enum line_end how);

#endif
