/* Made, found, given up. */
#include "tests/model/humans.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "tests/model/model.h"
#include "tests/model/visit.h"

const char *name_text(uint32_t name, char out[24]) {
	out[0] = '\0';
	if (name)
		snprintf(out, 24, "u%u", name);
	return out;
}

uint32_t name_number(const char *text) {
	char again[24];
	uint32_t name = *text == 'u' ? (uint32_t)strtoul(text + 1, NULL, 10) : 0;
	return strcmp(name_text(name, again), text) ? UINT32_MAX : name;
}

struct human *human_new(struct model *m) {
	struct human *h = xcalloc(1, sizeof *h);
	h->number = (uint32_t)m->human_count;
	h->first_name = ++m->names;
	snprintf(h->password, sizeof h->password, "password-%u", h->number);
	reg_set(&h->name, h->first_name, m->trail.tick);
	reg_set(&h->guest, 1, m->trail.tick);
	for (uint32_t r = 0; r < ROOMS_MAX; r++)
		reg_set(&h->members[r].in, r == 0, m->trail.tick);
	for (uint32_t d = 0; d < DEVICES; d++) {
		struct device *device = &h->devices[d];
		for (unsigned i = 0; i < sizeof device->instance; i++)
			device->instance[i] = (uint8_t)(plan_mix(m->trail.seed + h->number * DEVICES + d) >> (8 * (i % 8)));
		device->instance[0] = (uint8_t)d;
		device->instance[1] = (uint8_t)h->number;
		device->instance[2] = (uint8_t)(h->number >> 8);
		device->token = -1;
		for (uint32_t r = 0; r < ROOMS_MAX; r++)
			device->cursors[r] = NO_CURSOR;
	}
	m->humans = xrealloc(m->humans, (m->human_count + 1) * sizeof *m->humans);
	m->humans[m->human_count++] = h;
	return h;
}

void human_free(struct human *h) {
	free(h->slots);
	free(h);
}

struct human *human_by_user(struct model *m, uint64_t user) {
	for (size_t i = 0; i < m->human_count; i++)
		if (m->humans[i]->user == user)
			return m->humans[i];
	return NULL;
}

void human_departs(struct model *m, struct human *h) {
	if (h->departed)
		return;
	trail_did(&m->trail, "human %u departs", h->number);
	h->departed = true;
	for (uint32_t d = 0; d < DEVICES; d++)
		h->devices[d].token = -1;
	for (size_t i = 0; i < m->visit_count; i++)
		if (m->visits[i]->human == h)
			visit_drop(m, m->visits[i], LINE_FIN);
	for (uint32_t i = 0; i <= m->people; i++)
		if (m->cast[i] == h)
			m->cast[i] = human_new(m);
}

int human_token(struct human *h, const uint8_t *bytes, uint64_t session, uint64_t now) {
	if (h->token_count == TOKENS_MAX)
		return -1;
	struct token *t = &h->tokens[h->token_count];
	memcpy(t->bytes, bytes, sizeof t->bytes);
	t->session = session;
	reg_set(&t->good, 1, now);
	return h->token_count++;
}

int human_good_token(const struct model *m, const struct human *h) {
	for (int i = 0; i < h->token_count; i++)
		if (reg_is(&h->tokens[i].good, 1, m->trail.tick, m->trail.tick))
			return i;
	return -1;
}

void humans_server_ended(struct model *m) {
	uint64_t now = trail_tick(&m->trail);
	for (size_t i = 0; i < m->human_count; i++) {
		struct human *h = m->humans[i];
		reg_ended(&h->name, now);
		reg_ended(&h->guest, now);
		for (int t = 0; t < h->token_count; t++)
			reg_ended(&h->tokens[t].good, now);
		for (uint32_t r = 0; r < ROOMS_MAX; r++)
			reg_ended(&h->members[r].in, now);
	}
}

uint32_t room_by_id_of(const struct model *m, uint64_t id) {
	for (uint32_t r = 0; r < m->room_count; r++)
		if (m->rooms[r].id == id)
			return r;
	return NO_ROOM;
}

uint32_t room_by_name_of(const struct model *m, const char *name) {
	for (uint32_t r = 0; r < m->room_count; r++)
		if (!strcmp(m->rooms[r].name, name))
			return r;
	return NO_ROOM;
}
