/* For tests of the store: one at a time, submit and wait. */
#ifndef APPCHAT_TESTS_STORE_HELPER_H
#define APPCHAT_TESTS_STORE_HELPER_H

#include <stdbool.h>
#include <stdint.h>

#include "server/store/store.h"

struct store_box {
	struct store *store;
	char dir[256];
	int event_fd;      /* written by wake() */
};

/* Makes an empty directory below /tmp; box_open() opens a store in it and fails the test when it can't. */
void box_make(struct store_box *box);
void box_open(struct store_box *box);
void box_close(struct store_box *box);
/* Closes, and removes the directory. */
void box_remove(struct store_box *box);
/* For cmocka: an open box in *state, and its end. */
int box_set_up(void **state);
int box_tear_down(void **state);
/* Waits for the next wake() and drains. */
void box_turn(struct store_box *box);
/* Submits, waits for done(), returns the result. */
enum store_result box_run(struct store_box *box, struct store_op *op, enum store_kind kind);

/* A new guest; returns its id. */
uint64_t box_guest(struct store_box *box, const char *name);
/* Appends text by user to room under a UUID made of `number`. */
enum store_result box_append(struct store_box *box, struct store_append *a, uint64_t room, uint64_t user,
                             uint64_t number, const char *text);
/* Fills the inputs of an append; body is text itself. */
void append_fill(struct store_append *a, uint64_t room, uint64_t user, uint64_t number, const char *text);
/* How many events this room has, counted by reading all pages forward, which must be dense from 1. */
uint64_t box_count(struct store_box *box, uint64_t room);

#endif
