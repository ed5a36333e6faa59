/*
 * Anything as a message on its way to a terminal: what sanitize() lets through
 * is valid UTF-8 of allowed code points, is not made longer by a second pass,
 * and every line that is made of it fits and takes something away from it.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/base/utf8.h"
#include "tui/sanitize.h"
#include "tui/width.h"
#include "tui/wrap.h"

#define SIZE_MAX_IN 16384

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_allowed(const struct buf *safe, enum sanitize_mode mode) {
	const char *text = (const char *)safe->data;
	for (size_t at = 0; at < safe->len;) {
		int32_t code;
		at += width_decode(text + at, safe->len - at, &code);
		assert(sanitize_allowed(code, mode));
	}
}

static void check_lines(const struct buf *safe, const struct width_rules *rules, int columns) {
	const char *text = (const char *)safe->data;
	size_t at = 0;
	int lines = 0;
	while (at < safe->len) {
		size_t shown, took = wrap_line(rules, text + at, safe->len - at, columns, &shown);
		assert(took > 0 && took <= safe->len - at && shown <= took);
		int one, width = width_text(rules, text + at, shown);
		assert(width <= columns || width_cluster(rules, text + at, shown, &one) == shown);
		at += took;
		lines++;
	}
	assert(wrap_count(rules, text, safe->len, columns) == (lines ? lines : 1));
}

static void check_mode(const char *text, size_t size, enum sanitize_mode mode) {
	struct buf once = {0}, twice = {0};
	sanitize(&once, text, size, mode);
	size_t tabs = 0;
	for (size_t i = 0; i < size; i++)
		tabs += text[i] == '\t';
	assert(once.len <= 3 * size + 3 + 4 * tabs);
	if (once.len) {
		char *copy = strndup((const char *)once.data, once.len);
		assert(strlen(copy) == once.len && utf8_valid(copy, once.len));
		free(copy);
		check_allowed(&once, mode);
		check_lines(&once, &width_standard, 1 + (int)(size % 100));
		check_lines(&once, &width_legacy, 1 + (int)(size % 7));
		sanitize(&twice, (const char *)once.data, once.len, mode);
		assert(twice.len <= once.len);   /* a joiner may lose the mark it stood between */
		check_allowed(&twice, mode);
	}
	buf_free(&once);
	buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size > SIZE_MAX_IN)
		return 0;
	check_mode((const char *)data, size, SANITIZE_TEXT);
	check_mode((const char *)data, size, SANITIZE_LINE);
	return 0;
}
