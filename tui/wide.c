/* Wide characters are code points on the systems we run on. */
#include "tui/wide.h"

#include <stdint.h>
#include <string.h>

#include "proto/base/buf.h"
#include "tui/width.h"

wchar_t *wide_from_text(const char *text) {
	size_t len = strlen(text), n = 0;
	wchar_t *out = xmalloc((len + 1) * sizeof *out);
	for (size_t at = 0; at < len; n++) {
		int32_t code;
		at += width_decode(text + at, len - at, &code);
		out[n] = (wchar_t)code;
	}
	out[n] = 0;
	return out;
}

char *wide_to_text(const wchar_t *wide, size_t len) {
	char *out = xmalloc(len * 4 + 1), *to = out;
	for (size_t i = 0; i < len; i++)
		to += width_encode((int32_t)wide[i], to);
	*to = 0;
	return out;
}

wchar_t *wide_copy(const wchar_t *wide, size_t len) {
	wchar_t *out = xmalloc((len + 1) * sizeof *out);
	if (len)
		memcpy(out, wide, len * sizeof *out);
	out[len] = 0;
	return out;
}

size_t wide_bytes(const wchar_t *wide, size_t len) {
	char bytes[4];
	size_t sum = 0;
	for (size_t i = 0; i < len; i++)
		sum += width_encode((int32_t)wide[i], bytes);
	return sum;
}
