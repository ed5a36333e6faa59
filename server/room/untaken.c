/* Sizes are compared by powers of two: one pass over all sessions to add them up, one to close. */
#include "server/room/untaken.h"

#include "proto/base/log.h"
#include "server/room/hub_state.h"

#define SIZES 64   /* classes: by powers of two */

static unsigned size_class(const struct session *s) {
	return s->counted ? (unsigned)(SIZES - __builtin_clzll(s->counted)) - 1 : 0;
}

static bool is_slow(const struct session *s) {
	return s && s->peer && s->state != SESSION_CLOSING && (s->waits || s->held);
}

/* The class of which some are to go, all larger ones going too, so that all are to hold so
 * many bytes less; leaves in *bytes how many of them are that class's own. */
static unsigned cut_class(const struct hub *hub, size_t *bytes) {
	size_t held[SIZES] = {0};
	unsigned class = SIZES - 1;
	for (uint32_t i = 0; i < hub->slot_count; i++)
		if (is_slow(hub->slots[i].session))
			held[size_class(hub->slots[i].session)] += hub->slots[i].session->counted;
	while (class && held[class] < *bytes)
		*bytes -= held[class--];
	return class;
}

static size_t drop(struct session *s) {
	size_t bytes = s->counted;
	buf_free(&s->out);
	session_held(s, 0);
	s->dropped = true;
	session_close(s, APPCHAT__CLOSE_REASON__CLOSE_SLOW, NULL, 0);   /* which nobody hears */
	return bytes;
}

/* Down to seven eighths, so that this pass over all sessions is rare. */
static void drop_largest(struct hub *hub) {
	size_t before = hub->untaken, left = before - UNTAKEN_MAX / 8 * 7, of_cut = 0;
	unsigned cut = cut_class(hub, &left);
	uint32_t count = 0;
	for (uint32_t i = 0; i < hub->slot_count; i++) {
		struct session *s = hub->slots[i].session;
		unsigned class = is_slow(s) ? size_class(s) : 0;
		if (class < cut || !class || (class == cut && of_cut >= left))
			continue;
		size_t bytes = drop(s);
		of_cut += class == cut ? bytes : 0;
		count++;
	}
	if (count)
		LOG(ROOM, WARN, "event=dropped_slow count=%u bytes=%zu", count, before - hub->untaken);
}

void untaken_bound(struct hub *hub) {
	if (hub->untaken > UNTAKEN_MAX)
		drop_largest(hub);
}

bool untaken_fits(const struct hub *hub, size_t bytes) {
	return hub->untaken + bytes <= UNTAKEN_MOST;
}
