/*
 * The socket and its connections. Bounded: so many connections, so long a
 * line, one request at a time; a connection that does not read its answer
 * holds only that one.
 *
 *   control --owns--> client --shares--> call (kept by a slow operation until it is over)
 */
#include "server/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "proto/base/log.h"
#include "server/console.h"

#define CLIENTS_MAX 8
#define LINE_MAX_BYTES 4096

struct call {
	struct client *client;      /* NULL: it went away while the operation was under way */
	struct answer answer;
};

struct client {
	struct control *control;
	uv_pipe_t pipe;
	uv_write_t write;
	struct call *call;          /* the request under way */
	struct buf out;             /* its answer, being written */
	size_t len;
	bool full, closing;
	char line[LINE_MAX_BYTES];
};

struct control {
	struct control_options options;
	struct client *clients[CLIENTS_MAX];
	uv_poll_t poll;
	int fd;
	struct sockaddr_un name;
};

/* ---- Answers --------------------------------------------------------------- */

static void read_on(struct client *c);

static void on_closed(uv_handle_t *handle) {
	struct client *c = handle->data;
	buf_free(&c->out);
	free(c);
}

static void client_close(struct client *c) {
	if (c->closing)
		return;
	c->closing = true;
	if (c->call)
		c->call->client = NULL;
	for (int i = 0; i < CLIENTS_MAX; i++)
		if (c->control->clients[i] == c)
			c->control->clients[i] = NULL;
	uv_close((uv_handle_t *)&c->pipe, on_closed);
}

static void on_written(uv_write_t *write, int status) {
	struct client *c = write->data;
	if (status < 0) {
		client_close(c);
		return;
	}
	c->out.len = 0;
	read_on(c);
}

/* Each line of the body behind a '+', then how it ended. */
static void frame_answer(struct buf *out, const struct answer *a) {
	const char *at = (const char *)a->body.data, *end = at + a->body.len;
	while (!a->error[0] && at < end) {
		const char *nl = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((nl ? nl : end) - at);
		buf_byte(out, '+');
		buf_append(out, at, len);
		buf_byte(out, '\n');
		at += len + 1;
	}
	buf_printf(out, "%s%s\n", a->error[0] ? "!" : "=", a->error);
}

static void call_finish(struct call *call) {
	struct client *c = call->client;
	if (c) {
		answer_end(&call->answer);
		frame_answer(&c->out, &call->answer);
		c->call = NULL;
		c->write.data = c;
		uv_buf_t out = uv_buf_init((char *)c->out.data, (unsigned)c->out.len);
		if (uv_write(&c->write, (uv_stream_t *)&c->pipe, &out, 1, on_written))
			client_close(c);
	}
	answer_free(&call->answer);
	free(call);
}

static void on_later(void *arg, const char *error, uint64_t bytes) {
	struct call *call = arg;
	if (error)
		answer_fail(&call->answer, "%s", error);
	else if (bytes)
		answer_uint(&call->answer, "bytes", bytes);
	call_finish(call);
}

/* ---- Requests -------------------------------------------------------------- */

static void run_line(struct client *c, char *line) {
	bool json = console_wants_json(&line);
	struct call *call = xcalloc(1, sizeof *call);
	call->client = c;
	c->call = call;
	answer_begin(&call->answer, json);
	char quoted[200];
	LOG(CONTROL, DEBUG, "event=request line=%s", log_quote(quoted, sizeof quoted, line, strcspn(line, " ")));
	struct request r = {.control = &c->control->options, .answer = &call->answer, .later = on_later, .later_arg = call};
	if (console_run(&r, line))
		call_finish(call);
}

static void refuse_line(struct client *c) {
	struct call *call = xcalloc(1, sizeof *call);
	call->client = c;
	c->call = call;
	c->full = true;
	answer_fail(&call->answer, "that line is too long: at most %d bytes", LINE_MAX_BYTES - 1);
	call_finish(call);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out) {
	struct client *c = handle->data;
	(void)suggested;
	*out = uv_buf_init(c->line + c->len, (unsigned)(sizeof c->line - c->len));
}

