/* A map from 64-bit numbers to pointers (open addressing, linear probing). All zero is an empty one. */
#ifndef APPCHAT_PROTO_BASE_MAP_H
#define APPCHAT_PROTO_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_slot {
	uint64_t key;
	void *value;   /* NULL: free */
};
struct map {
	struct map_slot *slots;
	size_t cap, count;
};

/* NULL when there is none. */
void *map_get(const struct map *m, uint64_t key);
/* value is not NULL; replaces what was there. The map does not own it. */
void map_put(struct map *m, uint64_t key, void *value);
/* Returns what was there, or NULL. */
void *map_remove(struct map *m, uint64_t key);
void map_free(struct map *m);

#endif
