/* From a host's name to numeric addresses, without blocking: the system's resolver on a thread of libuv's. */
#ifndef APPCHAT_CLIENT_LOOKUP_H
#define APPCHAT_CLIENT_LOOKUP_H

#include <netinet/in.h>
#include <stddef.h>
#include <uv.h>

#define LOOKUP_MAX 8

typedef char lookup_address[INET6_ADDRSTRLEN];

struct lookup;

/* Called once, unless dropped: how many addresses there are now, or 0 and why. */
typedef void lookup_done(void *arg, size_t count, const char *why);

/* What need not be asked for, a numeric address or "localhost": returns how many were put in out, 0: ask. */
size_t lookup_known(lookup_address out[LOOKUP_MAX], const char *host);
/* Asks; out is filled before done is called. NULL with *why when it can't even be asked. */
struct lookup *lookup_start(uv_loop_t *loop, const char *host, lookup_address out[LOOKUP_MAX], lookup_done *done,
                            void *arg, const char **why);
/* Nobody waits for it any more; NULL is accepted. It may go on by itself, and then does not hold up the end of the program. */
void lookup_drop(struct lookup *l);

#endif
