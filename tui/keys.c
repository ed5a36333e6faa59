/* A buffer of bytes, taken apart from its front; ready characters wait in a small queue. */
#include "tui/keys.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/sanitize.h"
#include "tui/width.h"

#define ESC 0x1B
#define SEQUENCE_MAX 40
#define PASTE_END "\033[201~"
#define PASTE_END_LEN 6

struct keys {
	struct buf in, paste;
	size_t at;                          /* of in: taken so far */
	wchar_t ready[SEQUENCE_MAX + 2];    /* characters of a sequence being handed out */
	size_t ready_at, ready_len;
	wchar_t **known;
	size_t knowns;
	bool pasting, expired;
};

/* What became of an attempt to take a key. */
enum taken { TAKEN, NOTHING, PARTIAL, SKIPPED };

struct keys *keys_new(void) { return xcalloc(1, sizeof(struct keys)); }

void keys_free(struct keys *k) {
	if (!k)
		return;
	for (size_t i = 0; i < k->knowns; i++)
		free(k->known[i]);
	free(k->known);
	buf_free(&k->in);
	buf_free(&k->paste);
	free(k);
}

static bool known(const struct keys *k, const wchar_t *sequence) {
	for (size_t i = 0; i < k->knowns; i++)
		if (wcscmp(k->known[i], sequence) == 0)
			return true;
	return false;
}

void keys_know(struct keys *k, const wchar_t *sequence) {
	if (known(k, sequence))
		return;
	k->known = xrealloc(k->known, (k->knowns + 1) * sizeof *k->known);
	size_t size = (wcslen(sequence) + 1) * sizeof *sequence;
	k->known[k->knowns++] = memcpy(xmalloc(size), sequence, size);
}

void keys_feed(struct keys *k, const char *data, size_t len) {
	buf_consume(&k->in, k->at);
	k->at = 0;
	buf_append(&k->in, data, len);
	k->expired = false;
}

static size_t rest(const struct keys *k) { return k->in.len - k->at; }
static const unsigned char *front(const struct keys *k) { return k->in.data + k->at; }

bool keys_partial(const struct keys *k) { return rest(k) && !k->pasting; }
void keys_expire(struct keys *k) { k->expired = true; }
const struct buf *keys_paste(const struct keys *k) { return &k->paste; }

static enum taken give(struct key *out, wchar_t c) {
	*out = (struct key){ .kind = KEY_CHARACTER, .character = c };
	return TAKEN;
}

/* ---- Paste --------------------------------------------------------------------- */

static void keep_paste(struct keys *k, size_t n) {
	size_t room = KEYS_PASTE_MAX - k->paste.len;
	buf_append(&k->paste, front(k), n < room ? n : room);
	k->at += n;
}

static enum taken take_paste(struct keys *k, struct key *out) {
	const unsigned char *end = memmem(front(k), rest(k), PASTE_END, PASTE_END_LEN);
	if (!end) {
		size_t keep = rest(k) < PASTE_END_LEN ? rest(k) : PASTE_END_LEN - 1;
		keep_paste(k, rest(k) - keep);
		return PARTIAL;
	}
	keep_paste(k, (size_t)(end - front(k)));
	k->at += PASTE_END_LEN;
	k->pasting = false;
	*out = (struct key){ .kind = KEY_PASTE };
	return TAKEN;
}

/* ---- Sequences -------------------------------------------------------------------- */

/* Hands a known sequence out character by character. */
static enum taken hand_out(struct keys *k, wchar_t lead, const unsigned char *text, size_t len, struct key *out) {
	k->ready[0] = lead;
	for (size_t i = 0; i < len; i++)
		k->ready[i + 1] = text[i];
	k->ready[len + 1] = 0;
	if (!known(k, k->ready))
		return SKIPPED;
	k->ready_len = len + 1;
	k->ready_at = 1;
	return give(out, lead);
}

static enum taken report(const unsigned char *text, size_t len, struct key *out) {
	char copy[SEQUENCE_MAX + 1];
	memcpy(copy, text, len);
	copy[len] = 0;
	*out = (struct key){ .kind = KEY_REPORT };
	return sscanf(copy, "%d;%d", &out->row, &out->column) == 2 && out->row > 1 ? TAKEN : SKIPPED;
}

