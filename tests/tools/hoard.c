/*
 * Connections that ask for much and take nothing.
 *
 *   hoard PORT COUNT      signs in as h0, h1, ...; each asks for a page of history
 *
 * Then waits until the server has closed some, and prints "COUNT open" once no
 * more of them are closed for half a second. Exit 1: none was closed within 20 s.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "proto/limits.h"
#include "tests/support/link.h"

#define PATIENCE_MS 20000
#define CALM_MS 500

static void fail(const char *what) {
	fprintf(stderr, "hoard: %s\n", what);
	exit(2);
}

/* An answer has come. */
static bool on_message(void *arg, enum ws_opcode opcode, const uint8_t *data, size_t len) {
	(void)data, (void)len;
	*(bool *)arg |= opcode == WS_BINARY;
	return true;
}

static void ask(struct link *l, Appchat__ClientFrame *frame) {
	bool answered = false;
	link_ask(l, frame);
	while (!answered)
		if (link_read(l, PATIENCE_MS, on_message, &answered) != LINK_READ)
			fail("no answer");
}

static void begin(struct link *l, int port, int number) {
	Appchat__ClientFrame frame = APPCHAT__CLIENT_FRAME__INIT;
	Appchat__Hello hello = APPCHAT__HELLO__INIT;
	Appchat__Claim claim = APPCHAT__CLAIM__INIT;
	Appchat__History page = APPCHAT__HISTORY__INIT;
	char name[16], why[128];
	if (!link_open(l, port, why, sizeof why))
		fail(why);
	setsockopt(l->fd, SOL_SOCKET, SO_RCVBUF, &(int){4096}, sizeof(int));
	hello.version_min = hello.version_max = 1;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_HELLO;
	frame.hello = &hello;
	ask(l, &frame);
	snprintf(name, sizeof name, "h%d", number);
	claim.name = name;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_CLAIM;
	frame.claim = &claim;
	ask(l, &frame);
	page.room = 1;
	page.limit = LIMIT_HISTORY_EVENTS;
	frame.body_case = APPCHAT__CLIENT_FRAME__BODY_HISTORY;
	frame.history = &page;
	link_ask(l, &frame);
}

/* How many the server has not closed: a reset or an end is seen without reading what came. */
static size_t count_open(const struct link *links, size_t count) {
	size_t open = 0;
	for (size_t i = 0; i < count; i++) {
		struct pollfd p = {.fd = links[i].fd, .events = POLLRDHUP};
		open += poll(&p, 1, 0) == 0;
	}
	return open;
}

int main(int argc, char **argv) {
	if (argc != 3)
		fail("usage: hoard PORT COUNT");
	size_t count = strtoul(argv[2], NULL, 10), open = count, before = count;
	struct link *links = calloc(count, sizeof *links);
	for (size_t i = 0; i < count; i++)
		begin(&links[i], atoi(argv[1]), (int)i);
	for (int ms = 0; open == count || open != before; ms += CALM_MS) {
		if (ms > PATIENCE_MS)
			return 1;
		before = open;
		poll(NULL, 0, CALM_MS);
		open = count_open(links, count);
	}
	printf("%zu open\n", open);
	return 0;
}
