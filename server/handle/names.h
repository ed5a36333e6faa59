/*
 * Names of people and rooms. A name is shown as it was chosen (normalised);
 * its key is what it looks like, and two names with one key are the same to
 * the store: a look-alike of a taken name is taken.
 */
#ifndef APPCHAT_SERVER_HANDLE_NAMES_H
#define APPCHAT_SERVER_HANDLE_NAMES_H

#include <stdbool.h>

#include "server/store/store.h"

enum name_result {
	NAME_OK,
	NAME_EMPTY,
	NAME_TOO_LONG,
	NAME_NOT_UTF8,
	NAME_BAD_CHARACTER,
	NAME_BAD_EDGE,       /* begins or ends with punctuation, or begins with a combining mark */
	NAME_BAD_RUN,        /* punctuation twice in a row, or a pile of combining marks */
	NAME_MIXED_SCRIPTS,
	NAME_IS_ADDRESS,     /* a person's, but reads as a network address */
	NAME_RESULTS
};

/* Checks a name from outside; NAME_OK: out_name is its normal form (NFKC) and
 * key its look-alike key. Otherwise both are empty. */
enum name_result name_check_user(const char *name, char out_name[STORE_NAME_MAX], char key[STORE_KEY_MAX]);
/* The same for a room, without '#'. */
enum name_result name_check_room(const char *name, char out_name[STORE_NAME_MAX], char key[STORE_KEY_MAX]);

/* Does the text read as an IPv4 or IPv6 address? No person's name does. */
bool name_is_address(const char *text);

/* One sentence for people: what is wrong and what is right. */
const char *name_explain(enum name_result result);

#endif
