/*
 * The operator's socket: DIR/control.sock, for this user and root only. One
 * request a line ("status", "--json clients", "kick alice"); the answer is
 * lines that begin with '+', then one that begins with '=' (done) or '!' (what
 * went wrong). One request at a time on a connection.
 */
#ifndef APPCHAT_SERVER_CONTROL_H
#define APPCHAT_SERVER_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

struct control;
struct hub;

/* All borrowed until control_free(). */
struct control_options {
	const char *dir;
	const char *url;                 /* where the chat is served, for status */
	uv_loop_t *loop;
	struct hub *hub;
	void (*stop)(void *arg);         /* the operator wants the server to shut down */
	void (*log_changed)(void);
	void *arg;
};

/* Opens the socket, replacing one that a dead server left. NULL: err says why. */
struct control *control_open(const struct control_options *options, char *err, size_t size);

/* Closes the socket and all connections; answers under way are dropped. */
void control_close(struct control *c);
/* After the loop has run out and the store is closed. */
void control_free(struct control *c);

#endif
