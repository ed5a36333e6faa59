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
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/appchat.pb-c.h"
#include "proto/base/buf.h"
#include "proto/client/hex.h"
#include "proto/limits.h"
#include "tests/support/fields.h"
#include "tests/support/link.h"

#define PATIENCE_MS 10000

static struct {
	struct link link;
	uint32_t awaited;         /* the answer waited for; 0: none */
	char word[64];            /* the frame waited for; "": none */
	bool closed;              /* nothing more comes */
} peer;

static void fail(int status, const char *what) {
	fprintf(stderr, "peer: %s\n", what);
	exit(status);
}

static bool on_message(void *arg, enum ws_opcode opcode, const uint8_t *data, size_t len) {
	(void)arg;
	if (opcode == WS_CLOSE) {
		unsigned status = len >= 2 ? (unsigned)data[0] << 8 | data[1] : 0;
		printf("closed %u %.*s\n", status, len > 2 ? (int)len - 2 : 0, (const char *)data + 2);
		peer.closed = true;
		return false;
	}
	if (opcode == WS_PING)
		link_put_frame(&peer.link, WS_PONG, data, len);
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
	peer.closed |= peer.link.closed;
	while (!peer.closed && (peer.awaited || peer.word[0])) {
		enum link_read is = link_read(&peer.link, PATIENCE_MS, on_message, NULL);
		if (is == LINK_TIME_OUT)
			fail(2, "no answer");
		if (is == LINK_BROKEN && !peer.closed)
			fail(2, "the server broke the WebSocket protocol");
		if (is == LINK_CLOSED && !peer.closed)
			puts("closed 0 without a word");
		peer.closed |= is == LINK_CLOSED;
	}
	fflush(stdout);
}

static void do_hex(const char *text, int opcode) {
	size_t len = strlen(text) / 2;
	uint8_t *data = xmalloc(len + 1);
	if (!hex_decode(data, len, text))
		fail(1, "not hexadecimal");
	if (opcode >= 0)
		link_put_frame(&peer.link, (enum ws_opcode)opcode, data, len);
	else
		link_put(&peer.link, data, len);
	free(data);
}

static void do_request(char *line) {
	bool wait = *line != '&';
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	if (!fields_read(&frame.base, line + !wait))
		fail(1, line);
	uint32_t request = link_ask(&peer.link, &frame);
	peer.awaited = wait ? request : 0;
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
	char why[128];
	if (argc != 2)
		fail(1, "usage: peer PORT < SCRIPT");
	if (!link_open(&peer.link, atoi(argv[1]), why, sizeof why))
		fail(2, why);
	while (fgets(line, sizeof line, stdin)) {
		if (peer.closed)
			return 3;
		line[strcspn(line, "\n")] = 0;
		do_line(line);
	}
	link_close(&peer.link);
	return 0;
}
