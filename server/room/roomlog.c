/* Appends at the end, drops at the start, and moves down when half is unused:
 * each byte is moved once on the average. */
#include "server/room/roomlog.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"

static void drop_first(struct roomlog *log) {
	log->index++;
	log->count--;
	log->first++;
	log->start = log->count ? log->starts[log->index] : log->end;
}

static void move_down(struct roomlog *log) {
	memmove(log->bytes, log->bytes + log->start, log->end - log->start);
	memmove(log->starts, log->starts + log->index, log->count * sizeof *log->starts);
	for (size_t i = 0; i < log->count; i++)
		log->starts[i] -= (uint32_t)log->start;
	log->end -= log->start;
	log->start = log->index = 0;
}

/* False: there is no memory for so much. */
static bool grow(struct roomlog *log, size_t cap, size_t index_cap) {
	uint8_t *bytes = cap > log->cap ? realloc(log->bytes, cap) : log->bytes;
	if (bytes && cap > log->cap) {
		log->bytes = bytes;
		log->cap = cap;
	}
	uint32_t *starts = index_cap > log->index_cap ? realloc(log->starts, index_cap * sizeof *starts) : log->starts;
	if (starts && index_cap > log->index_cap) {
		log->starts = starts;
		log->index_cap = index_cap;
	}
	return bytes && starts;
}

static bool make_room(struct roomlog *log, size_t len) {
	if (log->end + len > log->cap || log->index + log->count == log->index_cap)
		if (log->start >= log->cap / 2 || log->index >= log->index_cap / 2)
			if (log->bytes)
				move_down(log);
	size_t cap = log->cap, index_cap = log->index_cap;
	while (log->end + len > cap)
		cap = cap ? 2 * cap : 1024;
	if (log->index + log->count == index_cap)
		index_cap = index_cap ? 2 * index_cap : 16;
	return grow(log, cap, index_cap);
}

void roomlog_append(struct roomlog *log, uint64_t seq, const uint8_t *bytes, size_t len, size_t max) {
	while (log->count && log->end - log->start + len > max)
		drop_first(log);
	if (!make_room(log, len)) {   /* the store has it */
		roomlog_free(log);
		log->first = seq + 1;
		return;
	}
	if (!log->count)
		log->first = seq;
	log->starts[log->index + log->count++] = (uint32_t)log->end;
	memcpy(log->bytes + log->end, bytes, len);
	log->end += len;
}

/* Where the event with this number ends. */
static size_t end_of(const struct roomlog *log, uint64_t seq) {
	size_t next = (size_t)(seq - log->first) + 1;
	return next < log->count ? log->starts[log->index + next] : log->end;
}

uint64_t roomlog_run(const struct roomlog *log, uint64_t from, uint64_t to, size_t max,
	const uint8_t **bytes, size_t *len) {
	if (!log->count || from < log->first || from >= log->first + log->count || to < from)
		return 0;
	uint64_t last = log->first + log->count - 1;
	if (to > last)
		to = last;
	size_t start = log->starts[log->index + (size_t)(from - log->first)];
	if (end_of(log, to) - start > max) {   /* the largest run within max, by halving */
		uint64_t low = from, high = to;
		while (high - low > 1) {
			uint64_t mid = low + (high - low) / 2;
			if (end_of(log, mid) - start <= max)
				low = mid;
			else
				high = mid;
		}
		to = low;
	}
	*bytes = log->bytes + start;
	*len = end_of(log, to) - start;
	return to;
}

size_t roomlog_bytes_after(const struct roomlog *log, uint64_t seq) {
	if (seq + 1 < log->first)
		return SIZE_MAX;
	if (seq + 1 >= log->first + log->count)
		return 0;
	return log->end - log->starts[log->index + (size_t)(seq + 1 - log->first)];
}

/* The array in less memory; where that cannot be had, as it is. */
static void *shrink(void *p, size_t *cap, size_t to, size_t size) {
	void *smaller = realloc(p, to * size);
	if (smaller)
		*cap = to;
	return smaller ? smaller : p;
}

void roomlog_trim(struct roomlog *log, size_t keep) {
	while (log->count && log->end - log->start > keep)
		drop_first(log);
	if (!log->count) {
		uint64_t first = log->first;
		roomlog_free(log);
		log->first = first;
		return;
	}
	move_down(log);
	if (log->cap > 4 * log->end) {
		log->bytes = shrink(log->bytes, &log->cap, log->end, 1);
		log->starts = shrink(log->starts, &log->index_cap, log->count, sizeof *log->starts);
	}
}

void roomlog_free(struct roomlog *log) {
	free(log->bytes);
	free(log->starts);
	*log = (struct roomlog){0};
}
