/* Reading tests/vectors: lines of words. */
#ifndef APPCHAT_TESTS_VECTORS_H
#define APPCHAT_TESTS_VECTORS_H

#include <stddef.h>

#define VECTOR_WORDS 64

struct vector_line {
	int number;
	size_t words;
	char *word[VECTOR_WORDS + 1];   /* NULL behind the last */
};

/* Calls each for every line of the file but comments and empty ones; fails the test when it can't be read. */
void vectors_read(const char *path, void (*each)(void *arg, const struct vector_line *line), void *arg);

#endif
