/* At most three quarters full; a removal shifts back what follows, so there are no tombstones. */
#include "proto/base/map.h"

#include <stdlib.h>

#include "proto/base/buf.h"

/* The finaliser of MurmurHash3 (public domain, A. Appleby): spreads dense numbers. */
static size_t home(const struct map *m, uint64_t key) {
	key ^= key >> 33;
	key *= 0xff51afd7ed558ccdULL;
	key ^= key >> 33;
	key *= 0xc4ceb9fe1a85ec53ULL;
	key ^= key >> 33;
	return (size_t)key & (m->cap - 1);
}

static struct map_slot *find(const struct map *m, uint64_t key) {
	size_t i = home(m, key);
	while (m->slots[i].value && m->slots[i].key != key)
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

void *map_get(const struct map *m, uint64_t key) {
	return m->count ? find(m, key)->value : NULL;
}

static void grow(struct map *m) {
	struct map old = *m;
	m->cap = old.cap ? 2 * old.cap : 16;
	m->slots = xcalloc(m->cap, sizeof *m->slots);
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].value)
			*find(m, old.slots[i].key) = old.slots[i];
	free(old.slots);
}

void map_put(struct map *m, uint64_t key, void *value) {
	if (m->count >= m->cap - m->cap / 4)
		grow(m);
	struct map_slot *slot = find(m, key);
	if (!slot->value)
		m->count++;
	*slot = (struct map_slot){key, value};
}

void *map_remove(struct map *m, uint64_t key) {
	if (!m->count)
		return NULL;
	struct map_slot *slot = find(m, key);
	void *value = slot->value;
	if (!value)
		return NULL;
	size_t hole = (size_t)(slot - m->slots), i = hole, mask = m->cap - 1;
	for (;;) {
		i = (i + 1) & mask;
		if (!m->slots[i].value)
			break;
		if (((i - home(m, m->slots[i].key)) & mask) >= ((i - hole) & mask)) {
			m->slots[hole] = m->slots[i];
			hole = i;
		}
	}
	m->slots[hole].value = NULL;
	m->count--;
	return value;
}

void map_free(struct map *m) {
	free(m->slots);
	*m = (struct map){0};
}
