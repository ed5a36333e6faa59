/*
 * The newest events of a room in memory, as bytes: each event is the encoded
 * field 2 of Events, one after the other, so that any run of events is one
 * piece of memory. Older ones are in the store.
 *
 *   bytes: [ dropped | event first | ... | event first+count-1 | free ]
 *                    ^ start                                   ^ end
 */
#ifndef APPCHAT_SERVER_ROOM_ROOMLOG_H
#define APPCHAT_SERVER_ROOM_ROOMLOG_H

#include <stddef.h>
#include <stdint.h>

#define ROOMLOG_MAX (4 * 1024 * 1024)   /* bytes of events kept, at most */

struct roomlog {
	uint8_t *bytes;
	size_t start, end, cap;
	uint32_t *starts;      /* where each event starts in bytes */
	size_t index, count, index_cap;
	uint64_t first;        /* sequence number of the first one kept; any when count is 0 */
};

/* Adds the event after the last one (or the first of all). The oldest go while there are more than max bytes. */
void roomlog_append(struct roomlog *log, uint64_t seq, const uint8_t *bytes, size_t len, size_t max);
/* The events from..to, or as many of them as max bytes hold (at least one):
 * their bytes (valid until the next append) and the last one's number. 0: `from` is not here. */
uint64_t roomlog_run(const struct roomlog *log, uint64_t from, uint64_t to, size_t max,
	const uint8_t **bytes, size_t *len);
/* Bytes of the events after this one; SIZE_MAX: some of them are not here. */
size_t roomlog_bytes_after(const struct roomlog *log, uint64_t seq);
/* Drops the oldest until `keep` bytes are left, and gives memory back. */
void roomlog_trim(struct roomlog *log, size_t keep);
void roomlog_free(struct roomlog *log);

#endif
