/* Slots and what was tried under them; entries and what was told of them. */
#include "tests/model/annals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/base/uuid.h"
#include "tests/model/annals_state.h"

#define SEQ_MAX 100000000ull

typedef unsigned long long ull;

struct annals *annals_new(struct trail *trail) {
	struct annals *l = xcalloc(1, sizeof *l);
	l->trail = trail;
	return l;
}

static void free_log(struct log *log) {
	for (uint64_t i = 0; i < log->cap; i++)
		free(log->entries[i].name);
	free(log->entries);
	free(log->topic);
}

void annals_free(struct annals *l) {
	for (uint32_t i = 0; i < l->log_count; i++)
		free_log(&l->logs[i]);
	for (uint32_t i = 0; i < l->slot_count; i++) {
		for (uint32_t v = 0; v < l->slots[i].count; v++)
			free(l->slots[i].variants[v].text);
		free(l->slots[i].variants);
	}
	for (uint32_t i = 0; i < l->topic_count; i++)
		free(l->topics[i].topic);
	free(l->topics);
	free(l->logs);
	free(l->slots);
	free(l);
}

/* ---- rooms and slots ---- */

uint32_t annals_room(struct annals *l, bool has_first, const char *topic) {
	l->logs = xrealloc(l->logs, (l->log_count + 1) * sizeof *l->logs);
	l->logs[l->log_count] = (struct log){.has_first = has_first, .topic = xstrdup(topic)};
	return l->log_count++;
}

void annals_maker(struct annals *l, uint32_t room, uint64_t maker) {
	l->logs[room].maker = maker;
}

static struct slot *add_slot(struct annals *l, uint64_t author) {
	if (l->slot_count == l->slot_cap) {
		l->slot_cap = l->slot_cap ? 2 * l->slot_cap : 1024;
		l->slots = xrealloc(l->slots, l->slot_cap * sizeof *l->slots);
	}
	struct slot *s = &l->slots[l->slot_count++];
	*s = (struct slot){.author = author, .twin = NO_SLOT, .winner = NO_SLOT};
	return s;
}

uint32_t annals_slot(struct annals *l, uint64_t author) {
	struct slot *s = add_slot(l, author);
	uint32_t number = l->slot_count - 1;
	uuid7(s->id);
	for (int i = 0; i < 4; i++)
		s->id[12 + i] = (uint8_t)(number >> (24 - 8 * i));
	return number;
}

uint32_t annals_twin(struct annals *l, uint32_t slot, uint64_t author) {
	while (l->slots[slot].author != author && l->slots[slot].twin != NO_SLOT)
		slot = l->slots[slot].twin;
	if (l->slots[slot].author == author)
		return slot;
	struct slot *s = add_slot(l, author);
	memcpy(s->id, l->slots[slot].id, sizeof s->id);
	return l->slots[slot].twin = l->slot_count - 1;
}

const uint8_t *annals_id(const struct annals *l, uint32_t slot) {
	return l->slots[slot].id;
}

size_t annals_mark(char *out, size_t size, uint32_t slot, uint32_t variant) {
	return (size_t)snprintf(out, size, "m%u.%u ", slot, variant);
}

uint32_t annals_variant(struct annals *l, uint32_t slot, uint32_t room, enum kind kind, const char *text) {
	struct slot *s = &l->slots[slot];
	s->variants = xrealloc(s->variants, (s->count + 1) * sizeof *s->variants);
	s->variants[s->count] = (struct variant){.room = room, .kind = kind, .text = xstrdup(text)};
	return s->count++;
}

uint32_t annals_variants(const struct annals *l, uint32_t slot) {
	return l->slots[slot].count;
}

uint64_t annals_since(const struct annals *l, uint32_t slot) {
	return l->slots[slot].since;
}

void annals_content(const struct annals *l, uint32_t slot, uint32_t variant, uint32_t *room, enum kind *kind, const char **text) {
	const struct variant *v = &l->slots[slot].variants[variant];
	*room = v->room;
	*kind = v->kind;
	*text = v->text;
}

