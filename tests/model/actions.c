/* Each action takes its numbers from the step, and may find that it cannot be done now. */
#include "tests/model/actions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/limits.h"
#include "tests/model/asks.h"

#define VARIANTS_MAX 3
#define ROOMS_FEW 8
#define SESSIONS_MANY 24

typedef void action_fn(struct model *m, struct visit *v, const struct step *s);

/* ---- choosing ---- */

/* One of the rooms it is in; now and then any. */
static uint32_t some_room(const struct model *m, const struct visit *v, uint32_t x) {
	uint32_t mine[ROOMS_MAX], n = 0;
	for (uint32_t r = 0; r < m->room_count; r++)
		if (m->rooms[r].id && (v->seats[r].joined || x % 32 == 0))
			mine[n++] = r;
	return n ? mine[x / 32 % n] : 0;
}

static uint32_t message_length(uint32_t x) {
	uint32_t kind = x % 100, rest = x / 100;
	return kind < 90 ? rest % 80 : kind < 98 ? rest % 1200 : rest % (LIMIT_TEXT - 64);
}

/* ---- saying things ---- */

static char *make_text(uint32_t slot, uint32_t variant, uint32_t length) {
	static const char *const words[] = {"so ", "we ", "caf\xc3\xa9 ", "\xe6\x97\xa5\xe6\x9c\xac ", "<b>&amp; ", "\xf0\x9f\x99\x82 ", "\t\"x\" ", "'; -- "};
	struct buf b = {0};
	uint64_t x = plan_mix((uint64_t)slot << 8 | variant);
	char mark[64];
	buf_append(&b, mark, annals_mark(mark, sizeof mark, slot, variant));
	for (size_t until = b.len + length; b.len < until; x = x * 0x9e3779b97f4a7c15ull + 1)
		buf_printf(&b, "%s", words[x >> 61]);
	buf_byte(&b, 0);
	return (char *)b.data;
}

static void say(struct model *m, struct visit *v, uint32_t slot, uint32_t room, enum kind kind, uint32_t length) {
	char *text = make_text(slot, annals_variants(m->annals, slot), length);
	ask_send(m, v, slot, annals_variant(m->annals, slot, room, kind, text));
	free(text);
}

void actions_say(struct model *m, struct visit *v, uint32_t room, enum kind kind, uint32_t length) {
	struct human *h = v->human;
	uint32_t slot = annals_slot(m->annals, h->user);
	if (!(h->slot_count & (h->slot_count - 1)))
		h->slots = xrealloc(h->slots, (h->slot_count ? 2 * h->slot_count : 1) * sizeof *h->slots);
	h->slots[h->slot_count++] = slot;
	say(m, v, slot, room, kind, length);
}

static void do_send(struct model *m, struct visit *v, const struct step *s) {
	actions_say(m, v, some_room(m, v, s->a), KIND_MESSAGE, message_length(s->b));
}

static void do_burst(struct model *m, struct visit *v, const struct step *s) {
	for (uint32_t i = 0; i < 2 + s->b % 20; i++)
		actions_say(m, v, some_room(m, v, s->a), KIND_MESSAGE, message_length(s->c) % 200);
}

static void do_topic(struct model *m, struct visit *v, const struct step *s) {
	actions_say(m, v, some_room(m, v, s->a), KIND_TOPIC, s->b % (LIMIT_TOPIC - 64));
}

/* Something said before: mostly lately, now and then long ago. */
static uint32_t old_slot(const struct human *h, const struct step *s) {
	uint32_t back = s->b % 4 ? s->c % 8 : s->c;
	return h->slots[h->slot_count - 1 - back % h->slot_count];
}

static void do_retry(struct model *m, struct visit *v, const struct step *s) {
	if (!v->human->slot_count)
		return;
	uint32_t slot = old_slot(v->human, s);
	ask_send(m, v, slot, s->a % annals_variants(m->annals, slot));
}

/* The same id with another content, or in another room. */
static void do_twist(struct model *m, struct visit *v, const struct step *s) {
	if (!v->human->slot_count)
		return;
	uint32_t slot = old_slot(v->human, s);
	if (annals_variants(m->annals, slot) < VARIANTS_MAX)
		say(m, v, slot, some_room(m, v, s->a), s->a % 8 ? KIND_MESSAGE : KIND_TOPIC, s->b % 50);
}

