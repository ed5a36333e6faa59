/* Tokens and content hashes, by libsodium. */
#include "server/handle/token.h"

#include <sodium.h>
#include <string.h>

#include "proto/base/uuid.h"

void token_new(uint8_t token[LIMIT_TOKEN]) {
	random_bytes(token, LIMIT_TOKEN);
}

/* 32 random bytes have fewer than this many values once in 10^35. */
#define VALUES_MIN 8

bool token_plausible(const uint8_t *data, size_t len) {
	bool seen[256] = {false};
	int values = 0;
	for (size_t i = 0; i < len && len == LIMIT_TOKEN; i++) {
		values += !seen[data[i]];
		seen[data[i]] = true;
	}
	return values >= VALUES_MIN;
}

void token_hash(const uint8_t token[LIMIT_TOKEN], uint8_t hash[STORE_HASH_BYTES]) {
	crypto_generichash(hash, STORE_HASH_BYTES, token, LIMIT_TOKEN, NULL, 0);
}

void content_hash(uint64_t room, int kind, const char *text, uint8_t hash[16]) {
	crypto_generichash_state state;
	uint8_t head[9];
	for (int i = 0; i < 8; i++)
		head[i] = (uint8_t)(room >> (8 * i));
	head[8] = (uint8_t)kind;
	crypto_generichash_init(&state, NULL, 0, 16);
	crypto_generichash_update(&state, head, sizeof head);
	crypto_generichash_update(&state, (const uint8_t *)text, strlen(text));
	crypto_generichash_final(&state, hash, 16);
}
