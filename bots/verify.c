/* The table of messages, the followers' cursors and holes, and the sums at the end. */
#include "bots/verify.h"

#include <stdlib.h>
#include <string.h>

#include "bots/seenlog.h"
#include "bots/sent.h"
#include "bots/text.h"
#include "proto/appchat.pb-c.h"
#include "proto/base/buf.h"
#include "proto/wire.h"

struct verify {
	char run[TEXT_RUN + 1];
	uint32_t rooms;
	size_t size;                /* of every text */
	struct seenlog *log;
	struct sent *sent;
	uint64_t **acked_up_to;     /* per room, after verify_close(): entry i: acked among the first i */
	struct verify_counts counts;
	verify_delivered_fn *delivered;
	void *arg;
};

struct verify *verify_new(uint32_t rooms, uint32_t authors, const char *run, size_t size, verify_delivered_fn *delivered, void *arg) {
	struct verify *v = xcalloc(1, sizeof *v);
	memcpy(v->run, run, TEXT_RUN);
	v->rooms = rooms;
	v->size = size;
	v->log = xcalloc(rooms, sizeof *v->log);
	v->sent = sent_new(authors);
	v->acked_up_to = xcalloc(rooms, sizeof *v->acked_up_to);
	v->delivered = delivered;
	v->arg = arg;
	return v;
}

void verify_free(struct verify *v) {
	if (!v)
		return;
	for (uint32_t i = 0; i < v->rooms; i++) {
		seenlog_free(&v->log[i]);
		free(v->acked_up_to[i]);
	}
	sent_free(v->sent);
	free(v->acked_up_to);
	free(v->log);
	free(v);
}

const struct verify_counts *verify_counts(const struct verify *v) {
	return &v->counts;
}

void verify_author(struct verify *v, uint32_t author, uint64_t user) {
	sent_author(v->sent, author, user);
}

uint32_t verify_sent(struct verify *v, uint32_t author, uint32_t room, uint32_t tag, uint64_t intended) {
	uint32_t number = sent_add(v->sent, author, room, tag, intended);
	v->counts.sent += number != SENT_NONE;
	return number;
}

void verify_acked(struct verify *v, uint32_t number, uint64_t seq) {
	struct message *m = sent_at(v->sent, number);
	struct seenlog *log = &v->log[m->room];
	if (m->acked_seq) {
		v->counts.duplicated += m->acked_seq != seq; /* stored twice */
		return;
	}
	struct seenlog_entry *e = seenlog_entry(log, seq);
	v->counts.acked++;
	m->acked_seq = seq;
	if (!e) {
		v->counts.corrupted++; /* no such place in the log can be */
		return;
	}
	e->acked = true;
	if (seq > log->acked_max)
		log->acked_max = seq;
}

void verify_refused(struct verify *v, uint32_t number) {
	sent_at(v->sent, number)->refused = true;
	v->counts.refused++;
}

void verify_follow(struct verify *v, uint32_t room, struct follower *f, uint64_t after) {
	if (f->following)
		return;
	f->following = true;
	f->from = f->last = after;
	seenlog_open(&v->log[room], after);
}

/* ---- An event nobody has had yet ------------------------------------------------ */

/* Which message is this; SENT_NONE: not ours, or not what we sent (counted). */
static uint32_t identify(struct verify *v, uint32_t room, const Appchat__Event *event) {
	if (event->body_case != APPCHAT__EVENT__BODY_MESSAGE) {
		v->counts.foreign++;
		return SENT_NONE;
	}
	const Appchat__Message *said = event->message;
	bool ours;
	uint32_t number = sent_find(v->sent, said->author, said->tag, &ours);
	struct message *m = number != SENT_NONE ? sent_at(v->sent, number) : NULL;
	if (!ours) {
		v->counts.foreign++;
		return SENT_NONE;
	}
	if (!m || m->room != room || strlen(said->text) != v->size || !text_is(said->text, v->size, v->run, number, m->author)) {
		v->counts.corrupted++;
		return SENT_NONE;
	}
	if (m->seen_seq && m->seen_seq != event->seq)
		v->counts.duplicated++; /* stored twice */
	else
		m->seen_seq = event->seq;
	return number;
}

/* The Event inside one field 2 of Events; its size in *used, 0: not one. */
static const uint8_t *open_field(const uint8_t *p, size_t len, size_t *event_len, size_t *used) {
	uint64_t size;
	*used = 0;
	if (len < 2 || p[0] != (2 << 3 | WIRE_BYTES))
		return NULL;
	size_t n = wire_get_varint(p + 1, len - 1, &size);
	if (!n || size > len - 1 - n)
		return NULL;
	*event_len = (size_t)size;
	*used = 1 + n + (size_t)size;
	return p + 1 + n;
}

