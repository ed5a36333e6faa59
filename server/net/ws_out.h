/* The writing half of a WebSocket connection. */
#ifndef APPCHAT_SERVER_NET_WS_OUT_H
#define APPCHAT_SERVER_NET_WS_OUT_H

#include "proto/appchat.pb-c.h"
#include "server/net/ws.h"

/* The socket takes bytes again: goes on with what waited, or with closing. */
void conn_writable(struct conn *c);
/* Says Bye to a connection the hub would not have, with the operator's words if there are any, and closes it. */
void conn_refuse(struct conn *c, Appchat__CloseReason why, const char *words);
/* The socket is gone: off the waiting list, and the hub is told. */
void conn_forget(struct conn *c);

#endif
