/* What is said about whole logs: heads, topics, histories; and the judgement at the end. */
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "tests/model/annals_state.h"

typedef unsigned long long ull;

void annals_raise(struct annals *l, uint32_t room, uint64_t seq) {
	struct log *log = &l->logs[room];
	if (seq <= log->reach)
		return;
	log->reach = seq;
	log->raises[log->raise_count++ % RAISES] = (struct raise){l->trail->tick, seq};
}

uint64_t annals_known(const struct annals *l, uint32_t room) {
	return l->logs[room].reach;
}

uint64_t annals_known_at(const struct annals *l, uint32_t room, uint64_t tick) {
	const struct log *log = &l->logs[room];
	uint32_t last = log->raise_count > RAISES ? log->raise_count - RAISES : 0;
	for (uint32_t i = log->raise_count; i > last; i--)
		if (log->raises[(i - 1) % RAISES].tick <= tick)
			return log->raises[(i - 1) % RAISES].head;
	return 0;
}

void annals_head(struct annals *l, uint32_t room, uint64_t head, uint64_t from) {
	uint64_t known = annals_known_at(l, room, from);
	if (head < known)
		trail_differ(l->trail, "room %u: its head is said to be %llu, but %llu was known before that was asked", room,
			(ull)head, (ull)known);
	annals_raise(l, room, head);
}

/* ---- topics ---- */

/* The topic that follows from the events up to head; NULL: one of them is not known yet. */
static const char *topic_at(struct annals *l, uint32_t room, uint64_t head) {
	const struct log *log = &l->logs[room];
	for (uint64_t seq = head; seq; seq--) {
		const struct entry *e = seq <= log->cap ? &log->entries[seq - 1] : NULL;
		if (!e || !e->known)
			return NULL;
		if (e->kind == KIND_TOPIC)
			return l->slots[e->slot].variants[e->variant].text;
	}
	return log->topic;
}

static bool judge_topic(struct annals *l, uint32_t room, uint64_t head, const char *topic) {
	const char *is = topic_at(l, room, head);
	if (is && strcmp(is, topic))
		trail_differ(l->trail, "room %u: the topic at head %llu is said to be \"%.40s\", but is \"%.40s\"", room, (ull)head, topic, is);
	return is != NULL;
}

void annals_topic(struct annals *l, uint32_t room, uint64_t head, const char *topic) {
	if (judge_topic(l, room, head, topic))
		return;
	l->topics = xrealloc(l->topics, (l->topic_count + 1) * sizeof *l->topics);
	l->topics[l->topic_count++] = (struct seen_topic){room, head, xstrdup(topic)};
}

static void judge_topics(struct annals *l) {
	for (uint32_t i = 0; i < l->topic_count; i++) {
		if (!judge_topic(l, l->topics[i].room, l->topics[i].head, l->topics[i].topic))
			trail_differ(l->trail, "room %u: not all events up to %llu were told", l->topics[i].room, (ull)l->topics[i].head);
		free(l->topics[i].topic);
	}
	l->topic_count = 0;
}

/* ---- whole logs ---- */

static const char *how_known(const struct entry *e) {
	return e->known == KNOWN_ACKED ? "was acknowledged" : e->known == KNOWN_TOLD ? "was told" : "must be there";
}

void annals_whole(struct annals *l, uint32_t room, uint64_t first, uint64_t last, uint64_t from) {
	struct log *log = &l->logs[room];
	uint64_t known = annals_known_at(l, room, from);
	if (last < known)
		trail_differ(l->trail, "room %u: its history ends at %llu, but %llu %s: lost", room, (ull)last, (ull)known,
			known <= log->cap ? how_known(&log->entries[known - 1]) : "is its head");
	for (uint64_t seq = first; seq <= last && seq <= log->cap; seq++)
		if (log->entries[seq - 1].known != KNOWN_TOLD)
			trail_differ(l->trail, "room %u, %llu: %s, but is not in the history", room, (ull)seq,
				how_known(&log->entries[seq - 1]));
}

void annals_settled(struct annals *l) {
	judge_topics(l);
	for (uint32_t i = 0; i < l->slot_count; i++) {
		struct slot *s = &l->slots[i];
		if (s->must && s->winner == NO_SLOT)
			trail_differ(l->trail, "message %u: called a conflict, but nothing is stored under its id", i);
		for (uint32_t v = 0; v < s->count; v++)
			s->variants[v].open = 0;
	}
}

void annals_counts(const struct annals *l, uint64_t *slots, uint64_t *stored) {
	*slots = l->slot_count;
	*stored = 0;
	for (uint32_t i = 0; i < l->slot_count; i++)
		*stored += l->slots[i].winner != NO_SLOT;
}
