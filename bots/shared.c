/* Places are kept in the order of their last use; a look-up compares size and head, then all bytes. */
#include "bots/shared.h"

#include <stdlib.h>
#include <string.h>

#include "proto/wire.h"

struct place {
	size_t size;
	uint8_t head[SHARED_HEAD];
	struct shared_frame *frame;
};

struct shared {
	struct place place[SHARED_PLACES];
	size_t count;
};

struct shared *shared_new(void) {
	return xcalloc(1, sizeof(struct shared));
}

static void frame_free(struct shared_frame *f) {
	buf_free(&f->inflated);
	free(f->bytes);
	free(f);
}

static void lose_place(struct shared_frame *f) {
	f->placed = false;
	if (!f->users)
		frame_free(f);
}

void shared_leave(struct shared_frame *f) {
	if (f && !--f->users && !f->placed)
		frame_free(f);
}

void shared_free(struct shared *s) {
	for (size_t i = 0; s && i < s->count; i++)
		lose_place(s->place[i].frame);
	free(s);
}

bool shared_fits(size_t size, const uint8_t *data, size_t len) {
	static const uint8_t deflated[] = {(21 << 3 & 0x7f) | 0x80 | WIRE_BYTES, 21 >> 4};
	if (size < SHARED_MIN || len < SHARED_HEAD)
		return false;
	return data[0] == (14 << 3 | WIRE_BYTES) || !memcmp(data, deflated, sizeof deflated);
}

bool shared_go_on(struct shared_frame *f, size_t done, const uint8_t *data, size_t len) {
	if (done > f->have || len > f->size - done)
		return false;
	size_t known = f->have - done < len ? f->have - done : len;
	if (memcmp(f->bytes + done, data, known))
		return false;
	memcpy(f->bytes + f->have, data + known, len - known);
	f->have += len - known;
	return true;
}

/* Moves the place to the front: most look-ups are for one of the first few. */
static struct shared_frame *use(struct shared *s, size_t i) {
	struct place p = s->place[i];
	memmove(s->place + 1, s->place, i * sizeof p);
	s->place[0] = p;
	p.frame->users++;
	return p.frame;
}

static struct shared_frame *add(struct shared *s, size_t size, const uint8_t *data) {
	struct shared_frame *f = xcalloc(1, sizeof *f);
	f->size = size;
	f->bytes = xmalloc(size);
	f->placed = true;
	if (s->count == SHARED_PLACES)
		lose_place(s->place[--s->count].frame);
	struct place *p = &s->place[s->count++];
	*p = (struct place){.size = size, .frame = f};
	memcpy(p->head, data, SHARED_HEAD);
	return use(s, s->count - 1);
}

struct shared_frame *shared_begin(struct shared *s, size_t size, const uint8_t *data, size_t len) {
	for (size_t i = 0; i < s->count; i++) {
		const struct place *p = &s->place[i];
		if (p->size == size && !memcmp(p->head, data, SHARED_HEAD) && shared_go_on(p->frame, 0, data, len))
			return use(s, i);
	}
	struct shared_frame *f = add(s, size, data);
	shared_go_on(f, 0, data, len);
	return f;
}
