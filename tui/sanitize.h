/*
 * Text from outside made safe for a terminal: valid UTF-8 with no control
 * character, no bidirectional override, no tag, no filler, nothing unassigned
 * and nothing invisible that does not belong where it stands; clusters of a
 * bounded length. What could deceive is shown as U+FFFD or a control picture;
 * what shows nothing anyway is left out.
 */
#ifndef APPCHAT_TUI_SANITIZE_H
#define APPCHAT_TUI_SANITIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/base/buf.h"

enum sanitize_mode {
	SANITIZE_LINE,   /* names, topics: every line break is a space */
	SANITIZE_TEXT,   /* messages: line breaks are "\n", a tab is 4 spaces */
};

/* Appends the safe form of text to out. Its size is at most 3 * len + 3 bytes
 * more, 4 for each tab. */
void sanitize(struct buf *out, const char *text, size_t len, enum sanitize_mode mode);
/* The safe form as a string of its own; the caller frees it. */
char *sanitize_copy(const char *text, enum sanitize_mode mode);
/* Writes the safe form of text into out as one line, cut at a code point. Returns out. */
char *sanitize_line(char *out, size_t size, const char *text);

#define SANITIZE_MARKS 4      /* combining marks kept in one cluster */
#define SANITIZE_CLUSTER 16   /* code points kept in one cluster */

/* May this code point stand in sanitized text at all (in its place)? For the tests. */
bool sanitize_allowed(int32_t code, enum sanitize_mode mode);

#endif
