/* Fixed columns: run, number, author, checksum; the checksum leaves itself out. */
#include "bots/text.h"

#include <stdio.h>
#include <string.h>

#include "proto/base/uuid.h"

enum { AT_NUMBER = TEXT_RUN + 1, AT_AUTHOR = AT_NUMBER + 9, AT_SUM = AT_AUTHOR + 7, SUM_SIZE = 8 };

void text_make_run(char run[TEXT_RUN + 1]) {
	static const char letters[32] = "abcdefghjkmnpqrstuvwxyz23456789a"; /* none of i, l, o, 0, 1 */
	uint8_t random[TEXT_RUN];
	random_bytes(random, sizeof random);
	for (int i = 0; i < TEXT_RUN; i++)
		run[i] = letters[random[i] % 32];
	run[TEXT_RUN] = 0;
}

static uint32_t fold(uint32_t h, const char *p, size_t len) {
	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)p[i]) * 16777619u;
	return h;
}

static uint32_t checksum(const char *text, size_t len) {
	uint32_t h = fold(2166136261u, text, AT_SUM);
	h = fold(h, text + AT_SUM + SUM_SIZE, len - AT_SUM - SUM_SIZE);
	return h ^ (uint32_t)len;
}

void text_make(char *out, size_t size, const char *run, uint32_t number, uint32_t author) {
	char head[TEXT_MIN + 1], sum[SUM_SIZE + 1];
	snprintf(head, sizeof head, "%.*s.%08x.%06x.", TEXT_RUN, run, number, author & 0xffffff);
	memcpy(out, head, AT_SUM);
	uint32_t state = number * 2654435761u + 1;
	for (size_t i = TEXT_MIN; i < size; i++) {
		state = state * 1664525u + 1013904223u;
		out[i] = i == TEXT_MIN ? ' ' : (char)('a' + (state >> 16) % 26);
	}
	snprintf(sum, sizeof sum, "%08x", checksum(out, size));
	memcpy(out + AT_SUM, sum, SUM_SIZE);
}

static int read_hex(const char *p, int digits, uint32_t *out) {
	*out = 0;
	for (int i = 0; i < digits; i++) {
		const char *hex = "0123456789abcdef", *at = p[i] ? strchr(hex, p[i]) : NULL;
		if (!at)
			return 0;
		*out = *out << 4 | (uint32_t)(at - hex);
	}
	return 1;
}

enum text_kind text_parse(const char *text, size_t len, const char *run, uint32_t *number, uint32_t *author) {
	uint32_t sum;
	if (len < AT_NUMBER || memcmp(text, run, TEXT_RUN) || text[TEXT_RUN] != '.')
		return TEXT_FOREIGN;
	if (len < TEXT_MIN || !read_hex(text + AT_NUMBER, 8, number) || !read_hex(text + AT_AUTHOR, 6, author) ||
	    !read_hex(text + AT_SUM, SUM_SIZE, &sum) || sum != checksum(text, len))
		return TEXT_BROKEN;
	return TEXT_OURS;
}
