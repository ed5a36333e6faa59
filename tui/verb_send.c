/* send ROOM [TEXT]: one message; done when the server has stored it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

#include "tui/too_long.h"
#include "tui/verbs.h"

struct message {
	char *text;
	bool added;
	uint8_t id[16];
};

/* Standard input as one text, to its end unless that is very far away. */
static bool read_input(struct buf *b) {
	while (b->len <= TOO_LONG_COUNTED) {
		ssize_t n = read(STDIN_FILENO, buf_reserve(b, 4096), 4096);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		b->len += (size_t)n;
	}
	return true;
}

static bool is_utf8(const uint8_t *text, size_t len) {
	utf8proc_int32_t code;
	while (len) {
		utf8proc_ssize_t n = utf8proc_iterate(text, (utf8proc_ssize_t)len, &code);
		if (n <= 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

/* The text to send, without its last line ends; NULL with *why when it can't be sent. */
static char *read_text(const struct options *o, const char **why) {
	static char length[TOO_LONG_SIZE];
	struct buf b = {0};
	*why = NULL;
	if (o->text)
		buf_append(&b, o->text, strlen(o->text));
	else if (!read_input(&b))
		*why = "standard input can't be read";
	while (b.len && (b.data[b.len - 1] == '\n' || b.data[b.len - 1] == '\r'))
		b.len--;
	if (!*why && !b.len)
		*why = "there is nothing to send";
	else if (!*why && too_long(length, "the message", b.len))
		*why = length;
	else if (!*why && (memchr(b.data, 0, b.len) || !is_utf8(b.data, b.len)))
		*why = "the message is not text in UTF-8";
	if (*why) {
		buf_free(&b);
		return NULL;
	}
	buf_byte(&b, 0);
	return (char *)b.data;
}

static void ready(struct verb_run *v, struct sync_room *room) {
	struct message *m = v->own;
	const char *why;
	if (m->added)
		return; /* connected again: the outbox goes on by itself */
	struct outbox_item *item = client_send(v->app->client, room->id, m->text, &why);
	if (!item) {
		verb_fail(v, EXIT_USAGE, why);
		return;
	}
	memcpy(m->id, item->id, sizeof m->id);
	m->added = true;
	v->timeout_text = v->undone_text = "the server has not said that it stored the message";
}

static void on_change(struct verb_run *v) {
	struct message *m = v->own;
	if (!m->added)
		return;
	const struct outbox_item *item = outbox_find(client_outbox(v->app->client), m->id);
	if (!item || item->state == OUTBOX_STORED)
		app_quit(v->app, EXIT_SENT);
	else if (item->state == OUTBOX_FAILED)
		verb_fail(v, EXIT_USAGE, item->reason);
	else
		v->timeout_code = item->reason ? EXIT_TEMPORARY : EXIT_UNREACHABLE;
}

int verb_send(struct verb_run *v) {
	struct message m = {0};
	const char *why;
	m.text = read_text(v->app->options, &why);
	if (!m.text) {
		fprintf(stderr, "appchat-tui: %s\n", why);
		return EXIT_USAGE;
	}
	v->own = &m;
	v->ready = ready;
	v->on_change = on_change;
	int code = verb_loop(v);
	free(m.text);
	return code;
}
