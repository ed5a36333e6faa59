/* Before-images of the rooms a group touches, nothing more. */
#include "server/store/heads.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"

struct head *heads_find(struct heads *h, uint64_t room) {
	return room < h->count && h->of[room].exists ? &h->of[room] : NULL;
}

uint64_t heads_new_id(const struct heads *h) {
	return h->count > 0 ? h->count : 1;
}

void heads_add(struct heads *h, uint64_t room, uint64_t seq, uint64_t time_ms) {
	if (room >= h->capacity) {
		h->capacity = room * 2 + 16;
		h->of = xrealloc(h->of, h->capacity * sizeof *h->of);
	}
	if (room >= h->count) {
		memset(h->of + h->count, 0, (room + 1 - h->count) * sizeof *h->of);
		h->count = room + 1;
	}
	h->of[room] = (struct head){ .seq = seq, .time_ms = time_ms, .exists = true };
}

void heads_advance(struct heads *h, uint64_t room, uint64_t seq, uint64_t time_ms) {
	struct head *head = &h->of[room];
	if (!head->changed) {
		if (h->changed_count == h->changed_capacity) {
			h->changed_capacity = h->changed_capacity * 2 + 16;
			h->changed = xrealloc(h->changed, h->changed_capacity * sizeof *h->changed);
		}
		h->changed[h->changed_count++] = room;
		head->changed = true;
		head->kept_seq = head->seq;
		head->kept_time_ms = head->time_ms;
	}
	head->seq = seq;
	head->time_ms = time_ms;
}

uint64_t heads_newest_ms(const struct heads *h) {
	uint64_t newest = 0;
	for (size_t i = 0; i < h->count; i++)
		if (h->of[i].exists && h->of[i].time_ms > newest)
			newest = h->of[i].time_ms;
	return newest;
}

void heads_keep(struct heads *h) {
	for (size_t i = 0; i < h->changed_count; i++)
		h->of[h->changed[i]].changed = false;
	h->changed_count = 0;
	h->kept_count = h->count;
}

void heads_undo(struct heads *h) {
	for (size_t i = 0; i < h->changed_count; i++) {
		struct head *head = &h->of[h->changed[i]];
		head->seq = head->kept_seq;
		head->time_ms = head->kept_time_ms;
		head->changed = false;
	}
	h->changed_count = 0;
	h->count = h->kept_count;
}

void heads_free(struct heads *h) {
	free(h->of);
	free(h->changed);
	memset(h, 0, sizeof *h);
}
