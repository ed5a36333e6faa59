/* Addresses of a host. See lookup.h. */
#include "proto/client/lookup.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/buf.h"

struct lookup {
	uv_getaddrinfo_t request;
	lookup_address *out;
	lookup_done *done;   /* NULL: dropped */
	void *arg;
};

size_t lookup_known(lookup_address out[LOOKUP_MAX], const char *host) {
	struct in6_addr address;
	if (inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1) {
		snprintf(out[0], sizeof out[0], "%s", host);
		return 1;
	}
	if (strcmp(host, "localhost"))
		return 0;
	strcpy(out[0], "127.0.0.1"); /* RFC 6761, 6.3: never asked of a name server */
	strcpy(out[1], "::1");
	return 2;
}

static void on_answer(uv_getaddrinfo_t *request, int status, struct addrinfo *list) {
	struct lookup *l = request->data;
	size_t count = 0;
	for (const struct addrinfo *a = list; a && l->done && count < LOOKUP_MAX; a = a->ai_next)
		if (!getnameinfo(a->ai_addr, a->ai_addrlen, l->out[count], sizeof l->out[count], NULL, 0, NI_NUMERICHOST))
			count++;
	uv_freeaddrinfo(list);
	if (l->done)
		l->done(l->arg, count, status ? uv_strerror(status) : "none found");
	free(l);
}

struct lookup *lookup_start(uv_loop_t *loop, const char *host, lookup_address out[LOOKUP_MAX], lookup_done *done,
                            void *arg, const char **why) {
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
	struct lookup *l = xcalloc(1, sizeof *l);
	l->out = out;
	l->done = done;
	l->arg = arg;
	l->request.data = l;
	int error = uv_getaddrinfo(loop, &l->request, on_answer, host, NULL, &hints);
	if (!error)
		return l;
	*why = uv_strerror(error);
	free(l);
	return NULL;
}

/* A name server that does not answer must not hold up the end of the program:
 * libuv joins its threads on the way out. */
static void leave_now(int status, void *unused) {
	(void)unused;
	fflush(NULL);
	_exit(status);
}

void lookup_drop(struct lookup *l) {
	if (!l)
		return;
	l->done = NULL;
	if (uv_cancel((uv_req_t *)&l->request))
		on_exit(leave_now, NULL);
}
