/* Why a message is refused for its length, and what to do. */
#ifndef APPCHAT_TUI_TOO_LONG_H
#define APPCHAT_TUI_TOO_LONG_H

#include <stdbool.h>
#include <stddef.h>

#define TOO_LONG_COUNTED (1 << 20)   /* bytes: what is longer is not counted to its end */
#define TOO_LONG_SIZE 160

/* Is a text of so many bytes more than any server takes? Then out gets a sentence that begins with `what` ("the message") and has no stop. */
bool too_long(char out[TOO_LONG_SIZE], const char *what, size_t bytes);

#endif
