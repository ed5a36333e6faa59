/* The connection to a server's socket. */
#ifndef APPCHAT_SERVER_CTL_LINK_H
#define APPCHAT_SERVER_CTL_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/base/buf.h"

struct ctl_link {
	int fd;            /* -1: not connected */
	struct buf in;     /* read, not yet looked at */
};

enum ctl_link_result { LINK_DONE, LINK_REFUSED, LINK_LOST };

/* Connects to the server of this data directory. False: err says what to do. */
bool ctl_link_open(struct ctl_link *l, const char *dir, char *err, size_t size);
void ctl_link_close(struct ctl_link *l);

/* Sends one line and reads the whole answer into out (lines, without the
 * protocol's marks). Not LINK_DONE: out is the reason. */
enum ctl_link_result ctl_link_ask(struct ctl_link *l, const char *line, struct buf *out);

#endif
