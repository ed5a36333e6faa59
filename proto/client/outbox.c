/* The list of messages on their way, and their states. See outbox.h. */
#include "proto/client/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/base/uuid.h"
#include "proto/client/outbox_file.h"

struct outbox {
	struct outbox_item *first;
	struct outbox_file *file;   /* NULL: in memory only */
	void (*tell)(void *arg);    /* NULL: saved as it is added */
	void *arg;
};

struct outbox *outbox_new(void) {
	return xcalloc(1, sizeof(struct outbox));
}

static void item_free(struct outbox_item *item) {
	free(item->text);
	free(item->reason);
	free(item);
}

void outbox_free(struct outbox *o) {
	bool safe = true;
	if (!o)
		return;
	while (o->first) {
		struct outbox_item *item = o->first;
		o->first = item->next;
		safe = safe && item->safe == OUTBOX_SAFE;
		item_free(item);
	}
	if (!safe)
		outbox_file_sync(o->file);
	outbox_file_close(o->file);
	free(o);
}

struct outbox_item *outbox_first(const struct outbox *o) {
	return o->first;
}

struct outbox_item *outbox_find(const struct outbox *o, const uint8_t id[16]) {
	struct outbox_item *item = o->first;
	while (item && memcmp(item->id, id, 16))
		item = item->next;
	return item;
}

/* Still to be stored: what the file is for. */
static bool is_unsent(const struct outbox_item *item) {
	return item->state == OUTBOX_WAITING || item->state == OUTBOX_SENT;
}

static size_t count(const struct outbox *o, bool failed) {
	size_t n = 0;
	for (struct outbox_item *i = o->first; i; i = i->next)
		n += failed ? i->state == OUTBOX_FAILED : is_unsent(i);
	return n;
}

size_t outbox_unsent(const struct outbox *o) {
	return count(o, false);
}

size_t outbox_failed(const struct outbox *o) {
	return count(o, true);
}

uint32_t outbox_tag(const uint8_t id[16]) {
	return (uint32_t)id[12] << 24 | (uint32_t)id[13] << 16 | (uint32_t)id[14] << 8 | id[15];
}

/* ---- in and out -------------------------------------------------------------- */

/* Ids rise with time: older ones go first, wherever they come from. */
static struct outbox_item *insert(struct outbox *o, const uint8_t id[16], uint64_t room, const char *text) {
	struct outbox_item *item = xcalloc(1, sizeof *item);
	struct outbox_item **at = &o->first;
	memcpy(item->id, id, 16);
	item->room = room;
	item->text = xstrdup(text);
	while (*at && memcmp((*at)->id, id, 16) < 0)
		at = &(*at)->next;
	item->next = *at;
	*at = item;
	return item;
}

struct outbox_item *outbox_add(struct outbox *o, uint64_t room, const char *text) {
	uint8_t id[16];
	if (outbox_unsent(o) >= OUTBOX_MAX)
		return NULL;
	uuid7(id);
	struct outbox_item *item = insert(o, id, room, text);
	outbox_file_add(o->file, item);
	if (o->file && o->tell) {
		item->safe = OUTBOX_UNSAFE;
		o->tell(o->arg);
	} else {
		outbox_file_sync(o->file);
	}
	return item;
}

/* ---- making safe --------------------------------------------------------------- */

void outbox_save_later(struct outbox *o, void (*tell)(void *arg), void *arg) {
	o->tell = tell;
	o->arg = arg;
}

int outbox_saving(struct outbox *o) {
	bool any = false;
	for (const struct outbox_item *item = o->first; item; item = item->next) {
		any = any || item->safe == OUTBOX_UNSAFE;
		if (item->safe == OUTBOX_SAVING)
			return -1;
	}
	if (!any)
		return -1;
	for (struct outbox_item *item = o->first; item; item = item->next)
		if (item->safe == OUTBOX_UNSAFE)
			item->safe = OUTBOX_SAVING;
	int fd = outbox_file_descriptor(o->file);
	if (fd < 0) { /* out of descriptors: then here and now */
		outbox_file_sync(o->file);
		outbox_saved(o);
	}
	return fd;
}

void outbox_saved(struct outbox *o) {
	for (struct outbox_item *item = o->first; item; item = item->next)
		if (item->safe == OUTBOX_SAVING)
			item->safe = OUTBOX_SAFE;
}

static void take(struct outbox *o, struct outbox_item *item) {
	struct outbox_item **at = &o->first;
	while (*at != item)
		at = &(*at)->next;
	*at = item->next;
	item_free(item);
}

/* ---- kept, and taken over ---------------------------------------------------------- */

struct taking {
	struct outbox *outbox;
	bool safe;              /* all of it is in our file */
};

static void adopt(void *arg, const uint8_t id[16], uint64_t room, const char *text) {
	struct taking *t = arg;
	if (!outbox_find(t->outbox, id))
		t->safe = outbox_file_add(t->outbox->file, insert(t->outbox, id, room, text)) && t->safe;
}

