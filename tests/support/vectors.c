/* Lines of words. See vectors.h. */
#include "tests/support/vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void split(char *text, struct vector_line *line) {
	char *word;
	line->words = 0;
	while ((word = strsep(&text, " \n")) && line->words < VECTOR_WORDS)
		if (*word)
			line->word[line->words++] = word;
	line->word[line->words] = NULL;
}

void vectors_read(const char *path, void (*each)(void *arg, const struct vector_line *line), void *arg) {
	struct vector_line line = {0};
	char *text = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "r");
	if (!file) {
		perror(path);
		abort();
	}
	while (getline(&text, &size, file) > 0) {
		line.number++;
		split(text, &line);
		if (line.words && *line.word[0] != '#')
			each(arg, &line);
	}
	free(text);
	fclose(file);
}