/* Same content in other bytes? Compared field by field, by packing both alike. */
static bool same_event(const Appchat__Event *a, const uint8_t *field, size_t len) {
	size_t event_len, used;
	const uint8_t *p = open_field(field, len, &event_len, &used);
	Appchat__Event *b = p ? appchat__event__unpack(NULL, event_len, p) : NULL;
	if (!b)
		return false;
	size_t size = appchat__event__get_packed_size(a);
	bool same = size == appchat__event__get_packed_size(b);
	if (same) {
		uint8_t *x = xmalloc(2 * size);
		appchat__event__pack(a, x);
		appchat__event__pack(b, x + size);
		same = !memcmp(x, x + size, size);
		free(x);
	}
	appchat__event__free_unpacked(b, NULL);
	return same;
}

/* Holds the event against the log, or puts it there. */
static void enter(struct verify *v, uint32_t room, const Appchat__Event *event, const uint8_t *field, size_t len) {
	struct seenlog *log = &v->log[room];
	const struct seenlog_entry *known = seenlog_find(log, event->seq);
	if (known) {
		if (known->len == len && !memcmp(seenlog_bytes(log, known), field, len))
			return;
		if (!same_event(event, seenlog_bytes(log, known), known->len))
			v->counts.corrupted++;
		return;
	}
	struct seenlog_entry *e = seenlog_entry(log, event->seq);
	if (!e)
		return;
	e->message = identify(v, room, event);
	seenlog_keep(log, event->seq, field, len);
}

/* ---- Cursors and holes ---------------------------------------------------------- */

static void add_hole(struct follower *f, uint64_t from, uint64_t to, bool announced) {
	f->holes = xrealloc(f->holes, (f->hole_count + 1) * sizeof *f->holes);
	f->holes[f->hole_count++] = (struct hole){from, to, announced};
}

static void drop_hole(struct follower *f, uint32_t i) {
	f->holes[i] = f->holes[--f->hole_count];
}

/* Takes seq out of the hole it is in; NULL: in none. *announced: of which kind. */
static bool fill_hole(struct follower *f, uint64_t seq, bool *announced) {
	for (uint32_t i = 0; i < f->hole_count; i++) {
		struct hole *h = &f->holes[i];
		if (seq < h->from || seq > h->to)
			continue;
		*announced = h->announced;
		uint64_t to = h->to;
		h->to = seq - 1;
		if (seq < to)
			add_hole(f, seq + 1, to, *announced);
		if (f->holes[i].to < f->holes[i].from)
			drop_hole(f, i);
		return true;
	}
	return false;
}

/* seq came to f: in turn, too early, late, or again. */
static void arrive(struct verify *v, uint32_t room, struct follower *f, uint64_t seq, uint64_t now) {
	bool announced = true;
	if (seq > f->last) {
		if (seq > f->last + 1)
			add_hole(f, f->last + 1, seq - 1, false);
		f->last = seq;
	} else if (!fill_hole(f, seq, &announced)) {
		v->counts.duplicated++;
		return;
	}
	v->counts.reordered += !announced;
	v->counts.seen++;
	v->delivered(v->arg, room, f, seq, seq, now);
}

/* The seq of the first event of a run, whose size goes to *used; 0: not to be seen without unpacking. */
static uint64_t first_seq(const uint8_t *run, size_t len, size_t *used) {
	size_t event_len;
	uint64_t seq;
	const uint8_t *inner = open_field(run, len, &event_len, used);
	return inner && event_len > 1 && inner[0] == (1 << 3 | WIRE_VARINT) && wire_get_varint(inner + 1, event_len - 1, &seq) ? seq : 0;
}

/* Is the run's first event the log's, byte for byte? Its seq, else 0. */
static uint64_t known_seq(const struct verify *v, uint32_t room, const uint8_t *run, size_t len, size_t *used) {
	const struct seenlog *log = &v->log[room];
	uint64_t seq = first_seq(run, len, used);
	const struct seenlog_entry *e = seq ? seenlog_find(log, seq) : NULL;
	return e && e->len == *used && !memcmp(seenlog_bytes(log, e), run, e->len) ? seq : 0;
}

/* One event that is not simply the log's next. Returns its bytes, 0: no event. */
static size_t take_one(struct verify *v, uint32_t room, struct follower *f, const uint8_t *p, size_t len, uint64_t now) {
	size_t event_len, used;
	uint64_t known = known_seq(v, room, p, len, &used);
	if (known) {
		v->counts.matched++;
		arrive(v, room, f, known, now);
		return used;
	}
	const uint8_t *inner = open_field(p, len, &event_len, &used);
	Appchat__Event *event = inner ? appchat__event__unpack(NULL, event_len, inner) : NULL;
	if (!event)
		return 0;
	v->counts.decoded++;
	enter(v, room, event, p, used);
	arrive(v, room, f, event->seq, now);
	appchat__event__free_unpacked(event, NULL);
	return used;
}

