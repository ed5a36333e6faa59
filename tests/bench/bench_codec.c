/*
 * What it costs to turn frames into bytes and back, to frame a batch of events,
 * and to deflate it; and from which size and fan-out deflating pays. Prints
 * "NAME MEDIAN LOW HIGH UNIT" lines, CPU time, then the table of batches.
 *
 *   build/tests/bench_codec
 */
#include <arpa/inet.h>
#include <libdeflate.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bots/text.h"
#include "proto/appchat.pb-c.h"
#include "proto/base/buf.h"
#include "proto/base/log.h"
#include "proto/base/uuid.h"
#include "proto/wire.h"
#include "tests/support/timing.h"

#define TEXT 48

/* Text as people type it, or as bots do: letters without sense. */
enum kind { WORDS, LETTERS };

static void make_text(char *out, enum kind kind, uint32_t number) {
	static const char *const words[] = {"the", "a", "is", "it", "you", "what", "we", "that", "server", "room", "when",
		"tomorrow", "think", "not", "now", "message", "of", "works", "for", "me", "lunch", "again", "why", "ok", "this", "on"};
	enum { WORD_COUNT = sizeof words / sizeof *words };
	size_t len = 0;
	if (kind == LETTERS) {
		text_make(out, TEXT, "abcdefgh", number, number % 350);
		out[TEXT] = 0;
		return;
	}
	for (out[0] = 0; len < TEXT;)
		len += (size_t)snprintf(out + len, TEXT + 1 - len, "%s ", words[(size_t)lrand48() % WORD_COUNT]);
	out[TEXT] = 0;
}

/* One event as field 2 of Events, as the store makes it. */
static void append_event(struct buf *run, enum kind kind, uint32_t number) {
	char text[256], name[32];
	Appchat__Event event = APPCHAT__EVENT__INIT;
	Appchat__Message message = APPCHAT__MESSAGE__INIT;
	make_text(text, kind, number);
	snprintf(name, sizeof name, "guest-%u", number * 7919 % 3000);
	message.author = number * 7919 % 3000;
	message.name = name;
	message.text = text;
	message.tag = (uint32_t)lrand48();
	event.seq = 1000000 + number;
	event.time_ms = 1790000000000 + number;
	event.body_case = APPCHAT__EVENT__BODY_MESSAGE;
	event.message = &message;
	size_t size = appchat__event__get_packed_size(&event);
	wire_field_bytes(run, 2, size);
	run->len += appchat__event__pack(&event, buf_reserve(run, size));
}

static void make_run(struct buf *run, enum kind kind, uint32_t events) {
	run->len = 0;
	for (uint32_t i = 0; i < events; i++)
		append_event(run, kind, i);
}

/* ---- pack and unpack ---- */

struct packing {
	Appchat__ClientFrame client;
	Appchat__ServerFrame *server;
	uint8_t bytes[512 * 1024];
	size_t len;
};

static void pack_client(void *arg) {
	struct packing *p = arg;
	p->len = appchat__client_frame__pack(&p->client, p->bytes);
	timing_use(p->bytes);
}

static void unpack_client(void *arg) {
	struct packing *p = arg;
	appchat__client_frame__free_unpacked(appchat__client_frame__unpack(NULL, p->len, p->bytes), NULL);
}

static void pack_server(void *arg) {
	struct packing *p = arg;
	p->len = appchat__server_frame__get_packed_size(p->server);
	appchat__server_frame__pack(p->server, p->bytes);
	timing_use(p->bytes);
}

static void unpack_server(void *arg) {
	struct packing *p = arg;
	appchat__server_frame__free_unpacked(appchat__server_frame__unpack(NULL, p->len, p->bytes), NULL);
}

