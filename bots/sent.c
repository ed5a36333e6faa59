/* The table grows by chunks; two hash maps with open addressing lead into it. */
#include "bots/sent.h"

#include <stdlib.h>

#include "proto/base/buf.h"

enum { CHUNK_BITS = 14, CHUNK = 1 << CHUNK_BITS, FIRST_CAP = 1024 };

/* From a key, which is not 0, to a number. */
struct map {
	uint64_t *key;
	uint32_t *value;
	uint64_t cap, count;        /* cap is a power of two */
};

struct sent {
	struct message **chunk;
	uint32_t count, chunks, authors;
	struct map users;           /* user id -> author */
	struct map tags;            /* author and tag -> number */
};

static uint64_t place(const struct map *m, uint64_t key) {
	uint64_t i = (key * 0x9e3779b97f4a7c15ull) >> 20;
	while (m->key[i & (m->cap - 1)] && m->key[i & (m->cap - 1)] != key)
		i++;
	return i & (m->cap - 1);
}

static void map_put(struct map *m, uint64_t key, uint32_t value);

static void map_grow(struct map *m) {
	struct map old = *m;
	m->cap = old.cap ? 2 * old.cap : FIRST_CAP;
	m->key = xcalloc(m->cap, sizeof *m->key);
	m->value = xcalloc(m->cap, sizeof *m->value);
	m->count = 0;
	for (uint64_t i = 0; i < old.cap; i++)
		if (old.key[i])
			map_put(m, old.key[i], old.value[i]);
	free(old.key);
	free(old.value);
}

static void map_put(struct map *m, uint64_t key, uint32_t value) {
	if (2 * (m->count + 1) > m->cap)
		map_grow(m);
	uint64_t i = place(m, key);
	m->count += !m->key[i];
	m->key[i] = key;
	m->value[i] = value;
}

static uint32_t map_get(const struct map *m, uint64_t key) {
	uint64_t i = m->cap && key ? place(m, key) : 0;
	return m->cap && key && m->key[i] ? m->value[i] : SENT_NONE;
}

static void map_free(struct map *m) {
	free(m->key);
	free(m->value);
}

struct sent *sent_new(uint32_t authors) {
	struct sent *s = xcalloc(1, sizeof *s);
	s->authors = authors;
	return s;
}

void sent_free(struct sent *s) {
	if (!s)
		return;
	for (uint32_t i = 0; i < s->chunks; i++)
		free(s->chunk[i]);
	free(s->chunk);
	map_free(&s->users);
	map_free(&s->tags);
	free(s);
}

void sent_author(struct sent *s, uint32_t author, uint64_t user) {
	if (user && author < s->authors)
		map_put(&s->users, user, author);
}

static uint64_t tag_key(uint32_t author, uint32_t tag) {
	return (uint64_t)(author + 1) << 32 | tag;
}

uint32_t sent_add(struct sent *s, uint32_t author, uint32_t room, uint32_t tag, uint64_t intended) {
	if (map_get(&s->tags, tag_key(author, tag)) != SENT_NONE)
		return SENT_NONE;
	if (s->count >> CHUNK_BITS == s->chunks) {
		s->chunk = xrealloc(s->chunk, (s->chunks + 1) * sizeof *s->chunk);
		s->chunk[s->chunks++] = xcalloc(CHUNK, sizeof **s->chunk);
	}
	*sent_at(s, s->count) = (struct message){.intended = intended, .author = author, .room = room};
	map_put(&s->tags, tag_key(author, tag), s->count);
	return s->count++;
}

uint32_t sent_count(const struct sent *s) {
	return s->count;
}

struct message *sent_at(const struct sent *s, uint32_t number) {
	return &s->chunk[number >> CHUNK_BITS][number & (CHUNK - 1)];
}

uint32_t sent_find(const struct sent *s, uint64_t user, uint32_t tag, bool *ours) {
	uint32_t author = map_get(&s->users, user);
	*ours = author != SENT_NONE;
	return *ours ? map_get(&s->tags, tag_key(author, tag)) : SENT_NONE;
}
