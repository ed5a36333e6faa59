/* Greedy wrapping: the last space that fits, else the last cluster that fits. */
#include "tui/wrap.h"

#include <stdbool.h>
#include <utf8proc.h>

/* May a line end before this cluster though no space is there? (Han, kana, Hangul.) */
static bool ideograph(const char *text, size_t len) {
	int32_t code;
	width_decode(text, len, &code);
	return (code >= 0x2E80 && code < 0xA4D0) || (code >= 0xAC00 && code < 0xD7A4) || (code >= 0x20000 && code < 0x40000);
}

struct breaks {
	size_t end, next;   /* text shown ends here; the next line starts there; next 0: none yet */
};

static size_t trimmed(const char *text, size_t end) {
	while (end && text[end - 1] == ' ')
		end--;
	return end;
}

/* The line is full at `at`: break at the last place found, or right here. */
static size_t broken(const char *text, size_t len, size_t at, struct breaks last, size_t *shown) {
	if (text[at] == ' ')
		last = (struct breaks){ at, at };
	if (!last.next && last.end == 0) {
		*shown = at;
		return at;
	}
	size_t next = last.next;
	while (next < len && text[next] == ' ')
		next++;
	if (next < len && text[next] == '\n')
		next++;
	*shown = trimmed(text, last.end);
	return next;
}

size_t wrap_line(const struct width_rules *rules, const char *text, size_t len, int columns, size_t *shown) {
	struct breaks last = { 0, 0 };
	size_t at = 0;
	int used = 0;
	bool word = false;   /* something but spaces has been seen */
	while (at < len && text[at] != '\n') {
		int wide;
		size_t n = width_cluster(rules, text + at, len - at, &wide);
		if (word && at && ideograph(text + at, len - at))
			last = (struct breaks){ at, at };
		if (used + wide > columns && at)
			return broken(text, len, at, last, shown);
		if (text[at] == ' ' && word)
			last = (struct breaks){ at, at + 1 };
		word = word || text[at] != ' ';
		used += wide;
		at += n;
	}
	*shown = at;
	return at < len ? at + 1 : at;
}

int wrap_count(const struct width_rules *rules, const char *text, size_t len, int columns) {
	int lines = 0;
	for (size_t at = 0, shown; at < len; lines++)
		at += wrap_line(rules, text + at, len - at, columns, &shown);
	return lines ? lines : 1;
}
