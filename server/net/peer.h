/* Who is at the other end of a socket. */
#ifndef APPCHAT_SERVER_NET_PEER_H
#define APPCHAT_SERVER_NET_PEER_H

#include <stddef.h>

/* The other end's address in numbers, without port; an IPv4 address that came
 * in over IPv6 as IPv4. "?" when it is gone already. */
void peer_address(int fd, char *out, size_t size);

#endif
