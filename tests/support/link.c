/* See link.h. */
#include "tests/support/link.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "proto/limits.h"

#define MASK 0x5a17c3e9

void link_put(struct link *l, const void *data, size_t len) {
	if (send(l->fd, data, len, MSG_NOSIGNAL) != (ssize_t)len)
		l->closed = true;
}

static bool upgrade(struct link *l, int port, char *why, size_t why_size) {
	char key[WS_KEY_SIZE], host[32], answer[WS_RESPONSE_MAX];
	struct buf out = {0};
	size_t len = 0, used;
	ws_make_key(key);
	snprintf(host, sizeof host, "127.0.0.1:%d", port);
	ws_request(&out, host, PROTOCOL_PATH, key);
	link_put(l, out.data, out.len);
	buf_free(&out);
	snprintf(why, why_size, "the server closed during the upgrade");
	while (len < sizeof answer && recv(l->fd, answer + len, 1, 0) == 1) { /* no byte beyond the answer's end */
		enum ws_answer is = ws_answer((uint8_t *)answer, ++len, key, &used, why, why_size);
		if (is != WS_ANSWER_MORE)
			return is == WS_ANSWER_OPEN;
	}
	return false;
}

bool link_connect(struct link *l, int port, char *why, size_t why_size) {
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	*l = (struct link){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	snprintf(why, why_size, "cannot connect");
	if (!connect(l->fd, (struct sockaddr *)&to, sizeof to))
		return true;
	link_close(l);
	return false;
}

bool link_open(struct link *l, int port, char *why, size_t why_size) {
	if (!link_connect(l, port, why, why_size))
		return false;
	if (upgrade(l, port, why, why_size))
		return true;
	link_close(l);
	return false;
}

void link_close(struct link *l) {
	close(l->fd);
	ws_reader_free(&l->reader);
	l->fd = -1;
	l->closed = true;
}

void link_put_frame(struct link *l, enum ws_opcode opcode, const void *data, size_t len) {
	struct buf out = {0};
	ws_frame(&out, opcode, data, len, MASK);
	link_put(l, out.data, out.len);
	buf_free(&out);
}

uint32_t link_ask(struct link *l, Appchat__ClientFrame *frame) {
	frame->request = ++l->request;
	size_t len = appchat__client_frame__get_packed_size(frame);
	uint8_t *data = xmalloc(len);
	appchat__client_frame__pack(frame, data);
	link_put_frame(l, WS_BINARY, data, len);
	free(data);
	return frame->request;
}

enum link_read link_read(struct link *l, int ms, ws_message_fn *fn, void *arg) {
	uint8_t piece[65536];
	struct pollfd p = {.fd = l->fd, .events = POLLIN};
	if (poll(&p, 1, ms) != 1)
		return LINK_TIME_OUT;
	ssize_t n = recv(l->fd, piece, sizeof piece, 0);
	if (n > 0)
		return ws_read(&l->reader, piece, (size_t)n, fn, NULL, arg) ? LINK_BROKEN : LINK_READ;
	l->closed = true;
	return LINK_CLOSED;
}