static void time_send(struct packing *p) {
	Appchat__Send send = APPCHAT__SEND__INIT;
	uint8_t id[16];
	char text[TEXT + 1];
	uuid7(id);
	make_text(text, WORDS, 1);
	send.room = 1;
	send.text = text;
	send.client_msg_id.data = id;
	send.client_msg_id.len = sizeof id;
	appchat__client_frame__init(&p->client);
	p->client.request = 1000;
	p->client.body_case = APPCHAT__CLIENT_FRAME__BODY_SEND;
	p->client.send = &send;
	timing_print("pack a Send of 48 bytes", timing_measure(pack_client, p), 1, "ns");
	timing_print("unpack it", timing_measure(unpack_client, p), 1, "ns");
}

static void time_ack(struct packing *p) {
	Appchat__SendAck ack = APPCHAT__SEND_ACK__INIT;
	Appchat__ServerFrame frame = APPCHAT__SERVER_FRAME__INIT;
	ack.room = 1;
	ack.seq = 1000000;
	ack.time_ms = 1790000000000;
	frame.request = 1000;
	frame.body_case = APPCHAT__SERVER_FRAME__BODY_SEND_ACK;
	frame.send_ack = &ack;
	p->server = &frame;
	timing_print("pack a SendAck", timing_measure(pack_server, p), 1, "ns");
}

struct framing {
	struct buf run, out;
};

static void frame_run(void *arg) {
	struct framing *f = arg;
	f->out.len = 0;
	wire_events_frame(&f->out, 1, f->run.data, f->run.len);
	timing_use(f->out.data);
}

static size_t ws_header_size(const struct buf *frame) {
	return frame->data[1] < 126 ? 2 : frame->data[1] == 126 ? 4 : 10;
}

static void time_batch(struct packing *p, uint32_t events) {
	struct framing f = {0};
	char name[80];
	make_run(&f.run, WORDS, events);
	frame_run(&f);
	size_t head = ws_header_size(&f.out);
	p->len = f.out.len - head;
	memcpy(p->bytes, f.out.data + head, p->len);
	snprintf(name, sizeof name, "unpack a batch of %u, each event", events);
	timing_print(name, timing_measure(unpack_server, p), events, "ns");
	p->server = appchat__server_frame__unpack(NULL, p->len, p->bytes);
	snprintf(name, sizeof name, "pack a batch of %u anew, each event", events);
	timing_print(name, timing_measure(pack_server, p), events, "ns");
	appchat__server_frame__free_unpacked(p->server, NULL);
	snprintf(name, sizeof name, "frame a batch of %u as bytes, each event", events);
	timing_print(name, timing_measure(frame_run, &f), events, "ns");
	buf_free(&f.run);
	buf_free(&f.out);
}

/* ---- what a byte less is worth: send() to many on loopback ---- */

enum { PAIRS = 256 };

struct pairs {
	int from[PAIRS], to[PAIRS];
};