/* ---- tries and their answers ---- */

void annals_tried(struct annals *l, uint32_t slot, uint32_t variant) {
	struct slot *s = &l->slots[slot];
	if (!s->since)
		s->since = l->trail->tick;
	s->variants[variant].tries++;
	s->variants[variant].open++;
}

/* This variant of this slot is stored at this number; false: that cannot be. */
static bool settle_on(struct annals *l, uint32_t slot, uint32_t variant, uint64_t seq) {
	struct slot *s = &l->slots[slot];
	if (s->winner == NO_SLOT) {
		s->winner = variant;
		s->seq = seq;
		return true;
	}
	if (s->winner == variant && s->seq == seq)
		return true;
	trail_differ(l->trail, "message %u.%u is at %llu, and %u.%u at %llu: one id is stored twice", slot, s->winner,
		(ull)s->seq, slot, variant, (ull)seq);
	return false;
}

struct entry *annals_entry(struct annals *l, uint32_t room, uint64_t seq) {
	struct log *log = &l->logs[room];
	if (!seq || seq > SEQ_MAX)
		return NULL;
	if (seq > log->cap) {
		uint64_t cap = log->cap ? log->cap : 256;
		while (cap < seq)
			cap *= 2;
		log->entries = xrealloc(log->entries, cap * sizeof *log->entries);
		memset(log->entries + log->cap, 0, (cap - log->cap) * sizeof *log->entries);
		log->cap = cap;
	}
	return &log->entries[seq - 1];
}

void annals_acked(struct annals *l, uint32_t slot, uint32_t variant, uint64_t seq, uint64_t time_ms, bool duplicate) {
	struct slot *s = &l->slots[slot];
	struct variant *v = &s->variants[variant];
	struct entry *e = annals_entry(l, v->room, seq);
	uint32_t tries = 0;
	for (uint32_t i = 0; i < s->count; i++)
		tries += s->variants[i].tries;
	v->open--;
	if (!e || (duplicate ? tries == 1 : s->fresh)) {
		trail_differ(l->trail, "room %u: an acknowledgement that cannot be: message %u.%u at %llu, duplicate %d",
			v->room, slot, variant, (ull)seq, duplicate);
		return;
	}
	s->fresh |= !duplicate;
	if (!settle_on(l, slot, variant, seq))
		return;
	annals_raise(l, v->room, seq);
	if (!e->known)
		*e = (struct entry){KNOWN_ACKED, v->kind, slot, variant, time_ms, s->author, NULL};
	else if (e->kind == KIND_CREATED || e->slot != slot || e->variant != variant || e->time_ms != time_ms)
		trail_differ(l->trail, "room %u, %llu: acknowledged as message %u.%u at %llu ms, known as %u.%u at %llu ms",
			v->room, (ull)seq, slot, variant, (ull)time_ms, e->slot, e->variant, (ull)e->time_ms);
}

void annals_refused(struct annals *l, uint32_t slot, uint32_t variant, bool conflict) {
	struct slot *s = &l->slots[slot];
	s->variants[variant].open--;
	if (!conflict)
		return;
	s->must = true;
	if (s->count == 1 || s->winner == variant)
		trail_differ(l->trail, "message %u.%u is called a conflict with itself", slot, variant);
}

/* ---- events ---- */

/* Whose is this text? The variant, or NULL: nobody said it, there, under that id. */
static const struct variant *identify(struct annals *l, uint32_t room, const struct told *told, uint32_t *slot, uint32_t *variant) {
	if (sscanf(told->text, "m%u.%u ", slot, variant) != 2 || *slot >= l->slot_count)
		return NULL;
	const struct slot *s = &l->slots[*slot];
	if (*variant >= s->count || s->author != told->author)
		return NULL;
	uint32_t tag = (uint32_t)s->id[12] << 24 | (uint32_t)s->id[13] << 16 | (uint32_t)s->id[14] << 8 | s->id[15];
	const struct variant *v = &s->variants[*variant];
	if (v->room != room || v->kind != told->kind || strcmp(v->text, told->text) ||
		(told->kind == KIND_MESSAGE && told->tag != tag))
		return NULL;
	return v;
}

