/* Rows by a seeded hash of the text; two texts of one hash share a row, which
 * only ever makes it stricter. */
#include "server/room/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/room/hub_state.h"

static bool is_loopback(const char *text) {
	return !strncmp(text, "127.", 4) || !strcmp(text, "::1") || !strncmp(text, "::ffff:127.", 11);
}

const char *address_network(const char *text, char out[ADDRESS_TEXT]) {
	unsigned char bytes[16];
	if (!strchr(text, ':') || is_loopback(text) || inet_pton(AF_INET6, text, bytes) != 1) {
		snprintf(out, ADDRESS_TEXT, "%s", text);
		return out;
	}
	memset(bytes + 8, 0, 8);
	inet_ntop(AF_INET6, bytes, out, ADDRESS_TEXT);
	strcat(out, "/64");
	return out;
}

bool address_plain(const char *text, char out[ADDRESS_TEXT]) {
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	unsigned char bytes[16];
	char plain[ADDRESS_TEXT];
	size_t scope = strcspn(text, "%");   /* fe80::1%eth0 */
	int family = memchr(text, ':', scope) ? AF_INET6 : AF_INET;
	if (strlen(text) >= sizeof plain)
		return false;
	snprintf(plain, sizeof plain, "%.*s", (int)scope, text);
	if (inet_pton(family, plain, bytes) != 1)
		return false;
	bool is_mapped = family == AF_INET6 && !memcmp(bytes, mapped, sizeof mapped);
	inet_ntop(is_mapped ? AF_INET : family, is_mapped ? bytes + sizeof mapped : bytes, plain, sizeof plain);
	size_t len = strlen(plain), rest = strlen(text + scope);
	if (len + rest >= ADDRESS_TEXT)
		return false;
	memcpy(out, plain, len);
	memcpy(out + len, text + scope, rest + 1);
	return true;
}

static struct address *row_of(struct hub *hub, const char *text) {
	uint64_t hash = hub_hash(hub, text);
	struct address *a = map_get(&hub->addresses, hash);
	if (a)
		return a;
	a = xcalloc(1, sizeof *a);
	snprintf(a->text, sizeof a->text, "%s", text);
	a->hash = hash;
	a->loopback = is_loopback(text);
	map_put(&hub->addresses, hash, a);
	return a;
}

struct address *address_connect(struct hub *hub, const char *text) {
	char network[ADDRESS_TEXT];
	struct address *limits = row_of(hub, address_network(text, network));
	if (!limits->loopback && limits->connections >= hub->options.max_per_address)
		return NULL;
	struct address *a = row_of(hub, text);
	a->limits = limits;
	a->connections++;
	if (limits != a)
		limits->connections++;
	return a;
}

void address_disconnect(struct address *a) {
	if (a->limits != a)
		a->limits->connections--;
	a->connections--;
}

/* ---- rates ---- */

bool address_may_name(struct hub *hub, struct address *a, uint32_t cost, uint32_t *wait_ms) {
	struct address *l = a->limits;
	return a->loopback ||
		(rate_take(&l->claims, hub->now_ns, ADDRESS_CLAIM_BURST, ADDRESS_CLAIM_RATE, 1, wait_ms) &&
		rate_take_slow(&l->names, hub->now_ns, ADDRESS_NAMES_HOUR, HOUR_NS / ADDRESS_NAMES_HOUR, cost, wait_ms));
}

bool address_may_make_room(struct hub *hub, struct address *a, uint32_t *wait_ms) {
	return a->loopback ||
		rate_take_slow(&a->limits->rooms, hub->now_ns, ADDRESS_ROOMS_HOUR, HOUR_NS / ADDRESS_ROOMS_HOUR, 1, wait_ms);
}

bool address_may_try(struct hub *hub, struct address *a, const char *key, uint32_t *wait_ms) {
	char text[ADDRESS_TEXT + STORE_KEY_MAX];
	if (!rate_take(&a->limits->passwords, hub->now_ns, ADDRESS_PASSWORD_BURST, ADDRESS_PASSWORD_RATE, 1, wait_ms))
		return false;
	snprintf(text, sizeof text, "name:%s", key);   /* a row beside the addresses', which have no such text */
	return rate_take_slow(&row_of(hub, text)->passwords, hub->now_ns, NAME_TRIES_BURST, NAME_TRIES_NS, 1, wait_ms);
}

/* ---- forgetting ---- */

static bool is_idle(const struct address *a, uint64_t now) {
	return !a->connections && a->claims.at_ns <= now && a->names.at_ns <= now && a->rooms.at_ns <= now && a->passwords.at_ns <= now;
}

void address_forget(struct hub *hub) {
	for (size_t i = 0; i < hub->addresses.cap; i++) {
		struct address *a = hub->addresses.slots[i].value;
		if (!a || !is_idle(a, hub->now_ns))
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
