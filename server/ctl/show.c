/* Two passes over an answer: how wide is each column, then the lines. */
#include "server/ctl/show.h"

#include <stdbool.h>
#include <string.h>
#include <wchar.h>

#define COLUMNS 16
#define GAP 2

/* Ranges that look like nothing, or like something else. */
static const struct { unsigned from, to; } unwanted[] = {
	{0x0, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad}, {0x61c, 0x61c}, {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f},
	{0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164}, {0xd800, 0xdfff}, {0xe000, 0xf8ff},
	{0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xffff}, {0xe0000, 0x10ffff},
};

static bool wanted(unsigned c) {
	for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++)
		if (c >= unwanted[i].from && c <= unwanted[i].to)
			return false;
	return true;
}

/* Decodes one character; 0 bytes: it is not UTF-8. */
static size_t decode(const unsigned char *s, size_t len, unsigned *c) {
	size_t size = s[0] < 0x80 ? 1 : s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
		: s[0] >= 0xf0 && s[0] < 0xf5 ? 4 : 0;
	static const unsigned char mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
	if (!size || size > len)
		return 0;
	*c = s[0] & mask[size];
	for (size_t i = 1; i < size; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	return *c >= least[size] && *c <= 0x10ffff ? size : 0;
}

size_t ctl_show_clean(struct buf *out, const char *text, size_t len) {
	size_t columns = 0;
	for (size_t i = 0; i < len;) {
		unsigned c = 0;
		size_t n = decode((const unsigned char *)text + i, len - i, &c);
		int width = n && wanted(c) ? wcwidth((wchar_t)c) : -1;
		if (width >= 0)
			buf_append(out, text + i, n);
		else
			buf_byte(out, '?');
		columns += width >= 0 ? (size_t)width : 1;
		i += n ? n : 1;
	}
	return columns;
}

/* One cell of a line; *at steps over it. */
static size_t next_cell(const char **at, const char *end, const char **cell) {
	const char *tab = memchr(*at, '\t', (size_t)(end - *at));
	*cell = *at;
	*at = tab ? tab + 1 : end;
	return (size_t)((tab ? tab : end) - *cell);
}

static void measure(const char *line, const char *end, size_t widths[COLUMNS]) {
	struct buf scrap = {0};
	for (size_t i = 0; i < COLUMNS && line < end; i++) {
		const char *cell;
		size_t len = next_cell(&line, end, &cell);
		scrap.len = 0;
		size_t columns = ctl_show_clean(&scrap, cell, len);
		if (columns > widths[i])
			widths[i] = columns;
	}
	buf_free(&scrap);
}

static void print_line(FILE *out, const char *line, const char *end, const size_t widths[COLUMNS]) {
	struct buf row = {0};
	for (size_t i = 0; i < COLUMNS && line < end; i++) {
		const char *cell;
		size_t len = next_cell(&line, end, &cell);
		size_t columns = ctl_show_clean(&row, cell, len);
		for (size_t pad = columns; line < end && pad < widths[i] + GAP; pad++)
			buf_byte(&row, ' ');
	}
	buf_byte(&row, '\n');
	fwrite(row.data, 1, row.len, out);
	buf_free(&row);
}

void ctl_show_table(FILE *out, const char *text, size_t len) {
	size_t widths[COLUMNS] = {0};
	const char *end = text + len;
	for (int pass = 0; pass < 2; pass++)
		for (const char *line = text; line < end;) {
			const char *nl = memchr(line, '\n', (size_t)(end - line));
			const char *stop = nl ? nl : end;
			if (pass)
				print_line(out, line, stop, widths);
			else
				measure(line, stop, widths);
			line = stop + 1;
		}
}
