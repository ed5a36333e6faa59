/* Rows by a seeded hash of the address; two addresses of one hash share a row,
 * which only ever makes it stricter. A row lives while it counts a socket. */
#include "server/net/sockets.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/base/uuid.h"
#include "server/room/address.h"

struct socket_row {
	uint64_t hash;
	uint32_t count;
};

static uint64_t hash_of(struct sockets *t, const char *address) {
	char network[ADDRESS_TEXT];
	while (!t->seed)
		random_bytes(&t->seed, sizeof t->seed);
	uint64_t hash = t->seed;
	for (const char *p = address_network(address, network); *p; p++)   /* FNV-1a, 64 bits (public domain, Fowler, Noll, Vo) */
		hash = (hash ^ (uint8_t)*p) * 0x100000001b3ull;
	return hash;
}

static bool from_here(const char *address) {
	return !strncmp(address, "127.", 4) || !strcmp(address, "::1");
}

static struct socket_row *new_row(struct sockets *t, uint64_t hash) {
	struct socket_row *row = xcalloc(1, sizeof *row);
	row->hash = hash;
	map_put(&t->rows, hash, row);
	return row;
}

struct socket_row *sockets_take(struct sockets *t, const char *address, uint32_t most) {
	uint64_t hash = hash_of(t, address);
	struct socket_row *row = map_get(&t->rows, hash);
	if ((row ? row->count : 0) >= most && !from_here(address))
		return NULL;
	if (!row)
		row = new_row(t, hash);
	row->count++;
	return row;
}

void sockets_release(struct sockets *t, struct socket_row *row) {
	if (--row->count)
		return;
	map_remove(&t->rows, row->hash);
	free(row);
}

void sockets_free(struct sockets *t) {
	for (size_t i = 0; i < t->rows.cap; i++)
		free(t->rows.slots[i].value);
	map_free(&t->rows);
}
