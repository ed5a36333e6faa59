/* An array in order of arrival: a few hundred lines, searched through. */
#include "tui/notes.h"

#include <stdlib.h>
#include <string.h>

#include "tui/sanitize.h"

static void drop(struct notes *n, size_t i) {
	free(n->note[i].text);
	memmove(&n->note[i], &n->note[i + 1], (n->count - i - 1) * sizeof *n->note);
	n->count--;
}

void notes_add(struct notes *n, uint64_t room, uint64_t after, enum client_level level, const char *text) {
	if (n->count == NOTES_MAX)
		drop(n, 0);
	n->note[n->count++] = (struct note){ room, after, level, sanitize_copy(text, SANITIZE_TEXT) };
}

void notes_clear(struct notes *n, uint64_t room) {
	for (size_t i = n->count; i--;)
		if (n->note[i].room == room)
			drop(n, i);
}

const struct note *notes_next(const struct notes *n, size_t *from, uint64_t room, uint64_t first, uint64_t end) {
	for (; *from < n->count; ++*from) {
		const struct note *note = &n->note[*from];
		if (note->room == room && note->after >= first && note->after < end) {
			++*from;
			return note;
		}
	}
	return NULL;
}
