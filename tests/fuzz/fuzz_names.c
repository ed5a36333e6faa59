/*
 * Anything as a name. What is let in is within the bounds, is its own normal
 * form, and has one key however often it is checked.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "server/handle/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(enum name_result check_name(const char *, char *, char *), const char *text) {
	char name[STORE_NAME_MAX], key[STORE_KEY_MAX], again[STORE_NAME_MAX], same[STORE_KEY_MAX];
	enum name_result result = check_name(text, name, key);
	assert(strlen(name_explain(result)) > 0);
	if (result != NAME_OK) {
		assert(!name[0] && !key[0]);
		return;
	}
	assert(name[0] && key[0] && !strpbrk(name, " \t\n\x1b\x7f#/"));
	assert(check_name(name, again, same) == NAME_OK);
	assert(!strcmp(name, again) && !strcmp(key, same));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char *text = xmalloc(size + 1);
	memcpy(text, data, size);
	text[size] = '\0';
	check(name_check_user, text);
	check(name_check_room, text);
	free(text);
	return 0;
}
