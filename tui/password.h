/* The password of --sign-in and --register. */
#ifndef APPCHAT_TUI_PASSWORD_H
#define APPCHAT_TUI_PASSWORD_H

#include <stdbool.h>

/* Why it can't be that of a new account, a sentence; NULL: it can. */
const char *password_fault(const char *password);
/* Reads it from the file that APPCHAT_PASSWORD_FILE names (its first line), or
 * asks on the terminal without echo, twice when `fresh`, and again until it
 * will do or an empty line gives up. The caller wipes and frees it. NULL, with
 * a message printed, when it can't be had. */
char *password_read(const char *name, bool fresh);

#endif
