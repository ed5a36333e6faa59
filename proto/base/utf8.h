/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef APPCHAT_PROTO_BASE_UTF8_H
#define APPCHAT_PROTO_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the well-formed sequence at s (len > 0), 1 to 4; 0: there is none. */
size_t utf8_sequence(const char *s, size_t len);
bool utf8_valid(const char *s, size_t len);
/* Bytes of the longest start of s that is at most max bytes and ends between characters. */
size_t utf8_cut(const char *s, size_t max);
/* Characters (code points) of valid UTF-8. */
size_t utf8_count(const char *s);

#endif
