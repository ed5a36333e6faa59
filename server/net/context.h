/* libwebsockets' context: how it is set up, its log, its certificate. */
#ifndef APPCHAT_SERVER_NET_CONTEXT_H
#define APPCHAT_SERVER_NET_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>

struct net;

/* Opens the context and the one virtual host. False: err says why. */
bool context_open(struct net *net, char *err, size_t size);
/* Loads the (changed) certificate for connections from now on. */
bool context_new_certificate(struct net *net, char *err, size_t size);
/* Asks libwebsockets for the lines that the log's level lets through. */
void context_log_levels(void);
/* Closes every connection; returns when all are gone. */
void context_close(struct net *net);

#endif
