/* See records.h. Steps are taken apart, changed as a list, and put together in one piece. */
#include "tests/support/records.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"

#define MADE_MAX 20000   /* bytes of one step that was made or changed */
#define GROW 64          /* a changed step grows by this at most */
#define STEPS_MAX 4      /* changes in one go */

/* libFuzzer's; only its targets are linked with this file. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

struct list {
	struct record at[RECORDS_MAX];
	size_t count;
	struct buf made[STEPS_MAX];   /* memory of the changed ones */
	size_t made_count;
};

bool record_next(const uint8_t **data, size_t *size, struct record *out) {
	if (*size < RECORD_HEAD)
		return false;
	size_t len = (size_t)(*data)[1] << 8 | (*data)[2];
	if (len > *size - RECORD_HEAD)
		len = *size - RECORD_HEAD;
	*out = (struct record){**data, *data + RECORD_HEAD, len};
	*data += RECORD_HEAD + len;
	*size -= RECORD_HEAD + len;
	return true;
}

static void split(struct list *l, const uint8_t *data, size_t size) {
	while (l->count < RECORDS_MAX && record_next(&data, &size, &l->at[l->count]))
		l->count++;
}

static size_t join(const struct list *l, uint8_t *out, size_t max) {
	size_t len = 0;
	for (size_t i = 0; i < l->count && len + RECORD_HEAD + l->at[i].len <= max; i++) {
		const struct record *r = &l->at[i];
		out[len] = r->op;
		out[len + 1] = (uint8_t)(r->len >> 8);
		out[len + 2] = (uint8_t)r->len;
		if (r->len)
			memcpy(out + len + RECORD_HEAD, r->data, r->len);
		len += RECORD_HEAD + r->len;
	}
	return len;
}

static void insert(struct list *l, size_t at, struct record r) {
	if (l->count == RECORDS_MAX)
		l->count--;
	if (at > l->count)
		at = l->count;
	memmove(l->at + at + 1, l->at + at, (l->count - at) * sizeof *l->at);
	l->at[at] = r;
	l->count++;
}

static void drop(struct list *l, size_t at) {
	memmove(l->at + at, l->at + at + 1, (l->count - at - 1) * sizeof *l->at);
	l->count--;
}

static struct record make_one(struct list *l, struct dice *dice, record_make *make) {
	struct buf *b = &l->made[l->made_count++];
	struct record r = {.data = buf_reserve(b, MADE_MAX)};
	r.len = make(dice, &r.op, b->data, MADE_MAX);
	return r;
}

static void change_bytes(struct list *l, struct record *r) {
	struct buf *b = &l->made[l->made_count++];
	size_t most = r->len + GROW < MADE_MAX ? r->len + GROW : MADE_MAX;
	uint8_t *p = buf_reserve(b, most);
	size_t len = r->len < most ? r->len : most;
	if (len)
		memcpy(p, r->data, len);
	r->len = LLVMFuzzerMutate(p, len, most);
	r->data = p;
}

static void change(struct list *l, struct dice *dice, record_make *make) {
	size_t at = l->count ? dice_roll(dice, (uint32_t)l->count) : 0, to = dice_roll(dice, (uint32_t)l->count + 1);
	struct record copy = l->count ? l->at[at] : (struct record){0};
	uint32_t what = l->count ? dice_roll(dice, 12) : 0;
	switch (what) {
	default: insert(l, to, make_one(l, dice, make)); break;
	case 4: l->at[at] = make_one(l, dice, make); break;
	case 5: drop(l, at); break;
	case 6: insert(l, to, copy); break;
	case 7: l->at[at] = l->at[to % l->count], l->at[to % l->count] = copy; break;
	case 8: l->at[at].op = (uint8_t)dice_next(dice); break;
	case 9: case 10: change_bytes(l, &l->at[at]); break;
	}
}

size_t records_mutate(uint8_t *data, size_t size, size_t max, unsigned seed, record_make *make) {
	static struct list l;
	struct dice dice = {seed};
	memset(&l, 0, sizeof l);
	split(&l, data, size);
	for (uint32_t steps = 1 + dice_roll(&dice, STEPS_MAX); steps > 0; steps--)
		change(&l, &dice, make);
	uint8_t *out = xmalloc(max + 1);
	size_t len = join(&l, out, max);
	memcpy(data, out, len);
	free(out);
	for (size_t i = 0; i < l.made_count; i++)
		buf_free(&l.made[i]);
	return len;
}

size_t records_cross(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out, size_t max, unsigned seed) {
	static struct list one, two;
	struct dice dice = {seed};
	memset(&one, 0, sizeof one);
	memset(&two, 0, sizeof two);
	split(&one, a, a_size);
	split(&two, b, b_size);
	one.count = dice_roll(&dice, (uint32_t)one.count + 1);
	for (size_t i = dice_roll(&dice, (uint32_t)two.count + 1); i < two.count && one.count < RECORDS_MAX; i++)
		one.at[one.count++] = two.at[i];
	return join(&one, out, max);
}
