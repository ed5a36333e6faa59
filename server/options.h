/*
 * The settings: one table of name, type, bounds, default and help. The file
 * (appchat.conf) and the command line share the names.
 */
#ifndef APPCHAT_SERVER_OPTIONS_H
#define APPCHAT_SERVER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options {
	char *listen, *data, *web, *log, *log_file, *tls_cert, *tls_key, *allowed_origins, *motd; /* NULL: not set */
	bool guests, registration;
	uint32_t message_rate, message_burst, max_connections, max_per_address, guest_hold;
	uint32_t hello_seconds, ping_seconds, hangup_seconds, stalled_seconds;
};

enum option_type { OPTION_TEXT, OPTION_FILE, OPTION_FOLDER, OPTION_ADDRESS, OPTION_LOG, OPTION_ORIGINS, OPTION_NUMBER, OPTION_SWITCH };

struct option_row {
	const char *name;
	enum option_type type;
	size_t at;                /* of the field in struct options */
	uint32_t min, max;        /* of a number, or of a text's bytes */
	const char *value;        /* default, as it would be written; NULL: not set */
	const char *argument;     /* for --help */
	const char *help;
};
extern const struct option_row option_rows[];
extern const size_t option_row_count;

/* Sets every option to its default. */
void options_init(struct options *o);
void options_free(struct options *o);

/* The row of that name (len bytes); NULL: there is none. */
const struct option_row *option_find(const char *name, size_t len);

/* Sets one. False: err says what is wrong and what is allowed; nothing changed. */
bool option_set(struct options *o, const struct option_row *row, const char *value, char *err, size_t size);

/* Adds a further line of the same value, as an indented line of the file does. */
bool option_append(struct options *o, const struct option_row *row, const char *value, char *err, size_t size);

/* What fits together? False: err says what does not. */
bool options_check(const struct options *o, char *err, size_t size);

#endif
