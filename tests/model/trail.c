/* A ring of lines, and one way to say that something is wrong. */
#include "tests/model/trail.h"

#include <stdarg.h>
#include <stdio.h>

#define PRINTED_MAX 20

uint64_t trail_tick(struct trail *t) {
	return ++t->tick;
}

void trail_did(struct trail *t, const char *format, ...) {
	va_list list;
	char *line = t->lines[t->next++ % TRAIL_LINES];
	int n = snprintf(line, sizeof t->lines[0], "%llu ", (unsigned long long)t->tick);
	va_start(list, format);
	vsnprintf(line + n, sizeof t->lines[0] - (size_t)n, format, list);
	va_end(list);
	if (t->file)
		fprintf(t->file, "%s\n", line);
}

static void print_trail(const struct trail *t) {
	unsigned first = t->next > TRAIL_LINES ? t->next - TRAIL_LINES : 0;
	for (unsigned i = first; i < t->next; i++)
		printf("    %s\n", t->lines[i % TRAIL_LINES]);
}

void trail_differ(struct trail *t, const char *format, ...) {
	va_list list;
	va_start(list, format);
	vsnprintf(t->last, sizeof t->last, format, list);
	va_end(list);
	if (t->differences++ >= PRINTED_MAX || t->quiet)
		return;
	printf("DIFFERENCE at tick %llu, seed %llu: %s\n", (unsigned long long)t->tick, (unsigned long long)t->seed, t->last);
	if (t->differences == 1)
		print_trail(t);
	fflush(stdout);
}
