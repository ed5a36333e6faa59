/* Requests: a frame comes in, its row of the table is checked, its handler runs. */
#ifndef APPCHAT_SERVER_HANDLE_HANDLE_H
#define APPCHAT_SERVER_HANDLE_HANDLE_H

#include <stddef.h>
#include <stdint.h>

struct session;

/* One whole binary message from the client. Anything may be in it. */
void handle_frame(struct session *s, const uint8_t *data, size_t len);

/* The largest message this session may send now; the net floor closes with 1009
 * (CLOSE_PROTOCOL) as soon as one is larger. */
size_t handle_frame_limit(const struct session *s);

#endif
