/*
 * Text is always in the terminal's own colours. What is coloured was chosen to
 * be readable on black and on white; only the bars know which of the two it is.
 */
#include "tui/palette.h"

#define OWN -1

static const struct look mono[STYLE_AUTHOR + 1] = {
	[STYLE_TEXT] = { OWN, OWN, 0 },
	[STYLE_BOLD] = { OWN, OWN, LOOK_BOLD },
	[STYLE_DIM] = { OWN, OWN, LOOK_DIM },
	[STYLE_BAR] = { OWN, OWN, LOOK_REVERSE },
	[STYLE_BAR_BOLD] = { OWN, OWN, LOOK_REVERSE | LOOK_BOLD },
	[STYLE_BAR_DIM] = { OWN, OWN, LOOK_REVERSE },
	[STYLE_BAR_GOOD] = { OWN, OWN, LOOK_REVERSE },
	[STYLE_BAR_WARN] = { OWN, OWN, LOOK_REVERSE | LOOK_BOLD },
	[STYLE_BAR_BAD] = { OWN, OWN, LOOK_REVERSE | LOOK_BOLD },
	[STYLE_ACTIVE] = { OWN, OWN, LOOK_BOLD },
	[STYLE_UNREAD] = { OWN, OWN, LOOK_BOLD },
	[STYLE_MENTION] = { OWN, OWN, LOOK_REVERSE },
	[STYLE_LINK] = { OWN, OWN, LOOK_UNDERLINE },
	[STYLE_NOTICE] = { OWN, OWN, 0 },
	[STYLE_WARNING] = { OWN, OWN, LOOK_BOLD },
	[STYLE_ERROR] = { OWN, OWN, LOOK_BOLD },
	[STYLE_AUTHOR] = { OWN, OWN, LOOK_BOLD },
};

static const struct look eight[STYLE_AUTHOR] = {
	[STYLE_TEXT] = { OWN, OWN, 0 },
	[STYLE_BOLD] = { OWN, OWN, LOOK_BOLD },
	[STYLE_DIM] = { OWN, OWN, LOOK_DIM },
	[STYLE_BAR] = { 7, 4, 0 },
	[STYLE_BAR_BOLD] = { 7, 4, LOOK_BOLD },
	[STYLE_BAR_DIM] = { 6, 4, 0 },
	[STYLE_BAR_GOOD] = { 2, 4, LOOK_BOLD },
	[STYLE_BAR_WARN] = { 3, 4, LOOK_BOLD },
	[STYLE_BAR_BAD] = { 7, 1, LOOK_BOLD },
	[STYLE_ACTIVE] = { OWN, OWN, LOOK_BOLD },
	[STYLE_UNREAD] = { 3, OWN, LOOK_BOLD },
	[STYLE_MENTION] = { 5, OWN, LOOK_BOLD },
	[STYLE_LINK] = { 4, OWN, LOOK_UNDERLINE },
	[STYLE_NOTICE] = { 6, OWN, 0 },
	[STYLE_WARNING] = { 3, OWN, 0 },
	[STYLE_ERROR] = { 1, OWN, LOOK_BOLD },
};

static const struct look full[STYLE_AUTHOR] = {
	[STYLE_TEXT] = { OWN, OWN, 0 },
	[STYLE_BOLD] = { OWN, OWN, LOOK_BOLD },
	[STYLE_DIM] = { 244, OWN, 0 },
	[STYLE_BAR] = { 252, 236, 0 },
	[STYLE_BAR_BOLD] = { 255, 236, LOOK_BOLD },
	[STYLE_BAR_DIM] = { 246, 236, 0 },
	[STYLE_BAR_GOOD] = { 114, 236, 0 },
	[STYLE_BAR_WARN] = { 221, 236, 0 },
	[STYLE_BAR_BAD] = { 210, 236, LOOK_BOLD },
	[STYLE_ACTIVE] = { OWN, OWN, LOOK_BOLD },
	[STYLE_UNREAD] = { 166, OWN, LOOK_BOLD },
	[STYLE_MENTION] = { 166, OWN, LOOK_BOLD },
	[STYLE_LINK] = { 32, OWN, LOOK_UNDERLINE },
	[STYLE_NOTICE] = { 66, OWN, 0 },
	[STYLE_WARNING] = { 136, OWN, 0 },
	[STYLE_ERROR] = { 160, OWN, LOOK_BOLD },
};

/* The bars on a light background. */
static const struct look light_bars[STYLE_BAR_BAD + 1] = {
	[STYLE_BAR] = { 237, 254, 0 },
	[STYLE_BAR_BOLD] = { 232, 254, LOOK_BOLD },
	[STYLE_BAR_DIM] = { 242, 254, 0 },
	[STYLE_BAR_GOOD] = { 28, 254, 0 },
	[STYLE_BAR_WARN] = { 130, 254, 0 },
	[STYLE_BAR_BAD] = { 160, 254, LOOK_BOLD },
};

static const short author_full[SCREEN_AUTHORS] = { 31, 166, 29, 133, 136, 62, 167, 37, 97, 64, 161, 130 };
static const short author_eight[SCREEN_AUTHORS] = { 6, 3, 2, 5, 4, 1, 6, 3, 2, 5, 4, 1 };

struct look palette_look(enum palette palette, enum style style) {
	if (style >= STYLE_AUTHOR && palette != PALETTE_MONO) {
		short colour = (palette == PALETTE_8 ? author_eight : author_full)[style - STYLE_AUTHOR];
		return (struct look){ colour, OWN, LOOK_BOLD };
	}
	if (palette == PALETTE_MONO)
		return mono[style >= STYLE_AUTHOR ? STYLE_AUTHOR : style];
	if (palette == PALETTE_8)
		return eight[style];
	if (palette == PALETTE_LIGHT && style >= STYLE_BAR && style <= STYLE_BAR_BAD)
		return light_bars[style];
	return full[style];
}
