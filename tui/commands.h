/*
 * Slash commands, the same in full screen and in line mode: one sorted table
 * makes dispatch, completion, hints and /help. A command speaks to the person
 * through app_print.
 */
#ifndef APPCHAT_TUI_COMMANDS_H
#define APPCHAT_TUI_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/app.h"

/* What completes a command's argument. */
enum argument { ARGUMENT_NONE, ARGUMENT_TEXT, ARGUMENT_ROOM, ARGUMENT_MEMBER, ARGUMENT_COMMAND };

struct command {
	const char *name;          /* without the slash */
	const char *usage;         /* "ROOM [TOPIC]"; "" when it takes nothing */
	const char *summary;       /* for /help, one line */
	enum argument argument;
	bool needs_argument, needs_room, needs_person, screen_only;
	void (*run)(struct app *a, const char *argument);
};

extern const struct command commands[];
extern const size_t commands_count;

/* The command of this name, or NULL; an unambiguous beginning will do. */
const struct command *commands_find(const char *name, size_t len);
/* The one whose name is nearest to a mistyped one, NULL when none is near. */
const struct command *commands_near(const char *name, size_t len);
/* Does what a typed line says: a command, or a message to the room on screen
 * ("//x" sends "/x"). False when it was refused and the person may want to
 * mend it; why has been printed. */
bool commands_run(struct app *a, const char *line);

#endif