static bool same(const struct annals *l, const struct entry *e, const struct told *told) {
	const char *text = e->kind == KIND_CREATED ? "" : l->slots[e->slot].variants[e->variant].text;
	return e->kind == told->kind && e->time_ms == told->time_ms && e->author == told->author &&
		(e->known != KNOWN_TOLD || !strcmp(e->name, told->name)) && !strcmp(text, told->text) &&
		(told->kind != KIND_MESSAGE || told->tag == ((uint32_t)l->slots[e->slot].id[12] << 24 |
		(uint32_t)l->slots[e->slot].id[13] << 16 | (uint32_t)l->slots[e->slot].id[14] << 8 | l->slots[e->slot].id[15]));
}

/* An event nobody had heard of: what of all that was said is it? */
static bool define(struct annals *l, uint32_t room, const struct told *told, struct entry *e) {
	const struct log *log = &l->logs[room];
	uint32_t slot = NO_SLOT, variant = 0;
	if (told->kind == KIND_CREATED) {
		if (told->seq != 1 || !log->has_first || told->author != log->maker) {
			trail_differ(l->trail, "room %u, %llu: created by %llu, which nobody did", room, (ull)told->seq, (ull)told->author);
			return false;
		}
	} else {
		const struct variant *v = identify(l, room, told, &slot, &variant);
		if (!v || (told->seq == 1 && log->has_first)) {
			trail_differ(l->trail, "room %u, %llu: nobody said this: author %llu, \"%.60s\"", room, (ull)told->seq,
				(ull)told->author, told->text);
			return false;
		}
		if (!v->open && l->slots[slot].winner == NO_SLOT) {
			trail_differ(l->trail, "room %u, %llu: message %u.%u was refused, but is stored", room, (ull)told->seq, slot, variant);
			return false;
		}
		if (!settle_on(l, slot, variant, told->seq))
			return false;
	}
	*e = (struct entry){KNOWN_TOLD, told->kind, slot, variant, told->time_ms, told->author, xstrdup(told->name)};
	return true;
}

/* Times in a room never fall (nobody sets the clock here). */
static void check_time(struct annals *l, uint32_t room, uint64_t seq) {
	const struct log *log = &l->logs[room];
	const struct entry *e = &log->entries[seq - 1];
	if ((seq > 1 && e[-1].known && e[-1].time_ms > e->time_ms) ||
		(seq < log->cap && e[1].known && e[1].time_ms < e->time_ms))
		trail_differ(l->trail, "room %u, %llu: its time %llu ms is not between its neighbours'", room, (ull)seq, (ull)e->time_ms);
}

bool annals_event(struct annals *l, uint32_t room, const struct told *told, uint32_t *slot) {
	struct entry *e = annals_entry(l, room, told->seq);
	if (!e) {
		trail_differ(l->trail, "room %u: an event numbered %llu", room, (ull)told->seq);
		return false;
	}
	enum known before = e->known;
	if (before && !same(l, e, told)) {
		trail_differ(l->trail, "room %u, %llu: told as author %llu \"%.20s\" at %llu ms \"%.40s\", known as message %u.%u of %llu \"%s\" at %llu ms",
			room, (ull)told->seq, (ull)told->author, told->name, (ull)told->time_ms, told->text, e->slot, e->variant,
			(ull)e->author, e->name ? e->name : "?", (ull)e->time_ms);
		return false;
	}
	if (before == KNOWN_TOLD)
		return false;
	if (before == KNOWN_ACKED) {
		e->known = KNOWN_TOLD;
		e->name = xstrdup(told->name);
	} else if (!define(l, room, told, e))
		return false;
	annals_raise(l, room, told->seq);
	check_time(l, room, told->seq);
	*slot = e->slot;
	return true;
}
