/* A cookie's lifetime is the longest that browsers allow: the token itself decides. */
#include "server/net/cookie.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MAX_AGE (400 * 24 * 3600)
#define BEARER "bearer "

static int digit(char c) {
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c | 0x20) : NULL;
	return at ? (int)(at - digits) : -1;
}

static bool read_token(const char *hex, size_t len, uint8_t token[32]) {
	if (len != 64)
		return false;
	for (size_t i = 0; i < 32; i++) {
		int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		token[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

void cookie_name(char out[COOKIE_NAME_MAX], const char *url) {
	const char *colon = strrchr(url, ':');
	snprintf(out, COOKIE_NAME_MAX, "appchat_session_%.5s", colon ? colon + 1 : "");
}

bool cookie_find(const char *header, const char *name, uint8_t token[32]) {
	const size_t name_len = strlen(name);
	for (const char *at = header; *at;) {
		at += strspn(at, "; \t");
		size_t len = strcspn(at, ";");
		if (len > name_len && at[name_len] == '=' && !strncmp(at, name, name_len)) {
			size_t value = strcspn(at + name_len + 1, "; \t");
			return read_token(at + name_len + 1, value, token);
		}
		at += len;
	}
	return false;
}

bool cookie_bearer(const char *header, uint8_t token[32]) {
	if (strncasecmp(header, BEARER, strlen(BEARER)))
		return false;
	const char *hex = header + strlen(BEARER);
	return read_token(hex, strlen(hex), token);
}

bool cookie_format(char *out, size_t size, const char *name, const uint8_t *token, bool secure) {
	char hex[65] = "";
	for (int i = 0; token && i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", token[i]);
	int n = snprintf(out, size, "%s=%s; Max-Age=%d; Path=/; HttpOnly; SameSite=Strict%s", name, hex, token ? MAX_AGE : 0, secure ? "; Secure" : "");
	return n > 0 && (size_t)n < size;
}
