/*
 * All rooms of a server, as a person looks for them. The server lists them by
 * a key that makes look-alikes equal and tells a person nothing, so the pages
 * are put together here and sorted by the names that are shown.
 */
#ifndef APPCHAT_TUI_ROOM_LIST_H
#define APPCHAT_TUI_ROOM_LIST_H

#include <stdbool.h>

#include "proto/appchat.pb-c.h"
#include "proto/base/buf.h"

#define ROOM_LIST_SHOWN 100      /* at once */

struct room_list;

/* after: only what comes behind this name is shown; "": all. */
struct room_list *room_list_new(const char *after);
void room_list_free(struct room_list *l);
/* Takes a page in. Returns the name after which to ask for the next one, good
 * until the next call here; NULL: that was all, or as much as is gathered. */
const char *room_list_add(struct room_list *l, const Appchat__RoomList *page);
/* Appends the list as lines, without a last newline. */
void room_list_print(struct room_list *l, struct buf *out);

#endif