/* An id that somebody else made: to the server it is another message. */
static void do_steal(struct model *m, struct visit *v, const struct step *s) {
	const struct human *other = m->cast[s->a % m->people];
	if (!other->slot_count || other == v->human)
		return;
	uint32_t slot = annals_twin(m->annals, old_slot(other, s), v->human->user);
	if (annals_variants(m->annals, slot))
		ask_send(m, v, slot, 0);
	else
		say(m, v, slot, some_room(m, v, s->c), KIND_MESSAGE, s->b % 50);
}

/* ---- rooms ---- */

static uint32_t new_room(struct model *m, const struct human *h, const char *topic) {
	uint32_t r = annals_room(m->annals, true, topic);
	annals_maker(m->annals, r, h->user);
	m->rooms[r] = (struct room_known){.maker = h->user};
	snprintf(m->rooms[r].name, sizeof m->rooms[r].name, "room-%u", r);
	m->room_count = r + 1;
	return r;
}

/* A new one; one that was tried before; or a name that is taken. */
static void do_create(struct model *m, struct visit *v, const struct step *s) {
	uint32_t r = s->b % m->room_count;
	if (m->room_count < ROOMS_FEW || (m->room_count < ROOMS_MAX && s->a % 16 == 0)) {
		const char *topic = s->a % 3 ? "" : "a topic from the start";
		ask_create(m, v, new_room(m, v->human, topic), topic);
	} else if (r && m->rooms[r].since && !reg_crowded(&v->human->members[r].in))
		ask_create(m, v, r, "no topic");
}

static void do_join(struct model *m, struct visit *v, const struct step *s) {
	uint32_t r = s->a % m->room_count;
	if (!reg_crowded(&v->human->members[r].in))
		ask_join(m, v, r, s->b % 2 || !m->rooms[r].id);
}

static void do_leave(struct model *m, struct visit *v, const struct step *s) {
	uint32_t r = some_room(m, v, s->a);
	if ((r || s->b % 8 == 0) && !reg_crowded(&v->human->members[r].in))
		ask_leave(m, v, r);
}

static void do_follow(struct model *m, struct visit *v, const struct step *s) {
	ask_follow(m, v, s->a % 4 ? some_room(m, v, s->c) : NO_ROOM, s->b % CURSORS_KINDS);
}

static void do_history(struct model *m, struct visit *v, const struct step *s) {
	uint32_t r = some_room(m, v, s->a);
	uint64_t known = annals_known(m->annals, r), at = s->b % (known + 12);
	ask_history(m, v, r, s->c & 1, s->c & 2 ? at : 0, s->c % 5 ? s->c % 60 : 0);
}

static void do_mark(struct model *m, struct visit *v, const struct step *s) {
	uint32_t r = some_room(m, v, s->a);
	uint64_t known = annals_known(m->annals, r);
	ask_mark_read(m, v, r, s->b % 16 ? known - s->c % (known / 2 + 1) : known + 5000);
}

static void do_members(struct model *m, struct visit *v, const struct step *s) {
	ask_members(m, v, some_room(m, v, s->a), s->b % 4 ? 0 : s->b % 30);
}

static void do_rooms(struct model *m, struct visit *v, const struct step *s) {
	ask_rooms(m, v, s->b % 4 ? 0 : s->b % 10);
}

static void do_ping(struct model *m, struct visit *v, const struct step *s) {
	(void)s;
	ask_ping(m, v);
}

static void do_stats(struct model *m, struct visit *v, const struct step *s) {
	(void)s;
	ask_stats(m, v);
}

/* ---- coming and going ---- */

void actions_connect(struct model *m, struct human *h, struct device *d, unsigned cursors) {
	for (size_t i = 0; i < m->visit_count && !h->user; i++)
		if (m->visits[i]->human == h)
			return;   /* one at a time while it is nobody: two claims were two people */
	if (d->token < 0 && h->user && reg_is(&h->guest, 1, m->trail.tick, m->trail.tick))
		d->token = human_good_token(m, h);
	if (!m->serve.ending)
		visit_new(m, h, d, cursors);
}

static void do_again(struct model *m, struct visit *v, const struct step *s) {
	if (v->device->token >= 0)
		visit_new(m, v->human, v->device, s->b % CURSORS_KINDS);
}

static void do_drop(struct model *m, struct visit *v, const struct step *s) {
	trail_did(&m->trail, "visit %u (human %u) drops, %u", v->number, v->human->number, s->a % 3);
	visit_drop(m, v, (enum line_end)(s->a % 3));
}

static void do_deaf(struct model *m, struct visit *v, const struct step *s) {
	v->deaf_until_ms = m->now_ms + 300 + s->b % 7000;
	v->deaf_end = (enum line_end)(s->a % 3);
	v->was_deaf_ms = m->now_ms;
	trail_did(&m->trail, "visit %u (human %u) goes deaf, then %u", v->number, v->human->number, s->a % 3);
}

