/* One row for each kind of first byte (Unicode, table 3-7). */
#include "proto/base/utf8.h"

#include <stdint.h>

static const struct {
	uint8_t lo, hi, lo2, hi2, size;
} rows[] = {
	{0x00, 0x7f, 0, 0, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
	{0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
	{0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

size_t utf8_sequence(const char *s, size_t len) {
	const uint8_t *b = (const uint8_t *)s;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (b[0] < rows[i].lo || b[0] > rows[i].hi)
			continue;
		if (len < rows[i].size)
			return 0;
		if (rows[i].size > 1 && (b[1] < rows[i].lo2 || b[1] > rows[i].hi2))
			return 0;
		for (size_t k = 2; k < rows[i].size; k++)
			if (b[k] >> 6 != 2)
				return 0;
		return rows[i].size;
	}
	return 0;
}

bool utf8_valid(const char *s, size_t len) {
	for (size_t i = 0; i < len;) {
		size_t n = utf8_sequence(s + i, len - i);
		if (!n)
			return false;
		i += n;
	}
	return true;
}

size_t utf8_count(const char *s) {
	size_t n = 0;
	for (; *s; s++)
		n += ((uint8_t)*s >> 6) != 2;
	return n;
}

size_t utf8_cut(const char *s, size_t max) {
	size_t n = 0;
	while (n < max && s[n])
		n++;
	while (n && s[n] && ((uint8_t)s[n] >> 6) == 2)
		n--;
	return n;
}
