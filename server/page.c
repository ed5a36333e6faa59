/* The page is found relative to the program, so that a moved installation works. */
#include "server/page.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Relative to the folder of the program. The second is for build/san, and must
 * not be taken for the page's sources, which are not served. */
static const struct {
	const char *path, *only_under;
} places[] = {{"web", NULL}, {"../web", "/build/"}, {"../share/appchat/web", NULL}};

bool page_ok(const char *folder) {
	char index[600];
	int n = snprintf(index, sizeof index, "%s/index.html", folder);
	return n > 0 && (size_t)n < sizeof index && !access(index, R_OK);
}

bool page_find(char *out, size_t size) {
	char program[400];
	ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
	if (len <= 0)
		return false;
	program[len] = 0;
	*strrchr(program, '/') = 0;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (places[i].only_under && !strstr(program, places[i].only_under))
			continue;
		snprintf(out, size, "%s/%s", program, places[i].path);
		if (page_ok(out))
			return true;
	}
	*out = 0;
	return false;
}
