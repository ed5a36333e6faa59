/* One walk over the text, looking at the beginnings of words. */
#include "tui/marks.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool word_byte(char c) { return isalnum((unsigned char)c) || c == '_' || (c & 0x80); }

static size_t link_length(const char *text, size_t len) {
	size_t scheme = len > 8 && strncasecmp(text, "https://", 8) == 0 ? 8 : len > 7 && strncasecmp(text, "http://", 7) == 0 ? 7 : 0;
	if (!scheme)
		return 0;
	size_t n = scheme;
	while (n < len && !strchr(" \n<>\"`", text[n]))
		n++;
	while (n > scheme && strchr(".,;:!?)]}'*_", text[n - 1]))
		n--;
	return n > scheme ? n : 0;
}

static size_t mention_length(const char *text, size_t len, const char *self, size_t self_len) {
	if (!self_len || len < self_len || strncasecmp(text, self, self_len) != 0)
		return 0;
	return len == self_len || !word_byte(text[self_len]) ? self_len : 0;
}

size_t marks_find(const char *text, size_t len, const char *self, struct mark *out, size_t room) {
	size_t count = 0, self_len = strlen(self);
	for (size_t at = 0; at < len && count < room;) {
		if (at && word_byte(text[at - 1])) {
			at++;
			continue;
		}
		size_t link = link_length(text + at, len - at);
		size_t n = link ? link : mention_length(text + at, len - at, self, self_len);
		if (n)
			out[count++] = (struct mark){ at, at + n, link ? MARK_LINK : MARK_MENTION };
		at += n ? n : 1;
	}
	return count;
}

bool marks_mention(const char *text, const char *self) {
	struct mark mark[64];
	size_t n = marks_find(text, strlen(text), self, mark, 64);
	for (size_t i = 0; i < n; i++)
		if (mark[i].kind == MARK_MENTION)
			return true;
	return false;
}
