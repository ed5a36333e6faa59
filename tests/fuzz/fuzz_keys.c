/* Anything from the keyboard, in pieces: it becomes keys, and an end. Input: the size of the pieces, then bytes. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "tui/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(struct keys *k) {
	struct key key;
	while (keys_next(k, &key)) {
		assert(key.kind <= KEY_BACKGROUND);
		if (key.kind == KEY_PASTE)
			assert(keys_paste(k)->len <= KEYS_PASTE_MAX);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (!size)
		return 0;
	struct keys *k = keys_new();
	size_t piece = 1 + data[0] % 32;
	keys_know(k, L"\x9b" L"1;3A");
	keys_know(k, L"\x8f" L"P");
	for (size_t at = 1; at < size; at += piece) {
		keys_feed(k, (const char *)data + at, size - at < piece ? size - at : piece);
		take(k);
	}
	keys_expire(k);
	take(k);
	keys_free(k);
	return 0;
}