static void tcp_pairs(struct pairs *p) {
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof at;
	int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1, bytes = 1 << 20;
	if (bind(server, (struct sockaddr *)&at, size) || listen(server, 1) || getsockname(server, (struct sockaddr *)&at, &size))
		fatal("cannot listen on loopback");
	for (int i = 0; i < PAIRS; i++) {
		p->from[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (connect(p->from[i], (struct sockaddr *)&at, size) || (p->to[i] = accept(server, NULL, NULL)) < 0)
			fatal("cannot connect on loopback");
		setsockopt(p->from[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		setsockopt(p->from[i], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
		setsockopt(p->to[i], SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
	}
	close(server);
}

/* The same bytes to everybody, then everybody reads: one send() of those. */
static double write_all(struct pairs *p, const uint8_t *bytes, size_t len) {
	static uint8_t sink[1 << 16];
	uint64_t begin = timing_thread_ns(), took;
	for (int i = 0; i < PAIRS; i++)
		if (send(p->from[i], bytes, len, 0) != (ssize_t)len)
			fatal("send() did not take all");
	took = timing_thread_ns() - begin;
	for (int i = 0; i < PAIRS; i++)
		for (size_t got = 0; got < len;)
			got += (size_t)recv(p->to[i], sink, sizeof sink, 0);
	return (double)took / PAIRS;
}

static struct timing time_write(struct pairs *p, const uint8_t *bytes, size_t len) {
	enum { ROUNDS = 31 };
	double samples[ROUNDS];
	for (int i = 0; i < ROUNDS; i++)
		samples[i] = write_all(p, bytes, len);
	return timing_of(samples, ROUNDS);
}

/* Nanoseconds that a byte more costs in send(), between 1 and 64 KiB. */
static double time_writes(void) {
	static const size_t sizes[] = {64, 256, 1024, 4096, 16384, 65536};
	static uint8_t bytes[65536];
	struct pairs *p = xcalloc(1, sizeof *p);
	double small = 0, large = 0;
	tcp_pairs(p);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		char name[80];
		struct timing t = time_write(p, bytes, sizes[i]);
		snprintf(name, sizeof name, "send() of %zu bytes on loopback", sizes[i]);
		timing_print(name, t, 1, "ns");
		if (sizes[i] == 1024)
			small = t.median;
		large = t.median;
	}
	for (int i = 0; i < PAIRS; i++) {
		close(p->from[i]);
		close(p->to[i]);
	}
	free(p);
	return (large - small) / (65536 - 1024);
}

/* ---- deflating ---- */

struct deflating {
	struct libdeflate_compressor *compressor;
	struct buf frame;
	uint8_t out[128 * 1024];
	size_t len;
};

static void deflate(void *arg) {
	struct deflating *d = arg;
	d->len = libdeflate_deflate_compress(d->compressor, d->frame.data, d->frame.len, d->out, sizeof d->out);
}

static void deflate_row(struct deflating *d, uint32_t events, double byte_ns) {
	struct timing t = timing_measure(deflate, d);
	double saved = (double)d->frame.len - (double)d->len, per_receiver = saved * byte_ns;
	printf("%6u %8zu %8zu %6.1f%% %9.1f %10.2f", events, d->frame.len, d->len, 100 * (double)d->len / (double)d->frame.len,
		t.median / 1e3, t.median / (double)d->frame.len);
	if (per_receiver > 0)
		printf(" %9.0f\n", t.median / per_receiver + 1);
	else
		printf("     never\n");
}

static void deflate_table(enum kind kind, int level, double byte_ns) {
	static const uint32_t sizes[] = {1, 2, 3, 4, 6, 8, 16, 32, 64, 128, 350, 700};
	struct deflating *d = xcalloc(1, sizeof *d);
	struct buf run = {0};
	d->compressor = libdeflate_alloc_compressor(level);
	printf("\nDeflating a batch, level %d, %s; on the CPU it pays from so many receivers:\n", level,
		kind == WORDS ? "texts of words" : "texts of random letters");
	printf("events    bytes deflated  ratio        us  ns a byte receivers\n");
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		make_run(&run, kind, sizes[i]);
		d->frame.len = 0;
		wire_events_frame(&d->frame, 1, run.data, run.len);
		deflate_row(d, sizes[i], byte_ns);
	}
	libdeflate_free_compressor(d->compressor);
	buf_free(&run);
	buf_free(&d->frame);
	free(d);
}

int main(void) {
	struct packing *p = xcalloc(1, sizeof *p);
	setvbuf(stdout, NULL, _IOLBF, 0);
	time_send(p);
	time_ack(p);
	time_batch(p, 1);
	time_batch(p, 100);
	free(p);
	double byte_ns = time_writes();
	printf("%-44s %10.3f\n", "so a byte more, each receiver (ns)", byte_ns);
	deflate_table(LETTERS, 1, byte_ns);
	deflate_table(WORDS, 1, byte_ns);
	deflate_table(WORDS, 6, byte_ns);
	return 0;
}
