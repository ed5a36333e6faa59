/* Lines with the names they are sorted by. See room_list.h. */
#include "tui/room_list.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "tui/width.h"

#define GATHERED_MAX 3000   /* each hundred costs as much as ten messages of what one may ask */

struct row {
	char *key, *name;    /* key: the name folded, the first thing to go by */
	char *line;
};

struct room_list {
	struct row after;
	struct row *row;
	size_t count, cap;
	bool more;           /* there are than were gathered */
};

/* Without case and accents; what is no UTF-8 stays as it is. */
static char *fold(const char *name) {
	utf8proc_uint8_t *folded = NULL;
	utf8proc_option_t how = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK;
	return utf8proc_map((const utf8proc_uint8_t *)name, 0, &folded, how) < 0 ? xstrdup(name) : (char *)folded;
}

/* As strverscmp has it: #room9 before #room10. */
static int compare(const void *a, const void *b) {
	const struct row *x = a, *y = b;
	int order = strverscmp(x->key, y->key);
	return order ? order : strcmp(x->name, y->name);
}

static struct row row_named(const char *name) { return (struct row){ fold(name), xstrdup(name), NULL }; }

static void row_free(struct row *r) {
	free(r->key);
	free(r->name);
	free(r->line);
}

static char *line_for(const Appchat__RoomInfo *room) {
	struct buf b = { 0 };
	int pad = 16 - width_text(&width_standard, room->name, strlen(room->name));
	buf_printf(&b, " %s #%s%*s %5u online  %s", room->joined ? "*" : " ", room->name, pad > 0 ? pad : 0, "", room->online, room->topic);
	return (char *)b.data;
}

struct room_list *room_list_new(const char *after) {
	struct room_list *l = xcalloc(1, sizeof *l);
	l->after = row_named(after);
	return l;
}

void room_list_free(struct room_list *l) {
	if (!l)
		return;
	for (size_t i = 0; i < l->count; i++)
		row_free(&l->row[i]);
	row_free(&l->after);
	free(l->row);
	free(l);
}

const char *room_list_add(struct room_list *l, const Appchat__RoomList *page) {
	if (l->count + page->n_room > l->cap) {
		l->cap = (l->count + page->n_room) * 2;
		l->row = xrealloc(l->row, l->cap * sizeof *l->row);
	}
	for (size_t i = 0; i < page->n_room; i++) {
		struct row row = row_named(page->room[i]->name);
		row.line = line_for(page->room[i]);
		l->row[l->count++] = row;
	}
	l->more = page->more && page->n_room;
	return l->more && l->count < GATHERED_MAX ? l->row[l->count - 1].name : NULL;
}

void room_list_print(struct room_list *l, struct buf *out) {
	size_t i = 0, shown = 0;
	qsort(l->row, l->count, sizeof *l->row, compare);
	while (i < l->count && *l->after.name && compare(&l->row[i], &l->after) <= 0)
		i++;
	buf_printf(out, i < l->count ? "Rooms (* you are in):" : "There are no more rooms.");
	for (; i < l->count && shown < ROOM_LIST_SHOWN; i++, shown++)
		buf_printf(out, "\n%s", l->row[i].line);
	if (i < l->count)
		buf_printf(out, "\n   There are %zu more: /rooms %s goes on.", l->count - i, l->row[i - 1].name);
	if (l->more)
		buf_printf(out, "\n   The server has more rooms than that; /join ROOM enters one by its name.");
}