static enum taken take_csi(struct keys *k, struct key *out) {
	const unsigned char *p = front(k) + 2;
	size_t len = rest(k) - 2, n = 0;
	while (n < len && n < SEQUENCE_MAX - 1 && p[n] >= 0x20 && p[n] < 0x40)
		n++;
	if (n == len) {
		if (!k->expired)
			return PARTIAL;
		k->at += 1;   /* Alt-[ */
		return give(out, ESC);
	}
	bool whole = p[n] >= 0x40 && p[n] < 0x7F;
	k->at += 2 + n + whole;
	if (!whole)
		return SKIPPED;
	if (n == 3 && memcmp(p, "200~", 4) == 0) {
		k->pasting = true;
		k->paste.len = 0;
		return SKIPPED;
	}
	if (p[n] == 'R' && report(p, n, out) == TAKEN)
		return TAKEN;
	return hand_out(k, KEYS_CSI, p, n + 1, out);
}

static enum taken take_ss3(struct keys *k, struct key *out) {
	if (rest(k) < 3 && !k->expired)
		return PARTIAL;
	if (rest(k) < 3) {
		k->at += 1;
		return give(out, ESC);
	}
	const unsigned char *p = front(k) + 2;
	k->at += 3;
	return hand_out(k, KEYS_SS3, p, 1, out);
}

/* "]11;rgb:RRRR/GGGG/BBBB": the background's colour. */
static enum taken colour(const unsigned char *text, size_t len, struct key *out) {
	char copy[64];
	unsigned r, g, b;
	if (len >= sizeof copy)
		return SKIPPED;
	memcpy(copy, text, len);
	copy[len] = 0;
	if (sscanf(copy, "11;rgb:%2x%*2[0-9a-fA-F]/%2x%*2[0-9a-fA-F]/%2x", &r, &g, &b) != 3 &&
	    sscanf(copy, "11;rgb:%2x/%2x/%2x", &r, &g, &b) != 3)
		return SKIPPED;
	*out = (struct key){ .kind = KEY_BACKGROUND, .value = (int)(r * 30 + g * 59 + b * 11) / 100 };
	return TAKEN;
}

static enum taken take_osc(struct keys *k, struct key *out) {
	const unsigned char *p = front(k) + 2;
	size_t len = rest(k) - 2, n = 0;
	while (n < len && p[n] != 0x07 && p[n] != ESC)
		n++;
	bool string_end = n + 1 < len && p[n] == ESC && p[n + 1] == '\\';
	if (n < len && (p[n] == 0x07 || string_end)) {
		k->at += 2 + n + (string_end ? 2 : 1);
		return colour(p, n, out);
	}
	if (!k->expired && len < 256)
		return PARTIAL;
	k->at += 1;   /* Alt-] */
	return give(out, ESC);
}

static enum taken take_lone(struct keys *k, struct key *out) {
	if (!k->expired)
		return PARTIAL;
	k->at += 1;
	*out = (struct key){ .kind = KEY_ESCAPE };
	return TAKEN;
}

static enum taken take_escape(struct keys *k, struct key *out) {
	if (rest(k) == 1)
		return take_lone(k, out);
	unsigned char next = front(k)[1];
	if (next == '[')
		return take_csi(k, out);
	if (next == 'O')
		return take_ss3(k, out);
	if (next == ']')
		return take_osc(k, out);
	k->at += 1;
	return give(out, ESC);
}

/* ---- Characters --------------------------------------------------------------------- */

static size_t bytes_wanted(unsigned char c) { return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4; }

static enum taken take_character(struct keys *k, struct key *out) {
	unsigned char c = front(k)[0];
	if (rest(k) < bytes_wanted(c) && !k->expired)
		return PARTIAL;
	int32_t code;
	size_t n = width_decode((const char *)front(k), rest(k), &code);
	k->at += n;
	if (c < 0x80)
		return give(out, c);
	if (code == 0xFFFD && n == 1)
		return SKIPPED;
	if (code == 0xA0 || code == 0x3000)
		return give(out, L' ');
	return sanitize_allowed(code, SANITIZE_LINE) ? give(out, (wchar_t)code) : SKIPPED;
}

static enum taken take(struct keys *k, struct key *out) {
	if (k->ready_at < k->ready_len)
		return give(out, k->ready[k->ready_at++]);
	if (!rest(k))
		return NOTHING;
	if (k->pasting)
		return take_paste(k, out);
	return front(k)[0] == ESC ? take_escape(k, out) : take_character(k, out);
}

bool keys_next(struct keys *k, struct key *out) {
	enum taken t;
	do
		t = take(k, out);
	while (t == SKIPPED);
	if (t == NOTHING)
		k->expired = false;
	return t == TAKEN;
}
