/*
 * From outside's bytes to a name and its key:
 *
 *   UTF-8 -> NFKC -> checks                       = name
 *   name -> decomposed, case-folded -> each character replaced by its
 *   prototype (confusables.txt) -> decomposed     = key
 *
 * This is the skeleton of UTS #39 on the folded name. Two names that differ
 * only in case, or only in what they are drawn with, have one key. That holds
 * within ASCII too (l, I and 1; O and 0; rn and m), as with IRC servers that look
 * at shapes: a guest "aIice" beside Alice deceives in the page's font, while who
 * is refused "lan" because of Ian only chooses another name. One key also makes
 * i stand with l, for I does and case does not count.
 */
#include "server/handle/names.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "proto/limits.h"

#define KEY_POINTS (STORE_NAME_MAX * 18)   /* of one byte come at most 18 code points */
#define MARKS_MAX 4                        /* combining marks on one letter */

static const struct confusable {
	uint32_t from;
	uint32_t to[5];
} confusables[] = {
#include "server/handle/confusables.inc"
};

/* Blocks of the scripts that share shapes. Nobody's name mixes them but to deceive. */
enum script { SCRIPT_OTHER, SCRIPT_LATIN, SCRIPT_GREEK, SCRIPT_CYRILLIC, SCRIPT_ARMENIAN, SCRIPT_CHEROKEE };
static const struct { uint32_t first, last; enum script script; } blocks[] = {
	{ 0x0041, 0x005a, SCRIPT_LATIN }, { 0x0061, 0x007a, SCRIPT_LATIN }, { 0x00c0, 0x02af, SCRIPT_LATIN },
	{ 0x0370, 0x03e1, SCRIPT_GREEK }, { 0x03f0, 0x03ff, SCRIPT_GREEK }, { 0x0400, 0x052f, SCRIPT_CYRILLIC },
	{ 0x0530, 0x058f, SCRIPT_ARMENIAN }, { 0x13a0, 0x13ff, SCRIPT_CHEROKEE }, { 0x1c80, 0x1c8f, SCRIPT_CYRILLIC },
	{ 0x1d00, 0x1d25, SCRIPT_LATIN }, { 0x1e00, 0x1eff, SCRIPT_LATIN }, { 0x1f00, 0x1fff, SCRIPT_GREEK },
	{ 0x2c60, 0x2c7f, SCRIPT_LATIN }, { 0x2de0, 0x2dff, SCRIPT_CYRILLIC }, { 0xa640, 0xa69f, SCRIPT_CYRILLIC },
	{ 0xa722, 0xa7ff, SCRIPT_LATIN }, { 0xab30, 0xab6f, SCRIPT_LATIN }, { 0xab70, 0xabbf, SCRIPT_CHEROKEE },
};

static enum script script_of(uint32_t point) {
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		if (point >= blocks[i].first && point <= blocks[i].last)
			return blocks[i].script;
	return SCRIPT_OTHER;
}

enum kind { KIND_BAD, KIND_WORD, KIND_MARK, KIND_PUNCTUATION };

static enum kind kind_of(int32_t point) {
	if (point < 0x80 && strchr("-_.'", point) && point != 0)
		return KIND_PUNCTUATION;
	if (utf8proc_get_property(point)->ignorable)
		return KIND_BAD;
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM: case UTF8PROC_CATEGORY_LO: case UTF8PROC_CATEGORY_ND:
		return KIND_WORD;
	case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC:
		return KIND_MARK;
	default:
		return KIND_BAD;
	}
}

/* What is being checked, one code point after the other. */
struct scan {
	size_t count, marks;
	enum kind last;
	enum script script;
};

static enum name_result scan_point(struct scan *s, int32_t point) {
	enum kind kind = kind_of(point);
	enum script script = script_of((uint32_t)point);
	if (kind == KIND_BAD)
		return NAME_BAD_CHARACTER;
	if (s->count == 0 && kind != KIND_WORD)
		return NAME_BAD_EDGE;
	if (kind == KIND_PUNCTUATION && s->last == KIND_PUNCTUATION)
		return NAME_BAD_RUN;
	s->marks = kind == KIND_MARK ? s->marks + 1 : 0;
	if (s->marks > MARKS_MAX || (kind == KIND_MARK && s->last == KIND_PUNCTUATION))
		return NAME_BAD_RUN;
	if (script != SCRIPT_OTHER && s->script != SCRIPT_OTHER && script != s->script)
		return NAME_MIXED_SCRIPTS;
	if (script != SCRIPT_OTHER)
		s->script = script;
	s->last = kind;
	s->count++;
	return NAME_OK;
}

static enum name_result scan_name(const char *name, size_t max_chars) {
	const uint8_t *p = (const uint8_t *)name;
	struct scan s = { 0 };
	int32_t point;
	while (*p) {
		utf8proc_ssize_t n = utf8proc_iterate(p, -1, &point);
		if (n <= 0)
			return NAME_NOT_UTF8;
		enum name_result result = scan_point(&s, point);
		if (result != NAME_OK)
			return result;
		p += n;
	}
	if (s.count == 0)
		return NAME_EMPTY;
	if (s.count > max_chars)
		return NAME_TOO_LONG;
	return s.last == KIND_PUNCTUATION ? NAME_BAD_EDGE : NAME_OK;
}

