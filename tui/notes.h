/* Lines of the program's own among the messages: answers to commands, notices, errors. Bounded; the oldest go. */
#ifndef APPCHAT_TUI_NOTES_H
#define APPCHAT_TUI_NOTES_H

#include <stddef.h>
#include <stdint.h>

#include "proto/client/client.h"

#define NOTES_MAX 300

struct note {
	uint64_t room;           /* where it is shown; 0: where there is no room */
	uint64_t after;          /* it stands behind the event with this number */
	enum client_level level;
	char *text;              /* sanitized, may have several lines */
};

struct notes {
	struct note note[NOTES_MAX];
	size_t count;
};

/* Adds a line; text is sanitized here. */
void notes_add(struct notes *n, uint64_t room, uint64_t after, enum client_level level, const char *text);
/* Forgets the lines of a room. */
void notes_clear(struct notes *n, uint64_t room);
/* The first note of the room at index `from` or later with first <= after < end; NULL: none. *from moves behind it. */
const struct note *notes_next(const struct notes *n, size_t *from, uint64_t room, uint64_t first, uint64_t end);

#endif
