/*
 * Bytes from the terminal become what the editor reads: characters, and
 * sequences whose "ESC [" is one character (KEYS_CSI) and "ESC O" another
 * (KEYS_SS3), so that a key never looks like a lone ESC to vi keys. A
 * sequence nobody has bound is dropped whole. Pasted text comes as one piece,
 * answers of the terminal as themselves. Pure logic: bytes in, keys out.
 */
#ifndef APPCHAT_TUI_KEYS_H
#define APPCHAT_TUI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#include "proto/base/buf.h"

#define KEYS_CSI L'\x9b'
#define KEYS_SS3 L'\x8f'
#define KEYS_ALONE L'\x82'      /* no key: given to libedit after an ESC that was the key itself */
#define KEYS_ESCAPE_MS 40       /* how long an ESC may wait for the rest of a sequence */
#define KEYS_PASTE_MAX 65536

enum key_kind {
	KEY_CHARACTER,    /* character */
	KEY_ESCAPE,       /* the key itself: an ESC that nothing followed in time */
	KEY_PASTE,        /* keys_paste() holds it */
	KEY_REPORT,       /* the cursor is at row, column (from 1) */
	KEY_BACKGROUND,   /* value: brightness 0 to 255 */
};

struct key {
	enum key_kind kind;
	wchar_t character;
	int row, column, value;
};

struct keys;

struct keys *keys_new(void);
void keys_free(struct keys *k);
/* From now on this sequence is a key: CSI or SS3 and what follows, "\x9b" "1;3A". */
void keys_know(struct keys *k, const wchar_t *sequence);
void keys_feed(struct keys *k, const char *data, size_t len);
/* Takes the next key; false when there is none, or only a part of one. */
bool keys_next(struct keys *k, struct key *out);
/* True when part of a sequence waits: call keys_expire after KEYS_ESCAPE_MS. */
bool keys_partial(const struct keys *k);
/* What waits was all there is. */
void keys_expire(struct keys *k);
/* The text of the last KEY_PASTE, as it came; valid until the next keys_next. */
const struct buf *keys_paste(const struct keys *k);

#endif
