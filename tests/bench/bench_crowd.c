/*
 * The bots' default load against other servers, to compare with: every client
 * sends one message a second, of 48 bytes, and gets everybody's. MQTT 3.1.1
 * (QoS 0) and the NATS protocol, both over WebSocket, and no more of them than
 * that takes. A latency counts from when the message was due.
 *
 *   build/tests/bench_crowd mqtt|nats PORT CLIENTS SECONDS SERVER-PID
 *
 * Prints one JSON object with the keys that appchat-bots --json uses.
 */
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bots/hist.h"
#include "bots/timers.h"
#include "bots/wsconn.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"

#define PAYLOAD 48
#define SECOND UINT64_C(1000000000)
#define RAMP_NS (SECOND / 500)
#define DRAIN_NS (3 * SECOND)

struct member;

struct dialect {
	const char *name, *path, *protocol;
	void (*enter)(struct member *m);                                       /* the connection is open */
	size_t (*take)(struct member *m, const uint8_t *data, size_t len);     /* one whole packet's size, or 0 */
	void (*publish)(struct buf *out, const uint8_t *payload);
};

struct member {
	struct wsconn conn;
	struct timer timer;
	struct crowd *crowd;
	struct buf head, in;
	bool upgraded, ready;
	uint64_t due;
};

struct crowd {
	uv_loop_t loop;
	struct wsnet net;
	struct timers timers;
	struct timer step;
	const struct dialect *dialect;
	struct member *members;
	uint32_t count, started, ready, lost_connections;
	uint64_t seconds, load_from, load_to, quit_at;
	uint64_t sent, delivered;
	uint64_t cpu_from, server_ticks, server_ticks_used, cpu_used;
	struct hist latency;
	struct buf out, framed;
	int server_pid;
};

static void say(struct member *m, const struct buf *bytes) {
	struct crowd *c = m->crowd;
	c->framed.len = 0;
	ws_frame(&c->framed, WS_BINARY, bytes->data, bytes->len, (uint32_t)wsnet_random(&c->net));
	wsconn_send_raw(&m->conn, c->framed.data, c->framed.len);
}

static void say_text(struct member *m, const char *text) {
	say(m, &(struct buf){.data = (uint8_t *)(uintptr_t)text, .len = strlen(text)});
}

static void joined(struct member *m) {
	m->crowd->ready += !m->ready;
	m->ready = true;
}

/* A message's first 16 digits are when it was due. */
static void got(struct crowd *c, const uint8_t *payload, size_t len) {
	char digits[17] = "";
	if (len != PAYLOAD)
		return;
	memcpy(digits, payload, 16);
	uint64_t due = strtoull(digits, NULL, 16);
	c->delivered++;
	hist_add(&c->latency, c->net.now > due ? c->net.now - due : 0, 1);
}

/* ---- MQTT ---- */

static void mqtt_enter(struct member *m) {
	struct buf *out = &m->crowd->out;
	char id[24];
	int n = snprintf(id, sizeof id, "crowd-%u", (unsigned)(m - m->crowd->members));
	static const uint8_t head[] = {0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0};
	out->len = 0;
	buf_byte(out, 0x10);
	buf_byte(out, (uint8_t)(sizeof head + 2 + (size_t)n));
	buf_append(out, head, sizeof head);
	buf_byte(out, 0);
	buf_byte(out, (uint8_t)n);
	buf_append(out, id, (size_t)n);
	say(m, out);
}

static void mqtt_publish(struct buf *out, const uint8_t *payload) {
	static const uint8_t head[] = {0x30, 7 + PAYLOAD, 0, 5, 'l', 'o', 'b', 'b', 'y'};
	buf_append(out, head, sizeof head);
	buf_append(out, payload, PAYLOAD);
}

static void mqtt_subscribe(struct member *m) {
	static const uint8_t bytes[] = {0x82, 10, 0, 1, 0, 5, 'l', 'o', 'b', 'b', 'y', 0};
	say(m, &(struct buf){.data = (uint8_t *)(uintptr_t)bytes, .len = sizeof bytes});
}

static size_t mqtt_take(struct member *m, const uint8_t *data, size_t len) {
	uint64_t rest;
	size_t n = len > 1 ? wire_get_varint(data + 1, len - 1, &rest) : 0;
	if (!n || rest > len - 1 - n)
		return 0;
	const uint8_t *body = data + 1 + n;
	switch (data[0] >> 4) {
	case 2: mqtt_subscribe(m); break;
	case 3: got(m->crowd, body + 7, rest > 7 ? (size_t)rest - 7 : 0); break;
	case 9: joined(m); break;
	default: break;
	}
	return 1 + n + (size_t)rest;
}

/* ---- NATS ---- */

