/* Wide characters, as libedit has them, to and from UTF-8. */
#ifndef APPCHAT_TUI_WIDE_H
#define APPCHAT_TUI_WIDE_H

#include <stddef.h>
#include <wchar.h>

/* Each is a new string that the caller frees. Text must be valid UTF-8. */
wchar_t *wide_from_text(const char *text);
char *wide_to_text(const wchar_t *wide, size_t len);
wchar_t *wide_copy(const wchar_t *wide, size_t len);
/* Bytes that this many wide characters take as UTF-8. */
size_t wide_bytes(const wchar_t *wide, size_t len);

#endif
