/*
 * Connections that begin and never get on: a byte at a time, or nothing at all.
 *
 *   drip PORT COUNT WHAT [MS]     a byte every MS (200) milliseconds; gives up after 60 s
 *
 *   silent   nothing is said
 *   http     the request for a WebSocket
 *   tls      what could be the beginning of a TLS handshake
 *   hello    after the upgrade: a frame with a Hello
 *   body     after the upgrade: an endless message
 *
 * Prints "COUNT closed after MIN to MAX ms" when the server has closed them all.
 * Exit 1: some are still open after 60 s.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "proto/base/clock.h"
#include "proto/limits.h"
#include "tests/support/link.h"

#define PATIENCE_MS 60000

struct drop {
	struct link link;
	size_t said;
	uint64_t began_ns;
};

static void fail(const char *what) {
	fprintf(stderr, "drip: %s\n", what);
	exit(2);
}

/* What is said, byte by byte. */
static struct buf words_of(const char *what) {
	struct buf out = {0};
	char key[WS_KEY_SIZE];
	static const uint8_t tls[] = {22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3}, endless[] = {0x82, 0xff, 0, 0, 0, 0, 0, 0, 0x0f, 0};
	if (!strcmp(what, "http")) {
		ws_make_key(key);
		ws_request(&out, "127.0.0.1", PROTOCOL_PATH, key);
	} else if (!strcmp(what, "tls")) {
		buf_append(&out, tls, sizeof tls);
		memset(buf_reserve(&out, 500), 7, 500);
		out.len += 500;
	} else if (!strcmp(what, "hello") || !strcmp(what, "body")) {
		ws_frame(&out, WS_BINARY, (uint8_t[300]){10}, 300, 1);
		if (*what == 'b')
			memcpy(out.data, endless, sizeof endless);
	}
	return out;
}

static void begin(struct drop *d, int port, const char *what) {
	char why[128];
	bool upgraded = *what == 'b' || !strcmp(what, "hello");
	if (!(upgraded ? link_open : link_connect)(&d->link, port, why, sizeof why))
		fail(why);
	d->began_ns = clock_mono_ns();
}

/* Is it closed by the server? What comes is thrown away. */
static bool ended(struct drop *d) {
	uint8_t piece[4096];
	ssize_t n;
	while ((n = recv(d->link.fd, piece, sizeof piece, MSG_DONTWAIT)) > 0)
		;
	return d->link.closed || n == 0 || (errno != EAGAIN && errno != EINTR);
}

int main(int argc, char **argv) {
	if (argc < 4)
		fail("usage: drip PORT COUNT WHAT [MS]");
	int port = atoi(argv[1]), pause_ms = argc > 4 ? atoi(argv[4]) : 200;
	size_t count = (size_t)atol(argv[2]), open = count;
	struct buf words = words_of(argv[3]);
	struct drop *drops = xcalloc(count, sizeof *drops);
	uint64_t start = clock_mono_ns(), least = UINT64_MAX, most = 0;
	for (size_t i = 0; i < count; i++)
		begin(&drops[i], port, argv[3]);
	while (open && clock_mono_ns() - start < PATIENCE_MS * UINT64_C(1000000)) {
		poll(NULL, 0, pause_ms);
		for (size_t i = 0; i < count; i++) {
			struct drop *d = &drops[i];
			if (!d->began_ns)
				continue;
			if (d->said < words.len)
				link_put(&d->link, words.data + d->said++, 1);
			if (!ended(d))
				continue;
			uint64_t lived = (clock_mono_ns() - d->began_ns) / 1000000;
			least = lived < least ? lived : least;
			most = lived > most ? lived : most;
			d->began_ns = 0;
			link_close(&d->link);
			open--;
		}
	}
	if (open < count)
		printf("%zu closed after %llu to %llu ms\n", count - open, (unsigned long long)least, (unsigned long long)most);
	return open ? 1 : 0;
}