static void nats_enter(struct member *m) {
	say_text(m, "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"c\",\"version\":\"1\"}\r\nSUB lobby 1\r\nPING\r\n");
}

static void nats_publish(struct buf *out, const uint8_t *payload) {
	buf_printf(out, "PUB lobby %d\r\n%.*s\r\n", PAYLOAD, PAYLOAD, (const char *)payload);
}

static size_t nats_take(struct member *m, const uint8_t *data, size_t len) {
	const uint8_t *end = memchr(data, '\n', len);
	if (!end)
		return 0;
	size_t line = (size_t)(end - data) + 1;
	if (!memcmp(data, "MSG ", 4)) {
		if (len < line + PAYLOAD + 2)
			return 0;
		got(m->crowd, data + line, PAYLOAD);
		return line + PAYLOAD + 2;
	}
	if (!memcmp(data, "PONG", 4))
		joined(m);
	else if (!memcmp(data, "PING", 4))
		say_text(m, "PONG\r\n");
	return line;
}

static const struct dialect dialects[] = {
	{"mqtt", "/", "mqtt", mqtt_enter, mqtt_take, mqtt_publish},
	{"nats", "/", NULL, nats_enter, nats_take, nats_publish},
};

/* ---- connections ---- */

static bool on_frame(void *arg, enum ws_opcode opcode, const uint8_t *data, size_t len) {
	struct member *m = arg;
	if (opcode == WS_CLOSE)
		wsconn_close(&m->conn, "closed by the server");
	if (opcode != WS_BINARY)
		return m->conn.state == CONN_OPEN;
	size_t used, done = 0;
	if (m->in.len) {   /* a packet that began in an earlier message */
		buf_append(&m->in, data, len);
		while (done < m->in.len && (used = m->crowd->dialect->take(m, m->in.data + done, m->in.len - done)))
			done += used;
		buf_consume(&m->in, done);
		return true;
	}
	while (done < len && (used = m->crowd->dialect->take(m, data + done, len - done)))
		done += used;
	buf_append(&m->in, data + done, len - done);
	return true;
}

static void read_frames(struct member *m, const uint8_t *data, size_t len) {
	const char *wrong = len ? ws_read(&m->conn.reader, data, len, on_frame, NULL, m) : NULL;
	if (wrong)
		wsconn_close(&m->conn, wrong);
}

static void on_bytes(struct wsconn *conn, const uint8_t *data, size_t len) {
	struct member *m = (struct member *)conn;
	if (m->upgraded) {
		read_frames(m, data, len);
		return;
	}
	buf_append(&m->head, data, len);
	const uint8_t *end = memmem(m->head.data, m->head.len, "\r\n\r\n", 4);
	if (!end)
		return;
	if (m->head.len < 12 || memcmp(m->head.data, "HTTP/1.1 101", 12))
		fatal("the server refused the upgrade to WebSocket");
	size_t used = (size_t)(end - m->head.data) + 4;
	m->upgraded = true;
	m->crowd->dialect->enter(m);
	read_frames(m, m->head.data + used, m->head.len - used);
	buf_free(&m->head);
}

static void on_open(struct wsconn *conn) {
	struct member *m = (struct member *)conn;
	const struct dialect *d = m->crowd->dialect;
	struct buf *out = &m->crowd->out;
	char key[WS_KEY_SIZE];
	ws_make_key(key);
	out->len = 0;
	buf_printf(out, "GET %s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n%s%s%s\r\n", d->path, key,
		d->protocol ? "Sec-WebSocket-Protocol: " : "", d->protocol ? d->protocol : "", d->protocol ? "\r\n" : "");
	wsconn_send_raw(conn, out->data, out->len);
}

static void on_closed(struct wsconn *conn) {
	struct member *m = (struct member *)conn;
	m->crowd->lost_connections++;
	m->ready = false;
	timers_set(&m->crowd->timers, &m->timer, TIMER_NEVER);
}

static const struct wsconn_events events = {.opened = on_open, .message = on_bytes, .closed = on_closed};

/* ---- the run: connect all, load, drain ---- */

static void on_due(struct timer *t, uint64_t now) {
	struct member *m = (struct member *)((char *)t - offsetof(struct member, timer));
	struct crowd *c = m->crowd;
	char payload[PAYLOAD + 1];
	(void)now;
	if (m->due >= c->load_to || !m->ready)
		return;
	snprintf(payload, sizeof payload, "%016llx%032u", (unsigned long long)m->due, (unsigned)(m - c->members));
	c->out.len = 0;
	c->dialect->publish(&c->out, (uint8_t *)payload);
	say(m, &c->out);
	c->sent++;
	m->due += SECOND;
	timers_set(&c->timers, t, m->due);
}

