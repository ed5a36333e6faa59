/* Binding, accepting, and what to do when accepting fails. */
#include "server/net/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/base/log.h"

#define BACKLOG 4096
#define ACCEPTS_PER_TURN 64

bool listen_split(const char *text, char *host, size_t host_size, char *port, size_t port_size) {
	const char *colon = strrchr(text, ':');
	if (!colon || !colon[1])
		return false;
	size_t len = (size_t)(colon - text);
	if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	} else if (memchr(text, ':', len)) {
		return false; /* an IPv6 address needs its brackets */
	}
	if (len >= host_size || strlen(colon + 1) >= port_size)
		return false;
	memcpy(host, text, len);
	host[len] = 0;
	if (!strcmp(host, "*"))
		host[0] = 0;
	strcpy(port, colon + 1);
	size_t digits = strspn(port, "0123456789");
	return !port[digits] && digits <= 5 && strtoul(port, NULL, 10) <= 65535;
}

void listener_init(struct listener *l) {
	memset(l, 0, sizeof *l);
	l->fd = -1;
}

static void explain(const char *address, int error, char *err, size_t size) {
	const char *hint = "";
	if (error == EADDRINUSE)
		hint = ": another program listens there; stop it, or give another port with --listen";
	else if (error == EACCES)
		hint = ": ports below 1024 need rights this user does not have; give another port with --listen";
	else if (error == EADDRNOTAVAIL)
		hint = ": this machine does not have that address; see `ip addr`";
	snprintf(err, size, "cannot listen on %s: %s%s", address, strerror(error), hint);
}

static int bind_one(const struct addrinfo *ai) {
	int one = 1, zero = 0;
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (ai->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
	if (!bind(fd, ai->ai_addr, ai->ai_addrlen) && !listen(fd, BACKLOG))
		return fd;
	int error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* No address: every IPv6 and IPv4 one, or every IPv4 one where there is no IPv6. */
static int resolve(const char *host, const char *port, struct addrinfo **list) {
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	hints.ai_family = *host ? AF_UNSPEC : AF_INET6;
	int error = getaddrinfo(*host ? host : NULL, port, &hints, list);
	if (error && !*host) {
		hints.ai_family = AF_INET;
		error = getaddrinfo(NULL, port, &hints, list);
	}
	return error;
}

bool listener_bind(struct listener *l, const char *address, char *err, size_t size) {
	char host[256], port[8];
	struct addrinfo *list;
	if (!listen_split(address, host, sizeof host, port, sizeof port)) {
		snprintf(err, size, "%s is no address to listen on: write ADDRESS:PORT, for example 127.0.0.1:8080 or [::1]:8080", address);
		return false;
	}
	int error = resolve(host, port, &list);
	if (error) {
		snprintf(err, size, "cannot listen on %s: %s; give the address as numbers", address, gai_strerror(error));
		return false;
	}
	l->fd = bind_one(list);
	if (l->fd < 0 && errno == EAFNOSUPPORT && !*host) {
		freeaddrinfo(list);
		return listener_bind(l, strcat(strcpy(host, "0.0.0.0:"), port), err, size);
	}
	if (l->fd < 0)
		explain(address, errno, err, size);
	freeaddrinfo(list);
	return l->fd >= 0;
}

void listener_name(const struct listener *l, char *out, size_t size) {
	struct sockaddr_storage sa;
	socklen_t len = sizeof sa;
	char host[80], port[8];
	if (getsockname(l->fd, (struct sockaddr *)&sa, &len) ||
	    getnameinfo((struct sockaddr *)&sa, len, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV)) {
		snprintf(out, size, "?");
		return;
	}
	snprintf(out, size, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

static void pause_accepting(struct listener *l, int error) {
	if (!l->paused)
		LOG(NET, WARN, "event=accept-paused error=\"%s\" hint=\"raise the limit of open files (LimitNOFILE) or lower max-connections\"", strerror(error));
	l->paused = true;
	uv_poll_stop(&l->poll);
}

static void on_readable(uv_poll_t *poll, int status, int events) {
	struct listener *l = poll->data;
	int one = 1;
	(void)status, (void)events;
	for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
		int fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
			pause_accepting(l, errno);
			return;
		}
		if (fd < 0 && errno != ECONNABORTED && errno != EINTR)
			return;
		if (fd < 0)
			continue;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		l->accept(l->arg, fd);
	}
}

bool listener_start(struct listener *l, uv_loop_t *loop, listener_accept *accept, void *arg, char *err, size_t size) {
	l->accept = accept;
	l->arg = arg;
	l->poll.data = l;
	int error = uv_poll_init(loop, &l->poll, l->fd);
	if (!error)
		error = uv_poll_start(&l->poll, UV_READABLE, on_readable);
	l->polling = !error;
	if (error)
		snprintf(err, size, "cannot wait for connections: %s", uv_strerror(error));
	return !error;
}

void listener_tick(struct listener *l) {
	if (!l->paused || l->fd < 0)
		return;
	int probe = dup(l->fd);
	if (probe < 0)
		return;
	close(probe);
	l->paused = false;
	LOG(NET, INFO, "event=accept-resumed");
	uv_poll_start(&l->poll, UV_READABLE, on_readable);
}

void listener_stop(struct listener *l) {
	if (l->polling) {
		uv_poll_stop(&l->poll);
		uv_close((uv_handle_t *)&l->poll, NULL);
		l->polling = false;
	}
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

void listener_close(struct listener *l) {
	listener_stop(l);
}
