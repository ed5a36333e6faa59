/*
 * What a bot says: short sentences of everyday words, as compressible as real
 * chat. The same run, number, author and size always give the same text, so
 * the verifier makes each one again and compares.
 */
#ifndef APPCHAT_BOTS_TEXT_H
#define APPCHAT_BOTS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_RUN 5    /* letters that tell one run from another */
#define TEXT_MIN 8    /* bytes of the shortest text */

/* Fills run with random letters that no two names confuse, and a NUL. */
void text_make_run(char run[TEXT_RUN + 1]);
/* Writes exactly size bytes (at least TEXT_MIN) at out and no NUL. */
void text_make(char *out, size_t size, const char *run, uint32_t number, uint32_t author);
/* Is this the text that text_make() makes of these? */
bool text_is(const char *text, size_t size, const char *run, uint32_t number, uint32_t author);

#endif
