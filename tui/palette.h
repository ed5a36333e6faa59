/* The colours and attributes of each style, for the terminal at hand. Knows no curses: numbers only. */
#ifndef APPCHAT_TUI_PALETTE_H
#define APPCHAT_TUI_PALETTE_H

#include "tui/screen.h"

enum { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_UNDERLINE = 4, LOOK_REVERSE = 8 };

struct look {
	short foreground, background;   /* -1: the terminal's own */
	unsigned char attributes;       /* LOOK_ bits */
};

enum palette { PALETTE_MONO, PALETTE_8, PALETTE_DARK, PALETTE_LIGHT };

struct look palette_look(enum palette palette, enum style style);

#endif
