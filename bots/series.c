/* A growing array. */
#include "bots/series.h"

#include <stdlib.h>

#include "proto/base/buf.h"

void series_add(struct series *s, const struct series_row *row) {
	if (s->count == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 64;
		s->row = xrealloc(s->row, s->cap * sizeof *s->row);
	}
	s->row[s->count++] = *row;
}

struct series_row series_last(const struct series *s) {
	return s->count ? s->row[s->count - 1] : (struct series_row){.server_cpu = -1};
}

void series_free(struct series *s) {
	free(s->row);
	*s = (struct series){0};
}
