/* What is special within a message's text: links, and our own name. */
#ifndef APPCHAT_TUI_MARKS_H
#define APPCHAT_TUI_MARKS_H

#include <stdbool.h>
#include <stddef.h>

enum mark_kind { MARK_LINK, MARK_MENTION };

struct mark {
	size_t start, end;    /* bytes */
	enum mark_kind kind;
};

/* Finds at most `room` marks in sanitized text, in order; returns how many.
 * self: our name, "" when we have none. */
size_t marks_find(const char *text, size_t len, const char *self, struct mark *out, size_t room);
/* Does the text hold our name as a word of its own? */
bool marks_mention(const char *text, const char *self);

#endif
