/* Rows by a seeded hash of the text; two texts of one hash share a row, which
 * only ever makes it stricter. */
#include "server/room/address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/room/hub_state.h"

static bool is_loopback(const char *text) {
	return !strncmp(text, "127.", 4) || !strcmp(text, "::1") || !strncmp(text, "::ffff:127.", 11);
}

struct address *address_connect(struct hub *hub, const char *text) {
	uint64_t hash = hub_hash(hub, text);
	struct address *a = map_get(&hub->addresses, hash);
	if (!a) {
		a = xcalloc(1, sizeof *a);
		snprintf(a->text, sizeof a->text, "%s", text);
		a->hash = hash;
		a->loopback = is_loopback(text);
		map_put(&hub->addresses, hash, a);
	}
	if (!a->loopback && a->connections >= hub->options.max_per_address)
		return NULL;
	a->connections++;
	return a;
}

void address_disconnect(struct address *a) {
	a->connections--;
}

void address_forget(struct hub *hub) {
	uint64_t now = hub->now_ns;
	for (size_t i = 0; i < hub->addresses.cap; i++) {
		struct address *a = hub->addresses.slots[i].value;
		if (!a || a->connections || a->claims.at_ns > now || a->passwords.at_ns > now)
			continue;
		map_remove(&hub->addresses, a->hash);
		free(a);
		i--; /* another row may have moved here */
	}
}

void address_free_all(struct hub *hub) {
	for (size_t i = 0; i < hub->addresses.cap; i++)
		free(hub->addresses.slots[i].value);
	map_free(&hub->addresses);
}
