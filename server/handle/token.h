/* Session tokens: 32 random bytes for the client, their BLAKE2b hash for the store. */
#ifndef APPCHAT_SERVER_HANDLE_TOKEN_H
#define APPCHAT_SERVER_HANDLE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/limits.h"
#include "server/store/store.h"

void token_new(uint8_t token[LIMIT_TOKEN]);
/* Can these bytes be a token that a client chose: as long as one, and not so
 * monotonous that chance would never make it? */
bool token_plausible(const uint8_t *data, size_t len);
void token_hash(const uint8_t token[LIMIT_TOKEN], uint8_t hash[STORE_HASH_BYTES]);
/* Hash of a request's content, to tell a retry from a conflict; 16 bytes. */
void content_hash(uint64_t room, int kind, const char *text, uint8_t hash[16]);

#endif
