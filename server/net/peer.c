/* Numeric addresses of sockets. */
#include "server/net/peer.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define MAPPED "::ffff:"

void peer_address(int fd, char *out, size_t size) {
	struct sockaddr_storage sa;
	socklen_t len = sizeof sa;
	char host[80];
	if (getpeername(fd, (struct sockaddr *)&sa, &len) ||
	    getnameinfo((struct sockaddr *)&sa, len, host, sizeof host, NULL, 0, NI_NUMERICHOST)) {
		snprintf(out, size, "?");
		return;
	}
	size_t skip = !strncmp(host, MAPPED, strlen(MAPPED)) && strchr(host, '.') ? strlen(MAPPED) : 0;
	snprintf(out, size, "%s", host + skip);
}
