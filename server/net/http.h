/* HTTP: the page's files, and the cookie. */
#ifndef APPCHAT_SERVER_NET_HTTP_H
#define APPCHAT_SERVER_NET_HTTP_H

#include <libwebsockets.h>

int http_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len);

/* Answers with a status and a line of plain text; the caller then ends the connection. */
void http_refuse(struct lws *wsi, unsigned status, const char *text);

#endif
