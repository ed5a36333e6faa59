/* See ledger.h. What is wrong is printed and counted, at most so many lines of it. */
#include "tests/support/ledger.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/base/uuid.h"
#include "proto/client/hex.h"

#define COMPLAINTS 10
#define HEX_UUID (2 * LIMIT_UUID + 1)

static void wrong(struct ledger *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void wrong(struct ledger *l, const char *format, ...) {
	va_list args;
	if (l->wrong++ >= COMPLAINTS)
		return;
	va_start(args, format);
	fputs("wrong: ", stdout);
	vprintf(format, args);
	putchar('\n');
	va_end(args);
}

static void note(struct ledger *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void note(struct ledger *l, const char *format, ...) {
	va_list args;
	va_start(args, format);
	vfprintf(l->file, format, args);
	va_end(args);
	fflush(l->file);
}

/* FNV-1a, 64 bits (public domain, Fowler, Noll, Vo). */
static uint64_t digest(uint64_t h, const void *data, size_t len) {
	for (const uint8_t *p = data; len--; p++)
		h = (h ^ *p) * 0x100000001b3ull;
	return h;
}
#define DIGEST_START 0xcbf29ce484222325ull

static uint64_t event_digest(const Appchat__Event *event) {
	size_t len = appchat__event__get_packed_size(event);
	uint8_t *bytes = xmalloc(len);
	uint64_t h = digest(DIGEST_START, bytes, appchat__event__pack(event, bytes));
	free(bytes);
	return h;
}

/* ---- what was said ---- */

static struct said *add_said(struct ledger *l, uint64_t room, const char *text) {
	struct said *said = xcalloc(1, sizeof *said);
	if (l->count == l->cap) {
		l->cap = 2 * l->cap + 64;
		l->said = xrealloc(l->said, l->cap * sizeof(struct said *));
	}
	said->room = room;
	said->text = xstrdup(text);
	return l->said[l->count++] = said;
}

struct said *ledger_try(struct ledger *l, uint64_t room, const char *text) {
	struct said *said = add_said(l, room, text);
	char id[HEX_UUID];
	uuid7(said->id);
	hex_encode(id, said->id, LIMIT_UUID);
	note(l, "try %s %" PRIu64 " %s\n", id, room, text);
	return said;
}

int ledger_count(const struct ledger *l) {
	return (int)l->count;
}

struct said *ledger_asked(struct ledger *l, uint32_t request) {
	for (size_t i = l->count; request && i--;)
		if (l->said[i]->request == request)
			return l->said[i];
	return NULL;
}

void ledger_acked(struct ledger *l, struct said *said, uint64_t room, uint64_t seq) {
	char id[HEX_UUID];
	if (said->room != room)
		wrong(l, "'%s' was said in room %" PRIu64 " and acknowledged in %" PRIu64, said->text, said->room, room);
	said->seq = seq;
	hex_encode(id, said->id, LIMIT_UUID);
	note(l, "ack %s %" PRIu64 " %" PRIu64 "\n", id, room, seq);
}

struct said *ledger_open(struct ledger *l) {
	for (size_t i = l->count; i--;) {
		const struct seen *seen = map_get(&l->rooms, l->said[i]->room);
		if (!l->said[i]->seq || (seen && seen->last < l->said[i]->seq))
			return l->said[i];
	}
	return NULL;
}

void ledger_token(struct ledger *l, const uint8_t *token) {
	char hex[2 * LIMIT_TOKEN + 1];
	memcpy(l->token, token, LIMIT_TOKEN);
	l->has_token = true;
	hex_encode(hex, token, LIMIT_TOKEN);
	note(l, "token %s\n", hex);
}

/* ---- what was seen ---- */

static struct seen *seen_of(struct ledger *l, uint64_t room) {
	struct seen *seen = map_get(&l->rooms, room);
	if (!seen)
		map_put(&l->rooms, room, seen = xcalloc(1, sizeof *seen));
	return seen;
}

uint64_t ledger_enter(struct ledger *l, uint64_t room, uint32_t epoch, uint64_t head) {
	struct seen *seen = seen_of(l, room);
	if (seen->epoch && seen->epoch != epoch)
		wrong(l, "room %" PRIu64 " has another epoch than before", room);
	if (!seen->epoch)
		seen->last = head;
	seen->epoch = epoch;
	return seen->last;
}

static void add_seen(struct ledger *l, uint64_t room, uint32_t epoch, uint64_t seq, uint64_t of) {
	struct seen *seen = seen_of(l, room);
	if (seen->first && seq != seen->last + 1)
		wrong(l, "room %" PRIu64 ": %" PRIu64 " was pushed after %" PRIu64, room, seq, seen->last);
	if (!seen->first || seq < seen->first)
		seen->first = seq;
	if (seq - seen->first >= seen->cap) {
		seen->cap = 2 * (seq - seen->first) + 64;
		seen->digest = xrealloc(seen->digest, seen->cap * sizeof *seen->digest);
	}
	seen->digest[seq - seen->first] = of;
	seen->last = seq;
	seen->epoch = epoch;
}

void ledger_see(struct ledger *l, uint64_t room, const Appchat__Event *event) {
	uint64_t of = event_digest(event);
	uint32_t epoch = seen_of(l, room)->epoch;
	add_seen(l, room, epoch, event->seq, of);
	note(l, "saw %" PRIu64 " %" PRIu32 " %" PRIu64 " %016" PRIx64 "\n", room, epoch, event->seq, of);
}

/* ---- the file ---- */

static struct said *said_by_id(struct ledger *l, const uint8_t *id) {
	for (size_t i = l->count; i--;)
		if (!memcmp(l->said[i]->id, id, LIMIT_UUID))
			return l->said[i];
	return NULL;
}

static bool load_line(struct ledger *l, const char *line) {
	uint8_t id[LIMIT_UUID];
	uint64_t room, seq, of;
	uint32_t epoch;
	int at = 0;
	if (!strncmp(line, "token ", 6))
		return l->has_token = hex_decode(l->token, LIMIT_TOKEN, line + 6);
	if (sscanf(line, "saw %" SCNu64 " %" SCNu32 " %" SCNu64 " %" SCNx64, &room, &epoch, &seq, &of) == 4) {
		add_seen(l, room, epoch, seq, of);
		return true;
	}
	if (strlen(line) < 4 + 2 * LIMIT_UUID || !hex_decode(id, LIMIT_UUID, line + 4))
		return false;
	const char *rest = line + 4 + 2 * LIMIT_UUID;
	if (!strncmp(line, "try ", 4) && sscanf(rest, " %" SCNu64 " %n", &room, &at) == 1 && at) {
		memcpy(add_said(l, room, rest + at)->id, id, LIMIT_UUID);
		return true;
	}
	struct said *said = said_by_id(l, id);
	if (!said || strncmp(line, "ack ", 4) || sscanf(rest, " %" SCNu64 " %" SCNu64, &room, &seq) != 2)
		return false;
	said->seq = seq;
	return true;
}

bool ledger_load(struct ledger *l, const char *path, bool new_epochs) {
	char line[1024];
	bool good = true;
	l->new_epochs = new_epochs;
	l->file = fopen(path, "ae+");
	if (!l->file)
		return false;
	rewind(l->file);
	while (good && fgets(line, sizeof line, l->file)) {
		line[strcspn(line, "\n")] = 0;
		good = load_line(l, line);
	}
	return good;
}

/* ---- comparing ---- */

void ledger_begin_room(struct ledger *l, uint64_t room, uint32_t epoch, uint64_t at, uint64_t head) {
	const struct seen *seen = map_get(&l->rooms, room);
	l->room = room;
	l->at = at;
	l->time_ms = 0;
	l->read_rooms++;
	if (seen && seen->epoch && (seen->epoch == epoch) == l->new_epochs)
		wrong(l, "room %" PRIu64 ": the epoch is%s another one", room, l->new_epochs ? " not" : "");
	if (seen && seen->last > head && !l->new_epochs)
		wrong(l, "room %" PRIu64 " ends at %" PRIu64 ", and %" PRIu64 " was seen", room, head, seen->last);
}

/* Is this text of this author there already? */
static void compare_twice(struct ledger *l, const Appchat__Event *event) {
	const Appchat__Message *m = event->message;
	uint64_t key = digest(DIGEST_START, &l->room, sizeof l->room);
	key = digest(key, &m->author, sizeof m->author);
	key = digest(key, &m->tag, sizeof m->tag);
	key = digest(key, m->text, strlen(m->text)) | 1;
	if (map_get(&l->texts, key))
		wrong(l, "room %" PRIu64 ": '%s' is there twice, at %" PRIu64 " again", l->room, m->text, event->seq);
	map_put(&l->texts, key, l);
	for (size_t i = l->count; i--;) {
		struct said *said = l->said[i];
		const uint8_t *id = said->id + 12;
		uint32_t tag = (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3];
		if (tag != m->tag || said->room != l->room || strcmp(said->text, m->text))
			continue;
		said->found++;
		if (said->seq && said->seq != event->seq)
			wrong(l, "'%s' was acknowledged as %" PRIu64 " and is %" PRIu64, said->text, said->seq, event->seq);
	}
}

void ledger_compare(struct ledger *l, const Appchat__Event *event) {
	const struct seen *seen = map_get(&l->rooms, l->room);
	uint64_t seq = event->seq;
	l->events++;
	l->fell += event->time_ms < l->time_ms;
	l->time_ms = event->time_ms;
	if (seq != l->at + 1)
		wrong(l, "room %" PRIu64 ": after %" PRIu64 " comes %" PRIu64, l->room, l->at, seq);
	l->at = seq;
	if (event->body_case == APPCHAT__EVENT__BODY_MESSAGE)
		compare_twice(l, event);
	if (!l->new_epochs && seen && seen->first && seq >= seen->first && seq <= seen->last &&
	    seen->digest[seq - seen->first] != event_digest(event))
		wrong(l, "room %" PRIu64 ": %" PRIu64 " is another one than was seen", l->room, seq);
}

bool ledger_verdict(struct ledger *l, FILE *out) {
	size_t acked = 0, tried = 0;
	for (size_t i = 0; i < l->count; i++) {
		const struct said *said = l->said[i];
		acked += said->seq > 0;
		tried++;
		if (said->found > 1 || (said->seq && !said->found && !l->new_epochs))
			wrong(l, "'%s', acknowledged as %" PRIu64 ", is there %u times", said->text, said->seq, said->found);
	}
	fprintf(out, "rooms=%" PRIu64 " events=%" PRIu64 " said=%zu acknowledged=%zu fell=%" PRIu64 " wrong=%" PRIu64 "\n",
	        l->read_rooms, l->events, tried, acked, l->fell, l->wrong);
	return !l->wrong;
}