bool verify_span(const struct verify *v, uint32_t room, const uint8_t *run, size_t len, uint64_t *first, uint64_t *last) {
	size_t used;
	*first = first_seq(run, len, &used);
	if (!*first)
		return false;
	*last = seenlog_match(&v->log[room], *first, run, len, &used);
	return used == len;
}

size_t verify_cut(const uint8_t *run, size_t len, uint64_t to, size_t *count) {
	size_t at = 0, used;
	for (*count = 0; at < len; at += used, ++*count) {
		uint64_t seq = first_seq(run + at, len - at, &used);
		if (!seq || seq > to)
			break;
	}
	return at;
}

bool verify_next(struct verify *v, uint32_t room, struct follower *f, uint64_t first, uint64_t last, uint64_t now) {
	if (f->last + 1 != first)
		return false;
	f->last = last;
	v->counts.seen += last - first + 1;
	v->counts.matched += last - first + 1;
	v->delivered(v->arg, room, f, first, last, now);
	return true;
}

bool verify_run(struct verify *v, uint32_t room, struct follower *f, const uint8_t *run, size_t len, uint64_t now) {
	while (len) {
		size_t used;
		uint64_t first = f->last + 1;
		uint64_t last = seenlog_match(&v->log[room], first, run, len, &used);
		if (used)
			verify_next(v, room, f, first, last, now);
		else
			used = take_one(v, room, f, run, len, now);
		if (!used)
			return false;
		run += used;
		len -= used;
	}
	return true;
}

void verify_gap(struct verify *v, struct follower *f, uint64_t from, uint64_t to) {
	if (from <= f->last)
		from = f->last + 1;
	if (to < from)
		return;
	if (from > f->last + 1)
		add_hole(f, f->last + 1, from - 1, false);
	add_hole(f, from, to, true);
	f->last = to;
	v->counts.skipped += to - from + 1;
}

const struct hole *verify_announced(const struct follower *f) {
	const struct hole *lowest = NULL;
	for (uint32_t i = 0; i < f->hole_count; i++)
		if (f->holes[i].announced && (!lowest || f->holes[i].from < lowest->from))
			lowest = &f->holes[i];
	return lowest;
}

bool verify_complete(const struct verify *v, uint32_t room, const struct follower *f) {
	return f->following && f->last >= v->log[room].acked_max && !verify_announced(f);
}

uint64_t verify_intended(const struct verify *v, uint32_t room, uint64_t seq) {
	const struct seenlog_entry *e = seenlog_find(&v->log[room], seq);
	return e && e->message != SENT_NONE ? sent_at(v->sent, e->message)->intended : 0;
}

/* ---- The end -------------------------------------------------------------------- */

void verify_close(struct verify *v, struct verify_result *result) {
	*result = (struct verify_result){0};
	for (uint32_t i = 0; i < sent_count(v->sent); i++) {
		const struct message *m = sent_at(v->sent, i);
		if (!m->acked_seq) {
			result->unacked += !m->refused;
			continue;
		}
		const struct seenlog_entry *e = seenlog_find(&v->log[m->room], m->acked_seq);
		result->misplaced += e && e->message != i;
	}
	for (uint32_t r = 0; r < v->rooms; r++) {
		const struct seenlog *log = &v->log[r];
		free(v->acked_up_to[r]);
		v->acked_up_to[r] = xcalloc(log->count + 1, sizeof **v->acked_up_to);
		for (uint64_t i = 0; i < log->count; i++)
			v->acked_up_to[r][i + 1] = v->acked_up_to[r][i] + log->entry[i].acked;
	}
}

/* How many acknowledged messages have a seq up to this one. */
static uint64_t acked_to(const struct verify *v, uint32_t room, uint64_t seq) {
	const struct seenlog *log = &v->log[room];
	uint64_t i = seq > log->base ? seq - log->base : 0;
	return v->acked_up_to[room][i < log->count ? i : log->count];
}

void verify_follower(struct verify *v, uint32_t room, const struct follower *f, struct verify_result *result) {
	if (!f->following)
		return;
	uint64_t before = acked_to(v, room, f->from);
	uint64_t expected = acked_to(v, room, UINT64_MAX) - before;
	uint64_t delivered = acked_to(v, room, f->last) - before;
	for (uint32_t i = 0; i < f->hole_count; i++)
		delivered -= acked_to(v, room, f->holes[i].to) - acked_to(v, room, f->holes[i].from - 1);
	result->expected += expected;
	result->delivered += delivered;
	result->lost += expected - delivered;
}

void verify_follower_free(struct follower *f) {
	free(f->holes);
	*f = (struct follower){0};
}