/* Telephones write the apostrophe as U+2019. */
static void straighten_apostrophes(char *name) {
	for (char *p; (p = strstr(name, "\xe2\x80\x99")); ) {
		*p = '\'';
		memmove(p + 1, p + 3, strlen(p + 3) + 1);
	}
}

static enum name_result normalise(const char *name, char out[STORE_NAME_MAX]) {
	uint8_t *normal = NULL;
	const utf8proc_option_t nfkc = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE;
	enum name_result result = NAME_OK;
	if (strnlen(name, STORE_NAME_MAX * 4) >= STORE_NAME_MAX * 4)
		return NAME_TOO_LONG;
	if (utf8proc_map((const uint8_t *)name, 0, &normal, nfkc) < 0)
		return NAME_NOT_UTF8;
	straighten_apostrophes((char *)normal);
	size_t len = strlen((char *)normal);
	if (len >= STORE_NAME_MAX)
		result = NAME_TOO_LONG;
	else
		memcpy(out, normal, len + 1);
	free(normal);
	return result;
}

static int compare_confusables(const void *a, const void *b) {
	uint32_t x = ((const struct confusable *)a)->from, y = ((const struct confusable *)b)->from;
	return x < y ? -1 : x > y;
}

static size_t put_prototype(uint8_t *out, int32_t point) {
	const struct confusable wanted = { .from = (uint32_t)point };
	const struct confusable *found = bsearch(&wanted, confusables, sizeof confusables / sizeof *confusables,
	                                         sizeof *confusables, compare_confusables);
	if (!found)
		return (size_t)utf8proc_encode_char(point, out);
	size_t len = 0;
	for (size_t i = 0; i < sizeof found->to / sizeof *found->to && found->to[i]; i++)
		len += (size_t)utf8proc_encode_char((int32_t)found->to[i], out + len);
	return len;
}

/* Each call's memory is bounded by the name's: at most 127 bytes. */
static enum name_result make_key(const char *name, char key[STORE_KEY_MAX]) {
	int32_t points[KEY_POINTS];
	uint8_t like[KEY_POINTS * 4 + 1], *normal = NULL;
	const utf8proc_option_t fold = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD;
	const utf8proc_option_t nfd = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_DECOMPOSE;
	size_t len = 0;
	utf8proc_ssize_t n = utf8proc_decompose((const uint8_t *)name, 0, points, KEY_POINTS, fold);
	if (n < 0 || n > KEY_POINTS)
		return NAME_TOO_LONG;
	for (utf8proc_ssize_t i = 0; i < n && len < sizeof like - 21; i++)
		len += put_prototype(like + len, points[i]);
	like[len] = '\0';
	if (utf8proc_map(like, 0, &normal, nfd) < 0)
		return NAME_BAD_CHARACTER;
	len = strlen((char *)normal);
	if (len < STORE_KEY_MAX)
		memcpy(key, normal, len + 1);
	free(normal);
	return len < STORE_KEY_MAX ? NAME_OK : NAME_TOO_LONG;
}

static enum name_result check(const char *name, size_t max_chars, size_t max_bytes,
                              char out_name[STORE_NAME_MAX], char key[STORE_KEY_MAX]) {
	out_name[0] = key[0] = '\0';
	enum name_result result = normalise(name, out_name);
	if (result == NAME_OK)
		result = scan_name(out_name, max_chars);
	if (result == NAME_OK && strlen(out_name) > max_bytes)
		result = NAME_TOO_LONG;
	if (result == NAME_OK)
		result = make_key(out_name, key);
	if (result != NAME_OK)
		out_name[0] = key[0] = '\0';
	return result;
}

bool name_is_address(const char *text) {
	unsigned char out[sizeof(struct in6_addr)];
	return inet_pton(AF_INET, text, out) == 1 || inet_pton(AF_INET6, text, out) == 1;
}

enum name_result name_check_user(const char *name, char out_name[STORE_NAME_MAX], char key[STORE_KEY_MAX]) {
	enum name_result result = check(name, LIMIT_NAME_CHARS, LIMIT_NAME_BYTES, out_name, key);
	if (result != NAME_OK || !name_is_address(out_name))
		return result;
	out_name[0] = key[0] = '\0';
	return NAME_IS_ADDRESS;
}

enum name_result name_check_room(const char *name, char out_name[STORE_NAME_MAX], char key[STORE_KEY_MAX]) {
	return check(name, LIMIT_ROOM_NAME_CHARS, STORE_NAME_MAX - 1, out_name, key);
}

const char *name_explain(enum name_result result) {
	static const char *const sentences[NAME_RESULTS] = {
		[NAME_OK] = "The name is good.",
		[NAME_EMPTY] = "The name is empty; give at least one letter or digit.",
		[NAME_TOO_LONG] = "The name is too long; a person's has at most 32 characters, a room's 48.",
		[NAME_NOT_UTF8] = "The name is not valid UTF-8 text.",
		[NAME_BAD_CHARACTER] = "The name has a character that names may not have; use letters, digits and - _ . ' without spaces.",
		[NAME_BAD_EDGE] = "The name must begin and end with a letter or a digit.",
		[NAME_BAD_RUN] = "The name has punctuation marks in a row, or too many accents on one letter.",
		[NAME_MIXED_SCRIPTS] = "The name mixes alphabets whose letters look alike; keep to one of them.",
		[NAME_IS_ADDRESS] = "The name is a network address; take another one.",
	};
	return (unsigned)result < NAME_RESULTS ? sentences[result] : "The name is not allowed.";
}