void outbox_take_over(struct outbox *o, const char *folder, const char *key) {
	struct outbox_adoption adoption;
	struct taking t = {o, true};
	if (!o->file)
		return;
	outbox_adopt(&adoption, folder, key, o->file, adopt, &t);
	outbox_adopted(&adoption, t.safe && adoption.files && outbox_file_sync(o->file));
}

bool outbox_keep(struct outbox *o, const char *folder, const char *key) {
	if (o->file)
		return true;
	o->file = outbox_file_open(folder, key);
	if (!o->file)
		return false;
	for (struct outbox_item *item = o->first; item; item = item->next)
		if (is_unsent(item))
			outbox_file_add(o->file, item);
	if (o->first)
		outbox_file_sync(o->file);
	outbox_take_over(o, folder, key);
	return true;
}

/* ---- sending ------------------------------------------------------------------ */

static void set_state(struct outbox_item *item, enum outbox_state state, const char *reason) {
	char *copy = reason ? xstrdup(reason) : NULL;
	free(item->reason);
	item->reason = copy;
	item->state = state;
}

static uint64_t made_ms(const struct outbox_item *item) {
	uint64_t ms = 0;
	for (int i = 0; i < 6; i++)
		ms = ms << 8 | item->id[i];
	return ms;
}

/* Is an earlier message of this room still to be stored? */
static bool must_wait(const struct outbox *o, const struct outbox_item *item) {
	for (const struct outbox_item *i = o->first; i != item; i = i->next)
		if (i->room == item->room && is_unsent(i))
			return true;
	return false;
}

struct outbox_item *outbox_next(struct outbox *o, uint64_t now_ms, uint64_t wall_ms, uint64_t *wait_ms) {
	*wait_ms = 0;
	for (struct outbox_item *item = o->first; item; item = item->next) {
		if (item->state != OUTBOX_WAITING || item->safe != OUTBOX_SAFE || must_wait(o, item))
			continue;
		if (made_ms(item) + OUTBOX_AGE_MS < wall_ms) {
			set_state(item, OUTBOX_FAILED, "waited for too long: the server could no longer tell whether it has it");
			outbox_file_done(o->file, item);
			continue;
		}
		if (item->not_before_ms <= now_ms)
			return item;
		uint64_t wait = item->not_before_ms - now_ms;
		if (!*wait_ms || wait < *wait_ms)
			*wait_ms = wait;
	}
	return NULL;
}

void outbox_sent(struct outbox *o, struct outbox_item *item) {
	(void)o;
	item->tries++;
	set_state(item, OUTBOX_SENT, NULL);
}

void outbox_stored(struct outbox *o, const uint8_t id[16], uint64_t seq, uint64_t time_ms) {
	struct outbox_item *item = outbox_find(o, id);
	if (!item)
		return; /* its event came first */
	if (is_unsent(item))
		outbox_file_done(o->file, item);
	set_state(item, OUTBOX_STORED, NULL);
	item->seq = seq;
	item->time_ms = time_ms;
}

void outbox_refused(struct outbox *o, const uint8_t id[16], const char *reason, bool temporary, uint64_t now_ms,
                    unsigned retry_ms) {
	struct outbox_item *item = outbox_find(o, id);
	if (!item || item->state == OUTBOX_STORED)
		return;
	set_state(item, temporary ? OUTBOX_WAITING : OUTBOX_FAILED, reason);
	if (temporary)
		item->not_before_ms = now_ms + retry_ms;
	else
		outbox_file_done(o->file, item);
}

bool outbox_seen(struct outbox *o, uint64_t room, uint32_t tag, uint64_t seq) {
	for (struct outbox_item *item = o->first; item; item = item->next) {
		if (item->room != room || outbox_tag(item->id) != tag || (item->seq && item->seq != seq))
			continue;
		if (is_unsent(item))
			outbox_file_done(o->file, item);
		take(o, item);
		return true;
	}
	return false;
}

void outbox_passed(struct outbox *o, uint64_t room, uint64_t seq) {
	for (struct outbox_item *item = o->first, *next; item; item = next) {
		next = item->next;
		if (item->room == room && item->state == OUTBOX_STORED && item->seq <= seq)
			take(o, item);
	}
}

void outbox_lost(struct outbox *o) {
	for (struct outbox_item *item = o->first; item; item = item->next)
		if (item->state == OUTBOX_SENT)
			set_state(item, OUTBOX_WAITING, NULL);
}

void outbox_dismiss(struct outbox *o, struct outbox_item *item) {
	if (item->state == OUTBOX_FAILED)
		take(o, item);
}

bool outbox_retry(struct outbox *o, struct outbox_item *item) {
	if (item->state != OUTBOX_FAILED)
		return true;
	if (!outbox_add(o, item->room, item->text))
		return false;
	take(o, item);
	return true;
}
