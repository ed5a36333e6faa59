/* The terminal is put back even when a signal kills the program. Used by screen.c alone. */
#ifndef APPCHAT_TUI_SCREEN_GUARD_H
#define APPCHAT_TUI_SCREEN_GUARD_H

/* Remembers the terminal's modes, before they are changed. */
void guard_save(void);
/* From now on the signals that kill write these two strings and put the modes back first. */
void guard_install(const char *reset, const char *leave);
void guard_remove(void);

#endif
