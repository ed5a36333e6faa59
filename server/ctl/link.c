/* Blocking: there is nothing else to do while the server works. */
#include "server/ctl/link.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void explain(const char *dir, int error, char *err, size_t size) {
	if (error == ENOENT || error == ECONNREFUSED)
		snprintf(err, size, "no server is running on %s; start one with appchat-server --data %s, or give its directory", dir, dir);
	else if (error == EACCES)
		snprintf(err, size, "you may not command the server of %s: be the user it runs as, or root", dir);
	else
		snprintf(err, size, "cannot reach the server of %s: %s", dir, strerror(error));
}

bool ctl_link_open(struct ctl_link *l, const char *dir, char *err, size_t size) {
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	memset(l, 0, sizeof *l);
	l->fd = -1;
	int n = snprintf(name.sun_path, sizeof name.sun_path, "%s/control.sock", dir);
	if (n < 0 || (size_t)n >= sizeof name.sun_path) {
		snprintf(err, size, "that path is too long for a socket");
		return false;
	}
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (l->fd >= 0 && !connect(l->fd, (struct sockaddr *)&name, sizeof name))
		return true;
	explain(dir, errno, err, size);
	ctl_link_close(l);
	return false;
}

void ctl_link_close(struct ctl_link *l) {
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	buf_free(&l->in);
}

static bool send_all(int fd, const char *data, size_t len) {
	while (len) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

/* The next line, without its end, copied to out. False: the server is gone. */
static bool read_line(struct ctl_link *l, struct buf *out) {
	out->len = 0;
	for (;;) {
		uint8_t *nl = l->in.len ? memchr(l->in.data, '\n', l->in.len) : NULL;
		if (nl) {
			size_t len = (size_t)(nl - l->in.data);
			buf_append(out, l->in.data, len);
			buf_consume(&l->in, len + 1);
			return true;
		}
		ssize_t n = recv(l->fd, buf_reserve(&l->in, 65536), 65536, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		l->in.len += (size_t)n;
	}
}

static enum ctl_link_result read_answer(struct ctl_link *l, struct buf *line, struct buf *out) {
	while (read_line(l, line)) {
		if (line->len && line->data[0] == '=')
			return LINK_DONE;
		if (line->len && line->data[0] == '!') {
			out->len = 0;
			buf_append(out, line->data + 1, line->len - 1);
			return LINK_REFUSED;
		}
		if (line->len)
			buf_append(out, line->data + 1, line->len - 1);
		buf_byte(out, '\n');
	}
	return LINK_LOST;
}

enum ctl_link_result ctl_link_ask(struct ctl_link *l, const char *line, struct buf *out) {
	struct buf read = {0};
	out->len = 0;
	bool sent = send_all(l->fd, line, strlen(line)) && send_all(l->fd, "\n", 1);
	enum ctl_link_result result = read_answer(l, &read, out); /* it may have said why it hung up */
	(void)sent;
	if (result == LINK_LOST) {
		out->len = 0;
		buf_printf(out, "the server hung up");
	}
	buf_free(&read);
	return result;
}
