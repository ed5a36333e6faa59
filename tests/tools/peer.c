/*
 * A client for tests that says exactly what a script tells it, right or wrong.
 *
 *   peer PORT < SCRIPT          one line, one thing to do:
 *
 *   hello version_min=1 version_max=1 token=HEX    any request of the .proto by its field
 *   send room=1 client_msg_id=HEX text=the rest    name; a text takes the rest of the line;
 *                                                  waits for the answer (with & in front: not)
 *   follow cursor=ROOM:EPOCH:AFTER
 *   frame OPCODE HEX         a masked WebSocket frame of any content
 *   bytes HEX                bytes on the socket, outside any frame
 *   wait WORD                until a server frame of that name has come
 *
 * Prints each server frame as "REQUEST NAME field=value ..." and at the end
 * "closed STATUS TEXT" if it was the server that closed. Exit 1: a bad line of
 * the script; 2: cannot connect, or no answer within 10 s; 3: the server
 * closed before the script was over.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bots/ws.h"
#include "proto/appchat.pb-c.h"
#include "proto/base/buf.h"
#include "proto/client/hex.h"
#include "proto/limits.h"
#include "tests/support/fields.h"

#define PATIENCE_MS 10000

static struct {
	int fd;
	struct ws_reader reader;
	uint32_t request;         /* the last one sent */
	uint32_t awaited;         /* the answer waited for; 0: none */
	char word[64];            /* the frame waited for; "": none */
	bool closed;
} peer;

static void fail(int status, const char *what) {
	fprintf(stderr, "peer: %s\n", what);
	exit(status);
}

static void put(const void *data, size_t len) {
	if (send(peer.fd, data, len, MSG_NOSIGNAL) != (ssize_t)len)
		peer.closed = true;
}

static void open_socket(int port) {
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	peer.fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(peer.fd, (struct sockaddr *)&to, sizeof to))
		fail(2, "cannot connect");
}

static bool on_message(void *arg, enum ws_opcode opcode, const uint8_t *data, size_t len) {
	(void)arg;
	if (opcode == WS_CLOSE) {
		unsigned status = len >= 2 ? (unsigned)data[0] << 8 | data[1] : 0;
		printf("closed %u %.*s\n", status, len > 2 ? (int)len - 2 : 0, (const char *)data + 2);
		peer.closed = true;
		return false;
	}
	if (opcode != WS_BINARY)
		return true;
	Appchat__ServerFrame *frame = appchat__server_frame__unpack(NULL, len, data);
	if (!frame)
		fail(2, "the server sent what is no frame");
	const char *name = fields_print(stdout, frame->request, &frame->base, frame->body_case);
	if (frame->request && frame->request == peer.awaited)
		peer.awaited = 0;
	if (!strcmp(name, peer.word))
		peer.word[0] = 0;
	appchat__server_frame__free_unpacked(frame, NULL);
	return true;
}

/* Reads what comes until nothing is waited for any more. */
static void settle(void) {
	uint8_t piece[65536];
	while (!peer.closed && (peer.awaited || peer.word[0])) {
		struct pollfd p = {.fd = peer.fd, .events = POLLIN};
		if (poll(&p, 1, PATIENCE_MS) != 1)
			fail(2, "no answer");
		ssize_t n = recv(peer.fd, piece, sizeof piece, 0);
		if (n <= 0) {
			if (!peer.closed)
				puts("closed 0 without a word");
			peer.closed = true;
		} else if (ws_read(&peer.reader, piece, (size_t)n, on_message, NULL, NULL) && !peer.closed)
			fail(2, "the server broke the WebSocket protocol");
	}
	fflush(stdout);
}

static void upgrade(int port) {
	char key[WS_KEY_SIZE], host[32], answer[WS_RESPONSE_MAX], why[128];
	struct buf out = {0};
	size_t len = 0, used;
	snprintf(host, sizeof host, "127.0.0.1:%d", port);
	ws_make_key(key);
	ws_request(&out, host, PROTOCOL_PATH, key);
	put(out.data, out.len);
	buf_free(&out);
	for (;;) {
		ssize_t n = recv(peer.fd, answer + len, 1, 0); /* no byte beyond the answer's end */
		if (n <= 0)
			fail(2, "the server closed during the upgrade");
		enum ws_answer is = ws_answer((uint8_t *)answer, len += (size_t)n, key, &used, why, sizeof why);
		if (is == WS_ANSWER_OPEN)
			return;
		if (is == WS_ANSWER_BAD || len == sizeof answer)
			fail(2, why);
	}
}

static void put_frame(enum ws_opcode opcode, const void *data, size_t len) {
	struct buf out = {0};
	ws_frame(&out, opcode, data, len, 0x5a17c3e9);
	put(out.data, out.len);
	buf_free(&out);
}

static void do_hex(const char *text, int opcode) {
	size_t len = strlen(text) / 2;
	uint8_t *data = xmalloc(len + 1);
	if (!hex_decode(data, len, text))
		fail(1, "not hexadecimal");
	if (opcode >= 0)
		put_frame((enum ws_opcode)opcode, data, len);
	else
		put(data, len);
	free(data);
}

static void do_request(char *line) {
	bool wait = *line != '&';
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	frame.request = ++peer.request;
	if (!fields_read(&frame.base, line + !wait))
		fail(1, line);
	size_t len = appchat__client_frame__get_packed_size(&frame);
	uint8_t *data = xmalloc(len);
	appchat__client_frame__pack(&frame, data);
	put_frame(WS_BINARY, data, len);
	free(data);
	peer.awaited = wait ? frame.request : 0;
}

static void do_line(char *line) {
	int opcode, at = 0;
	if (!*line || *line == '#')
		return;
	if (sscanf(line, "frame %d %n", &opcode, &at) == 1 && at)
		do_hex(line + at, opcode);
	else if (!strncmp(line, "bytes ", 6))
		do_hex(line + 6, -1);
	else if (sscanf(line, "wait %63s", peer.word) != 1)
		do_request(line);
	settle();
}

int main(int argc, char **argv) {
	static char line[2 * LIMIT_FRAME + 1024];
	if (argc != 2)
		fail(1, "usage: peer PORT < SCRIPT");
	open_socket(atoi(argv[1]));
	upgrade(atoi(argv[1]));
	while (fgets(line, sizeof line, stdin)) {
		if (peer.closed)
			return 3;
		line[strcspn(line, "\n")] = 0;
		do_line(line);
	}
	close(peer.fd);
	ws_reader_free(&peer.reader);
	return 0;
}