/* ---- who one is ---- */

static bool surely_guest(const struct model *m, const struct visit *v) {
	return !v->busy && reg_is(&v->human->guest, 1, m->trail.tick, m->trail.tick) && !reg_crowded(&v->human->name);
}

static void do_rename(struct model *m, struct visit *v, const struct step *s) {
	(void)s;
	if (surely_guest(m, v))
		ask_claim(m, v, ++m->names);
}

static void do_take_name(struct model *m, struct visit *v, const struct step *s) {
	const struct human *other = m->cast[s->a % m->people];
	uint64_t name = other->name.count ? other->name.claims[other->name.count - 1].value : 0;
	if (surely_guest(m, v) && other != v->human && other->user && name)
		ask_claim(m, v, (uint32_t)name);
}

static void do_sign_up(struct model *m, struct visit *v, const struct step *s) {
	if (surely_guest(m, v) && s->a % 4 == 0)
		ask_sign_up(m, v, 0);
}

/* Does ending a session leave this one somebody? A guest has but one. */
static bool may_end(const struct model *m, const struct visit *v, uint32_t x) {
	return v->token >= 0 && (x % 8 == 0 || reg_is(&v->human->guest, 0, m->trail.tick, m->trail.tick));
}

static void do_sign_out(struct model *m, struct visit *v, const struct step *s) {
	if (may_end(m, v, s->a) && !reg_crowded(&v->human->tokens[v->token].good))
		ask_sign_out(m, v);
}

static void do_revoke(struct model *m, struct visit *v, const struct step *s) {
	int t = (int)(s->b % (uint32_t)(v->human->token_count ? v->human->token_count : 1));
	if (s->c % 8 == 0)
		ask_revoke(m, v, v->human->token_count && v->human->tokens[0].session != 1 ? -1 : t);
	else if (may_end(m, v, s->a) && !reg_crowded(&v->human->tokens[t].good))
		ask_revoke(m, v, t);
}

static void do_sessions(struct model *m, struct visit *v, const struct step *s) {
	(void)s;
	ask_sessions(m, v);
}

/* A new device of an account: it has to sign in. */
static void do_wipe(struct model *m, struct visit *v, const struct step *s) {
	struct device *d = v->device;
	(void)s;
	if (!reg_is(&v->human->guest, 0, m->trail.tick, m->trail.tick) || v->human->sessions > SESSIONS_MANY)
		return;
	visit_drop(m, v, LINE_BYE);
	d->token = -1;
	d->instance[15]++;
	for (uint32_t r = 0; r < ROOMS_MAX; r++)
		d->cursors[r] = NO_CURSOR;
}

/* ---- the table ---- */

/* Edits and deletions of messages are to have their rows here once the protocol
 * has them: an edit is an event with a target, so the annals needs a kind for
 * it, and annals_topic()'s judgement for the text that results. */
static const struct {
	unsigned weight;
	action_fn *act;
} table[] = {
	{300, do_send}, {30, do_burst}, {80, do_retry}, {30, do_twist}, {10, do_steal}, {40, do_topic},
	{12, do_create}, {60, do_join}, {35, do_leave}, {40, do_follow}, {80, do_history}, {60, do_mark},
	{30, do_members}, {10, do_rooms}, {50, do_ping}, {3, do_stats},
	{60, do_drop}, {20, do_deaf}, {20, do_again},
	{12, do_rename}, {12, do_take_name}, {6, do_sign_up}, {6, do_sign_out}, {8, do_revoke}, {6, do_sessions}, {4, do_wipe},
};
#define ROWS (sizeof table / sizeof *table)

static action_fn *choose(uint32_t x) {
	unsigned sum = 0, at = 0;
	for (size_t i = 0; i < ROWS; i++)
		sum += table[i].weight;
	at = (unsigned)((uint64_t)x * sum >> 32);
	size_t row = 0;
	while (at >= table[row].weight)
		at -= table[row++].weight;
	return table[row].act;
}

void actions_step(struct model *m, const struct step *s) {
	struct human *h = m->cast[s->person % m->people];
	struct device *d = &h->devices[s->device % DEVICES];
	action_fn *act = choose(s->action);
	if (!d->visit)
		actions_connect(m, h, d, s->c % 2 ? CURSORS_RIGHT : s->c / 2 % CURSORS_KINDS);
	else if (visit_ready(d->visit))
		act(m, d->visit, s);
}
