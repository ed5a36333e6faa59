/* One sentence for every place where a text is refused. See too_long.h. */
#include "tui/too_long.h"

#include <stdio.h>

#include "proto/limits.h"

bool too_long(char out[TOO_LONG_SIZE], const char *what, size_t bytes) {
	bool more = bytes > TOO_LONG_COUNTED;
	if (bytes <= LIMIT_TEXT)
		return false;
	snprintf(out, TOO_LONG_SIZE, "%s is too long: it has %s%zu bytes, and at most %d can be sent; shorten it, or send it in parts",
		 what, more ? "more than " : "", more ? (size_t)TOO_LONG_COUNTED : bytes, LIMIT_TEXT);
	return true;
}
