/*
 * A connection to a server that is kept: resolves, connects (TLS only for
 * wss), reassembles whole messages, queues what is sent, watches for silence,
 * and connects again with full jitter until told to stop. It knows no frames:
 * what a message means is client.c's affair.
 *
 *   conn_start -> RESOLVING -> CONNECTING -> OPEN -> WAITING -> RESOLVING ...
 *
 * Everything happens on the uv loop's thread. Callbacks may call any function
 * here but conn_free.
 */
#ifndef APPCHAT_CLIENT_CONN_H
#define APPCHAT_CLIENT_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct conn;

enum conn_state {
	CONN_STOPPED,     /* not started, or told to stop */
	CONN_RESOLVING,
	CONN_CONNECTING,
	CONN_OPEN,        /* the WebSocket stands: frames can be sent */
	CONN_WAITING,     /* before the next try */
};

struct conn_options {
	uv_loop_t *loop;
	const char *url;        /* as url_parse reads it; copied */
	const char *ca_file;    /* trusted certificates instead of the system's; NULL: the system's */
	unsigned ping_ms, hangup_ms, stall_ms; /* 0: 20 s, 60 s and 5 s */
	void *arg;
	/* The state changed; why says in a sentence for people what went wrong, or is NULL. */
	void (*on_state)(void *arg, enum conn_state state, const char *why);
	/* A whole message; the bytes are the connection's and gone after the call. */
	void (*on_message)(void *arg, const uint8_t *data, size_t len);
	/* Nothing was heard for ping_ms: send something that is answered. */
	void (*on_quiet)(void *arg);
};

/* Makes one, not yet connecting; NULL when the URL can't be read, with *why set. */
struct conn *conn_new(const struct conn_options *options, const char **why);
/* Begins to connect; returns at once. */
void conn_start(struct conn *c);
/* Closes and stays closed. What is queued is given flush_ms to leave. */
void conn_stop(struct conn *c, unsigned flush_ms);
/* Ends everything and frees c, running the loop as long as its handles need it. */
void conn_free(struct conn *c);

/* Queues one message (copied). False when not open, or when the queue's bound
 * (CONN_QUEUE_MAX bytes) would be passed: nothing was queued. */
bool conn_send(struct conn *c, const void *data, size_t len);
/* Drops the connection and tries again: at the earliest after retry_ms, 0: as the back-off says. */
void conn_reconnect(struct conn *c, const char *why, unsigned retry_ms);
/* The next try starts now instead of after the wait. */
void conn_hurry(struct conn *c);
/* Somebody is there who would rather not wait: the same, unless a try was begun
 * less than two seconds ago, or the server wants us later. */
void conn_nudge(struct conn *c);
/* The other side proved able to talk (signed in): the next loss starts the back-off anew. */
void conn_settled(struct conn *c);

enum conn_state conn_state(const struct conn *c);
/* Milliseconds until the next try; 0 when not waiting. */
unsigned conn_retry_in_ms(const struct conn *c);
/* The address in normal form, good as long as c. */
const char *conn_url(const struct conn *c);
/* What things are kept under that belong to this server. */
const char *conn_key(const struct conn *c);

#define CONN_QUEUE_MAX (1 << 20)

#endif