/* CPU time of the server in clock ticks. */
static uint64_t server_ticks(const struct crowd *c) {
	char path[64], text[1024];
	unsigned long long user = 0, system = 0;
	snprintf(path, sizeof path, "/proc/%d/stat", c->server_pid);
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
	if (f)
		fclose(f);
	text[n] = 0;
	const char *at = strrchr(text, ')');
	if (!at || sscanf(at + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &system) != 2)
		return 0;
	return user + system;
}

static void begin_load(struct crowd *c, uint64_t now) {
	c->load_from = now + SECOND;
	c->load_to = c->load_from + c->seconds * SECOND;
	c->server_ticks = server_ticks(c);
	c->cpu_from = clock_cpu_ns();
	for (uint32_t i = 0; i < c->count; i++) {
		c->members[i].due = c->load_from + SECOND * i / c->count;
		timers_set(&c->timers, &c->members[i].timer, c->members[i].due);
	}
}

static void on_step(struct timer *t, uint64_t now) {
	struct crowd *c = (struct crowd *)((char *)t - offsetof(struct crowd, step));
	uint64_t next = now + SECOND / 20;
	if (c->started < c->count) {
		wsconn_open(&c->members[c->started++].conn, &c->net, &events);
		next = now + RAMP_NS;
	} else if (!c->load_from && (c->ready == c->count || now > c->quit_at)) {
		begin_load(c, now);
	} else if (c->load_from && now >= c->load_to) {
		if (!c->cpu_used) {
			c->cpu_used = clock_cpu_ns() - c->cpu_from;
			c->server_ticks_used = server_ticks(c) - c->server_ticks;
		}
		if (c->delivered >= c->sent * c->count || now > c->load_to + DRAIN_NS)
			uv_stop(&c->loop);
	}
	timers_set(&c->timers, t, next);
}

static void report(const struct crowd *c) {
	double span = (double)c->seconds + 1, own = (double)c->cpu_used / 1e7 / span;
	double cpu = (double)c->server_ticks_used * 100 / (double)sysconf(_SC_CLK_TCK) / span;
	uint64_t expected = c->sent * c->count, lost = expected > c->delivered ? expected - c->delivered : 0;
	bool held = !lost && c->ready == c->count && !c->lost_connections;
	printf("{\"held\":%s,\"clients\":%u,\"connected\":%u,\"sent\":%llu,\"expected\":%llu,\"delivered\":%llu,\"lost\":%llu,"
		"\"latency_ms\":{\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f},\"server\":{\"cpu_percent\":%.2f},"
		"\"bots\":{\"cpu_percent\":%.2f},\"bots_saturated\":%s}\n", held ? "true" : "false", c->count, c->ready,
		(unsigned long long)c->sent, (unsigned long long)expected, (unsigned long long)c->delivered, (unsigned long long)lost,
		(double)hist_quantile(&c->latency, 0.5) / 1e6, (double)hist_quantile(&c->latency, 0.99) / 1e6, (double)c->latency.max / 1e6,
		cpu, own, own > 90 ? "true" : "false");
	exit(held ? 0 : 1);
}

static void read_arguments(struct crowd *c, int argc, char **argv) {
	for (size_t i = 0; argc == 6 && i < sizeof dialects / sizeof *dialects; i++)
		if (!strcmp(argv[1], dialects[i].name))
			c->dialect = &dialects[i];
	if (!c->dialect)
		fatal("usage: bench_crowd mqtt|nats PORT CLIENTS SECONDS SERVER-PID");
	c->count = (uint32_t)strtoul(argv[3], NULL, 10);
	c->seconds = strtoul(argv[4], NULL, 10);
	c->server_pid = atoi(argv[5]);
}

int main(int argc, char **argv) {
	struct crowd *c = xcalloc(1, sizeof *c);
	struct sockaddr_storage address = {0};
	struct sockaddr_in *at = (struct sockaddr_in *)&address;
	signal(SIGPIPE, SIG_IGN);
	read_arguments(c, argc, argv);
	at->sin_family = AF_INET;
	at->sin_port = htons((uint16_t)atoi(argv[2]));
	at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	uv_loop_init(&c->loop);
	wsnet_init(&c->net, &c->loop, &address, "localhost", c->dialect->path);
	if (timers_init(&c->timers, &c->loop))
		fatal("no timer to be had");
	c->members = xcalloc(c->count, sizeof *c->members);
	for (uint32_t i = 0; i < c->count; i++) {
		c->members[i].crowd = c;
		c->members[i].conn.plain = true;
		c->members[i].timer.fire = on_due;
	}
	c->step.fire = on_step;
	c->quit_at = clock_mono_ns() + c->count * RAMP_NS + 5 * SECOND;
	timers_set(&c->timers, &c->step, clock_mono_ns());
	uv_run(&c->loop, UV_RUN_DEFAULT);
	report(c);
}
