/* Appending in order and comparing runs; see the header for the two arenas. */
#include "bots/seenlog.h"

#include <stdlib.h>
#include <string.h>

#include "bots/sent.h"

enum { SLACK = 4096, FAR = 50000000 };

void seenlog_open(struct seenlog *log, uint64_t head) {
	if (log->open)
		return;
	log->open = true;
	log->base = head > SLACK ? head - SLACK : 0;
}

void seenlog_free(struct seenlog *log) {
	free(log->entry);
	buf_free(&log->run);
	buf_free(&log->early);
	*log = (struct seenlog){0};
}

struct seenlog_entry *seenlog_entry(struct seenlog *log, uint64_t seq) {
	if (seq <= log->base || seq - log->base > log->count + FAR)
		return NULL;
	uint64_t i = seq - log->base - 1;
	if (i >= log->cap) {
		uint64_t cap = log->cap ? log->cap : SLACK + 1024;
		while (i >= cap)
			cap *= 2;
		log->entry = xrealloc(log->entry, cap * sizeof *log->entry);
		log->cap = cap;
	}
	for (; log->count <= i; log->count++)
		log->entry[log->count] = (struct seenlog_entry){.message = SENT_NONE};
	return &log->entry[i];
}

const struct seenlog_entry *seenlog_find(const struct seenlog *log, uint64_t seq) {
	if (seq <= log->base || seq - log->base > log->count || !log->entry[seq - log->base - 1].len)
		return NULL;
	return &log->entry[seq - log->base - 1];
}

const uint8_t *seenlog_bytes(const struct seenlog *log, const struct seenlog_entry *e) {
	return (e->early ? log->early.data : log->run.data) + e->at;
}

static void append(struct seenlog *log, struct seenlog_entry *e, uint64_t seq, const uint8_t *data, size_t len) {
	e->at = log->run.len;
	e->len = (uint32_t)len;
	e->early = false;
	buf_append(&log->run, data, len);
	log->last = seq;
}

/* Moves what waited for its turn behind the run. */
static void close_up(struct seenlog *log) {
	const struct seenlog_entry *found;
	while ((found = seenlog_find(log, log->last + 1)) && found->early) {
		struct seenlog_entry *e = seenlog_entry(log, log->last + 1);
		append(log, e, log->last + 1, log->early.data + e->at, e->len);
	}
}

void seenlog_keep(struct seenlog *log, uint64_t seq, const uint8_t *data, size_t len) {
	struct seenlog_entry *e = seenlog_entry(log, seq);
	if (!e)
		return;
	if (!log->first)
		log->first = seq;
	if (log->first == seq || seq == log->last + 1) {
		append(log, e, seq, data, len);
		close_up(log);
		return;
	}
	e->at = log->early.len;
	e->len = (uint32_t)len;
	e->early = true;
	buf_append(&log->early, data, len);
}

static uint64_t end_of(const struct seenlog *log, uint64_t seq) {
	const struct seenlog_entry *e = &log->entry[seq - log->base - 1];
	return e->at + e->len;
}

/* The highest seq of the run that ends at or before this offset. */
static uint64_t seq_ending_by(struct seenlog *log, uint64_t end) {
	if (log->hint_end == end && log->hint_seq)
		return log->hint_seq;
	uint64_t low = log->first - 1, high = log->last;
	while (low < high) {
		uint64_t mid = high - (high - low) / 2;
		if (end_of(log, mid) <= end)
			low = mid;
		else
			high = mid - 1;
	}
	log->hint_end = end;
	log->hint_seq = low;
	return low;
}

/* Event by event, for those that still wait for a gap to close. */
static uint64_t match_each(const struct seenlog *log, uint64_t seq, const uint8_t *run, size_t len, size_t *matched) {
	const struct seenlog_entry *e;
	while ((e = seenlog_find(log, seq)) && e->len <= len - *matched && !memcmp(seenlog_bytes(log, e), run + *matched, e->len)) {
		*matched += e->len;
		seq++;
	}
	return seq - 1;
}

uint64_t seenlog_match(struct seenlog *log, uint64_t seq, const uint8_t *run, size_t len, size_t *matched) {
	*matched = 0;
	if (!log->first || seq < log->first || seq > log->last)
		return match_each(log, seq, run, len, matched);
	uint64_t at = log->entry[seq - log->base - 1].at;
	size_t n = len < log->run.len - at ? len : log->run.len - at;
	if (memcmp(log->run.data + at, run, n))
		return seq - 1;
	uint64_t last = seq_ending_by(log, at + n);
	if (last >= seq)
		*matched = end_of(log, last) - at;
	return last >= seq ? last : seq - 1;
}
