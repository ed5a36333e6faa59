/* Bans: in force at once here, kept by the store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/base/utf8.h"
#include "server/handle/names.h"
#include "server/handle/operator.h"
#include "server/room/address.h"
#include "server/room/hub_state.h"

struct ban_op {
	struct store_ban ban;
	struct hub *hub;
	operator_done *done;
	void *arg;
};

/* "name:Alice" becomes "name:" and the key of the name, and is shown with the
 * name; an address is written as that of a connection is. */
static bool read_what(const char *what, struct store_ban *ban, char *err, size_t size) {
	char name[STORE_NAME_MAX], key[STORE_KEY_MAX], address[ADDRESS_TEXT];
	if (!strncmp(what, "address:", 8)) {
		if (!address_plain(what + 8, address)) {
			snprintf(err, size, "that is no address: write it as clients shows it, 192.0.2.7 or 2001:db8::7");
			return false;
		}
		snprintf(ban->what, sizeof ban->what, "address:%s", address);
		snprintf(ban->shown, sizeof ban->shown, "address:%s", address);
		return true;
	}
	if (strncmp(what, "name:", 5)) {
		snprintf(err, size, "say name:NAME or address:ADDRESS");
		return false;
	}
	enum name_result result = name_check_user(what + 5, name, key);
	if (result != NAME_OK) {
		snprintf(err, size, "%s", name_explain(result));
		return false;
	}
	snprintf(ban->what, sizeof ban->what, "name:%s", key);
	snprintf(ban->shown, sizeof ban->shown, "name:%s", name);
	return true;
}

static size_t find_ban(const struct hub *hub, const char *what) {
	size_t i = 0;
	while (i < hub->ban_count && strcmp(hub->bans[i].what, what))
		i++;
	return i;
}

static void ban_done(struct store_op *op) {
	struct ban_op *b = (struct ban_op *)op;
	const char *error = op->result == STORE_OK ? NULL : op->result == STORE_NOT_FOUND ? "there is no such ban"
		: "it could not be stored and is in force only until the server ends";
	b->hub->operations--;
	b->done(b->arg, error, 0);
	free(b);
}

static struct ban_op *new_op(struct hub *hub, enum store_kind kind, operator_done *done, void *arg) {
	struct ban_op *b = xcalloc(1, sizeof *b);
	b->hub = hub;
	b->done = done;
	b->arg = arg;
	b->ban.op.kind = kind;
	b->ban.op.done = ban_done;
	return b;
}

bool operator_ban(struct hub *hub, const char *what, uint64_t seconds, const char *reason,
	operator_done *done, void *arg, char *err, size_t size) {
	struct ban_op *b = new_op(hub, STORE_BAN, done, arg);
	if (!read_what(what, &b->ban, err, size)) {
		free(b);
		return false;
	}
	b->ban.until_ms = seconds ? clock_wall_ms() + seconds * 1000 : 0;
	if (reason)
		snprintf(b->ban.reason, sizeof b->ban.reason, "%.*s", (int)utf8_cut(reason, sizeof b->ban.reason - 1), reason);
	size_t at = find_ban(hub, b->ban.what);
	if (at == hub->ban_count)
		hub->bans = xrealloc(hub->bans, ++hub->ban_count * sizeof *hub->bans);
	hub->bans[at] = b->ban;
	operator_close(hub, *what == 'n' ? WHO_NAME : WHO_ADDRESS, strchr(what, ':') + 1, true, b->ban.reason);
	hub_submit(hub, &b->ban.op);
	return true;
}

bool operator_unban(struct hub *hub, const char *what, operator_done *done, void *arg, char *err, size_t size) {
	struct ban_op *b = new_op(hub, STORE_UNBAN, done, arg);
	if (!read_what(what, &b->ban, err, size)) {
		free(b);
		return false;
	}
	size_t at = find_ban(hub, b->ban.what);
	if (at < hub->ban_count)
		hub->bans[at] = hub->bans[--hub->ban_count];
	hub_submit(hub, &b->ban.op);
	return true;
}

bool operator_next_ban(struct hub *hub, uint32_t *at, const char **what, uint64_t *until_ms, const char **reason) {
	uint64_t now = clock_wall_ms();
	while (*at < hub->ban_count && hub->bans[*at].until_ms && hub->bans[*at].until_ms <= now)
		++*at;
	if (*at >= hub->ban_count)
		return false;
	const struct store_ban *ban = &hub->bans[(*at)++];
	*what = *ban->shown ? ban->shown : ban->what;
	*until_ms = ban->until_ms;
	*reason = ban->reason;
	return true;
}
