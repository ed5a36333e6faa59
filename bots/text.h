/*
 * What a bot says. A message's text names the run, the message's number, its
 * author and a checksum over all of it, then filler up to the wanted size:
 *
 *   kx7qw.0000002a.00001f.9c0e77d1 fillerfillerfi
 *
 * so whoever reads it can tell whether it is ours, whole, and which one it is.
 */
#ifndef APPCHAT_BOTS_TEXT_H
#define APPCHAT_BOTS_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define TEXT_RUN 5    /* letters that tell one run's messages from another's */
#define TEXT_MIN 30   /* bytes without filler */

enum text_kind { TEXT_FOREIGN, TEXT_BROKEN, TEXT_OURS };

/* Fills run with random letters that no two names confuse, and a NUL. */
void text_make_run(char run[TEXT_RUN + 1]);
/* Writes exactly size bytes (at least TEXT_MIN) at out and no NUL; the same
 * arguments always give the same text. */
void text_make(char *out, size_t size, const char *run, uint32_t number, uint32_t author);
/* Reads one back. TEXT_BROKEN: it begins like ours and is not what we made. */
enum text_kind text_parse(const char *text, size_t len, const char *run, uint32_t *number, uint32_t *author);

#endif