/* Runs the first whole line there is; the rest waits for its answer. */
static void take_line(struct client *c) {
	char line[LINE_MAX_BYTES];
	char *nl = memchr(c->line, '\n', c->len);
	if (!nl) {
		if (c->len == sizeof c->line)
			refuse_line(c);
		return;
	}
	size_t len = (size_t)(nl - c->line);
	memcpy(line, c->line, len);
	line[len] = 0;
	c->len -= len + 1;
	memmove(c->line, nl + 1, c->len);
	uv_read_stop((uv_stream_t *)&c->pipe);
	run_line(c, line);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf) {
	struct client *c = stream->data;
	(void)buf;
	if (n < 0 || c->full) {
		client_close(c);
		return;
	}
	c->len += (size_t)n;
	take_line(c);
}

static void read_on(struct client *c) {
	if (memchr(c->line, '\n', c->len))
		take_line(c);
	else if (c->full || uv_read_start((uv_stream_t *)&c->pipe, on_alloc, on_read))
		client_close(c);
}

/* ---- Connections ------------------------------------------------------------- */

static bool may_command(int fd) {
	struct ucred peer;
	socklen_t len = sizeof peer;
	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) && (peer.uid == 0 || peer.uid == geteuid());
}

static int free_slot(const struct control *control) {
	for (int i = 0; i < CLIENTS_MAX; i++)
		if (!control->clients[i])
			return i;
	return -1;
}

static void turn_away(int fd, const char *why) {
	if (send(fd, why, strlen(why), MSG_NOSIGNAL) < 0)
		LOG(CONTROL, DEBUG, "event=refused");
	close(fd);
}

static void on_connection(uv_poll_t *poll, int status, int events) {
	struct control *control = poll->data;
	(void)status, (void)events;
	int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	int slot = free_slot(control);
	if (!may_command(fd)) {
		turn_away(fd, "!only the server's own user and root may command it\n");
		return;
	}
	if (slot < 0) {
		turn_away(fd, "!too many consoles are open\n");
		return;
	}
	struct client *c = xcalloc(1, sizeof *c);
	c->control = control;
	uv_pipe_init(control->options.loop, &c->pipe, 0);
	c->pipe.data = c;
	uv_pipe_open(&c->pipe, fd);
	control->clients[slot] = c;
	read_on(c);
}

/* ---- The socket ---------------------------------------------------------------- */

/* Does a server answer there? A socket file outlives a killed server. */
static bool answered(const struct sockaddr_un *name) {
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool yes = fd >= 0 && !connect(fd, (const struct sockaddr *)name, sizeof *name);
	if (fd >= 0)
		close(fd);
	return yes;
}

static int listen_there(const struct sockaddr_un *name) {
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	mode_t before = umask(077);
	int bound = bind(fd, (const struct sockaddr *)name, sizeof *name);
	int error = errno;
	umask(before);
	if (!bound && !chmod(name->sun_path, 0600) && !listen(fd, CLIENTS_MAX))
		return fd;
	close(fd);
	errno = bound ? error : errno;
	return -1;
}

static bool open_socket(struct control *c, char *err, size_t size) {
	c->name.sun_family = AF_UNIX;
	int n = snprintf(c->name.sun_path, sizeof c->name.sun_path, "%s/control.sock", c->options.dir);
	if ((size_t)n >= sizeof c->name.sun_path) {
		snprintf(err, size, "the data directory's path is too long for the console's socket: at most %zu bytes",
			sizeof c->name.sun_path - strlen("/control.sock") - 1);
		return false;
	}
	if (answered(&c->name)) {
		snprintf(err, size, "a server is already running on %s; stop it with appchat-ctl --data %s shutdown",
			c->options.dir, c->options.dir);
		return false;
	}
	unlink(c->name.sun_path);
	c->fd = listen_there(&c->name);
	if (c->fd < 0)
		snprintf(err, size, "cannot make the console's socket %s: %s", c->name.sun_path, strerror(errno));
	return c->fd >= 0;
}

struct control *control_open(const struct control_options *options, char *err, size_t size) {
	struct control *c = xcalloc(1, sizeof *c);
	c->options = *options;
	if (!open_socket(c, err, size)) {
		free(c);
		return NULL;
	}
	c->poll.data = c;
	uv_poll_init(options->loop, &c->poll, c->fd);
	uv_poll_start(&c->poll, UV_READABLE, on_connection);
	return c;
}

void control_close(struct control *c) {
	for (int i = 0; i < CLIENTS_MAX; i++)
		if (c->clients[i])
			client_close(c->clients[i]);
	uv_poll_stop(&c->poll);
	uv_close((uv_handle_t *)&c->poll, NULL);
	unlink(c->name.sun_path);
	close(c->fd);
}

void control_free(struct control *c) {
	free(c);
}
