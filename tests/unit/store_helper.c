/* A store in a directory of its own, driven one operation at a time. */
#include "tests/unit/store_helper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/wire.h"

static void wake(void *arg) {
	uint64_t one = 1;
	ssize_t n = write(((struct store_box *)arg)->event_fd, &one, sizeof one);
	assert_int_equal(n, sizeof one);
}

void box_make(struct store_box *box) {
	memset(box, 0, sizeof *box);
	snprintf(box->dir, sizeof box->dir, "%s/appchat-store-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(box->dir));
	box->event_fd = eventfd(0, EFD_CLOEXEC);
}

void box_open(struct store_box *box) {
	char err[512] = "";
	const struct store_options options = { .dir = box->dir, .wake = wake, .wake_arg = box };
	box->store = store_open(&options, err, sizeof err);
	if (!box->store)
		print_error("%s\n", err);
	assert_non_null(box->store);
}

void box_close(struct store_box *box) {
	store_close(box->store);
	box->store = NULL;
}

void box_remove(struct store_box *box) {
	char command[512];
	box_close(box);
	close(box->event_fd);
	snprintf(command, sizeof command, "rm -rf '%s'", box->dir);
	assert_int_equal(system(command), 0);
}

int box_set_up(void **state) {
	struct store_box *box = malloc(sizeof *box);
	box_make(box);
	box_open(box);
	*state = box;
	return 0;
}

int box_tear_down(void **state) {
	box_remove(*state);
	free(*state);
	return 0;
}

void box_turn(struct store_box *box) {
	uint64_t count;
	assert_int_equal(read(box->event_fd, &count, sizeof count), sizeof count);
	store_drain(box->store);
}

static void mark_done(struct store_op *op) {
	op->done = NULL;
}

enum store_result box_run(struct store_box *box, struct store_op *op, enum store_kind kind) {
	op->kind = kind;
	op->done = mark_done;
	store_submit(box->store, op);
	while (op->done)
		box_turn(box);
	return op->result;
}

uint64_t box_guest(struct store_box *box, const char *name) {
	struct store_guest guest = { .client = "test", .address = "127.0.0.1" };
	snprintf(guest.name, sizeof guest.name, "%s", name);
	snprintf(guest.key, sizeof guest.key, "%s", name);
	memcpy(guest.token_hash, name, strlen(name));
	assert_int_equal(box_run(box, &guest.op, STORE_GUEST), STORE_OK);
	free(guest.rooms);
	return guest.as.id;
}

void append_fill(struct store_append *a, uint64_t room, uint64_t user, uint64_t number, const char *text) {
	memset(a, 0, sizeof *a);
	a->room = room;
	a->user = user;
	memcpy(a->msg_id, &number, sizeof number);
	a->msg_id[15] = 7;
	memcpy(a->content_hash, text, strnlen(text, sizeof a->content_hash));
	a->body = (const uint8_t *)text;
	a->body_len = strlen(text);
}

enum store_result box_append(struct store_box *box, struct store_append *a, uint64_t room, uint64_t user,
                             uint64_t number, const char *text) {
	append_fill(a, room, user, number, text);
	return box_run(box, &a->op, STORE_APPEND);
}

/* Walks fields 2 of Events: each holds Event with seq first. */
static void assert_dense(const struct store_range *range) {
	const uint8_t *p = range->events.data, *end = p + range->events.len;
	for (uint64_t seq = range->first; seq <= range->last; seq++) {
		uint64_t len, got;
		assert_true(p < end && *p == 0x12);
		size_t n = wire_get_varint(p + 1, (size_t)(end - p - 1), &len);
		assert_true(n > 0 && p[1 + n] == 0x08);
		assert_true(wire_get_varint(p + 2 + n, len, &got) > 0);
		assert_int_equal(got, seq);
		p += 1 + n + len;
	}
	assert_ptr_equal(p, end);
}

uint64_t box_count(struct store_box *box, uint64_t room) {
	uint64_t count = 0;
	for (;;) {
		struct store_range range = { .room = room, .from = count + 1, .forward = true, .max_events = 1000, .max_bytes = 1 << 20 };
		assert_int_equal(box_run(box, &range.op, STORE_RANGE), STORE_OK);
		if (range.count == 0)
			return count;
		assert_int_equal(range.first, count + 1);
		assert_int_equal(range.last - range.first + 1, range.count);
		assert_dense(&range);
		count = range.last;
		free(range.events.data);
	}
}
