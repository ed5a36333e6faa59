/* Server addresses as people write them: ws://, wss://, http://, https:// or just HOST[:PORT]. */
#ifndef APPCHAT_CLIENT_URL_H
#define APPCHAT_CLIENT_URL_H

#include <stdbool.h>

struct url {
	bool tls;
	char host[256];    /* without the brackets of an IPv6 address */
	int port;
	char path[256];    /* of the WebSocket, "/ws" unless given */
	char text[600];    /* normal form: ws://host:port or wss://host:port[/path] */
	char key[600];     /* the same, with this machine's addresses as "localhost": what things are kept under */
};

/* Reads text into *out; false when it is no address, with *why set to a static sentence. */
bool url_parse(struct url *out, const char *text, const char **why);

#endif
