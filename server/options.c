/* The table, and how a value of each type is read. */
#include "server/options.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/base/buf.h"
#include "proto/base/log.h"
#include "proto/limits.h"
#include "server/net/listen.h"
#include "server/net/origin.h"

#define STRING2(x) #x
#define STRING(x) STRING2(x)
#define FIELD(f) offsetof(struct options, f)
#define PATH_BYTES 512
#define TEXT_LINE 190   /* bytes; with the name before it, what libinih takes */

const struct option_row option_rows[] = {
	{"listen", OPTION_ADDRESS, FIELD(listen), 1, 256, "127.0.0.1:" STRING(PROTOCOL_DEFAULT_PORT), "ADDRESS:PORT",
		"where to accept connections; [::]:PORT is every address, port 0 any free port"},
	{"data", OPTION_FOLDER, FIELD(data), 1, PATH_BYTES, NULL, "DIR", "where everything is kept; made when it is missing"},
	{"web", OPTION_FOLDER, FIELD(web), 1, PATH_BYTES, NULL, "DIR", "the built page; found beside the program when not given"},
	{"log", OPTION_LOG, FIELD(log), 1, 256, "info,lws=off", "LEVEL", "off, error, warn, info or debug; for one module: warn,net=debug"},
	{"log-file", OPTION_FILE, FIELD(log_file), 1, PATH_BYTES, NULL, "FILE", "append the log to this file; SIGHUP reopens it"},
	{"tls-cert", OPTION_FILE, FIELD(tls_cert), 1, PATH_BYTES, NULL, "FILE", "serve https and wss with this certificate chain (PEM)"},
	{"tls-key", OPTION_FILE, FIELD(tls_key), 1, PATH_BYTES, NULL, "FILE", "the certificate's private key (PEM)"},
	{"allowed-origins", OPTION_ORIGINS, FIELD(allowed_origins), 0, 4096, NULL, "LIST",
		"pages of other hosts that may connect: https://chat.example.org ..."},
	{"guests", OPTION_SWITCH, FIELD(guests), 0, 0, "yes", "yes|no", "may one chat under a free name, without a password?"},
	{"registration", OPTION_SWITCH, FIELD(registration), 0, 0, "yes", "yes|no", "may one make an account?"},
	{"motd", OPTION_TEXT, FIELD(motd), 0, 1024, NULL, "TEXT", "message of the day, shown to everyone who connects"},
	{"message-rate", OPTION_NUMBER, FIELD(message_rate), 1, 1000, "50", "N", "messages a second that one person may send, steadily"},
	{"message-burst", OPTION_NUMBER, FIELD(message_burst), 1, 10000, "200", "N", "messages that one person may send at once"},
	{"max-connections", OPTION_NUMBER, FIELD(max_connections), 1, 1000000, "10000", "N", "connections in all"},
	{"max-per-address", OPTION_NUMBER, FIELD(max_per_address), 1, 1000000, "200", "N", "connections from one address; loopback has no such limit"},
	{"guest-hold", OPTION_NUMBER, FIELD(guest_hold), 60, 31536000, "3600", "SECONDS", "how long an absent guest keeps the name"},
	{"hello-seconds", OPTION_NUMBER, FIELD(hello_seconds), 1, 60, STRING(SECONDS_HELLO), "SECONDS", "advanced: time for a new connection to say Hello"},
	{"ping-seconds", OPTION_NUMBER, FIELD(ping_seconds), 1, 600, STRING(SECONDS_PING), "SECONDS", "advanced: silence after which a client is pinged"},
	{"hangup-seconds", OPTION_NUMBER, FIELD(hangup_seconds), 2, 3600, STRING(SECONDS_HANGUP), "SECONDS", "advanced: silence after which a client is gone"},
	{"stalled-seconds", OPTION_NUMBER, FIELD(stalled_seconds), 1, 3600, STRING(SECONDS_STALLED), "SECONDS",
		"advanced: a client that takes no byte for so long is closed"},
};
const size_t option_row_count = sizeof option_rows / sizeof *option_rows;

static char **text_field(struct options *o, const struct option_row *row) {
	return (char **)((char *)o + row->at);
}

static bool is_text(const struct option_row *row) {
	return row->type != OPTION_NUMBER && row->type != OPTION_SWITCH;
}

void options_init(struct options *o) {
	char err[256];
	memset(o, 0, sizeof *o);
	for (size_t i = 0; i < option_row_count; i++)
		if (option_rows[i].value && !option_set(o, &option_rows[i], option_rows[i].value, err, sizeof err))
			fatal("default of %s: %s", option_rows[i].name, err);
}

void options_free(struct options *o) {
	for (size_t i = 0; i < option_row_count; i++)
		if (is_text(&option_rows[i])) {
			free(*text_field(o, &option_rows[i]));
			*text_field(o, &option_rows[i]) = NULL;
		}
}

const struct option_row *option_find(const char *name, size_t len) {
	for (size_t i = 0; i < option_row_count; i++)
		if (strlen(option_rows[i].name) == len && !memcmp(option_rows[i].name, name, len))
			return &option_rows[i];
	return NULL;
}

static bool set_number(uint32_t *field, const struct option_row *row, const char *value, char *err, size_t size) {
	char *end;
	unsigned long long n = strtoull(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || strlen(value) > 10 || n < row->min || n > row->max) {
		snprintf(err, size, "%s must be a whole number from %u to %u, not \"%.64s\"", row->name, row->min, row->max, value);
		return false;
	}
	*field = (uint32_t)n;
	return true;
}

static bool set_switch(bool *field, const struct option_row *row, const char *value, char *err, size_t size) {
	bool yes = !strcasecmp(value, "yes") || !strcasecmp(value, "true") || !strcasecmp(value, "on");
	if (!yes && strcasecmp(value, "no") && strcasecmp(value, "false") && strcasecmp(value, "off")) {
		snprintf(err, size, "%s must be yes or no, not \"%.64s\"", row->name, value);
		return false;
	}
	*field = yes;
	return true;
}

static bool check_address(const struct option_row *row, const char *value, char *err, size_t size) {
	char host[256], port[8];
	if (listen_split(value, host, sizeof host, port, sizeof port))
		return true;
	snprintf(err, size, "%s must be ADDRESS:PORT, for example 127.0.0.1:8080 or [::]:8080, not \"%.64s\"", row->name, value);
	return false;
}

static bool check_log(const struct option_row *row, const char *value, char *err, size_t size) {
	char before[256];
	log_get(before, sizeof before);
	bool ok = log_set(value);
	log_set(before);
	if (!ok)
		snprintf(err, size,
			"%s must be off, error, warn, info or debug, perhaps with MODULE=LEVEL after commas (modules: main net http "
			"room handle store control lws), not \"%.64s\"", row->name, value);
	return ok;
}

static bool check_origins(const struct option_row *row, const char *value, char *err, size_t size) {
	const char *bad;
	int len;
	if (origin_list_ok(value, &bad, &len))
		return true;
	snprintf(err, size, "%s: \"%.*s\" is no origin; write https://HOST or https://HOST:PORT, separated by blanks",
		row->name, len > 64 ? 64 : len, bad);
	return false;
}

/* Can the file say this? Not what it would take for a comment or trim. */
static bool line_ok(const char *line, size_t len, bool first) {
	if (!len || isspace((unsigned char)line[0]) || isspace((unsigned char)line[len - 1]))
		return false;
	if (line[0] == ';' || (line[0] == '#' && !first))
		return false;
	for (size_t i = 1; i < len; i++)
		if (line[i] == ';' && isspace((unsigned char)line[i - 1]))
			return false;
	return true;
}

static bool check_lines(const struct option_row *row, const char *value, char *err, size_t size) {
	for (const char *line = value; *value;) {
		size_t len = strcspn(line, "\n");
		if (len > TEXT_LINE || !line_ok(line, len, line == value)) {
			snprintf(err, size, "%s: its lines have 1 to %d bytes, no blanks around them, and no ; or # that the "
				"file would take for a comment", row->name, TEXT_LINE);
			return false;
		}
		if (!line[len])
			break;
		line += len + 1;
	}
	return true;
}

static bool check_line(const struct option_row *row, const char *value, char *err, size_t size) {
	if (line_ok(value, strlen(value), true))
		return true;
	snprintf(err, size, "%s has no blanks around it, and no ; that the file would take for a comment", row->name);
	return false;
}

static bool check_text(const struct option_row *row, const char *value, char *err, size_t size) {
	size_t len = strlen(value);
	if (len < row->min || len > row->max) {
		snprintf(err, size, "%s must have %u to %u bytes, not %zu", row->name, row->min, row->max, len);
		return false;
	}
	switch (row->type) {
	case OPTION_ADDRESS: return check_line(row, value, err, size) && check_address(row, value, err, size);
	case OPTION_LOG: return check_log(row, value, err, size);
	case OPTION_ORIGINS: return check_origins(row, value, err, size);
	case OPTION_TEXT: return check_lines(row, value, err, size);
	case OPTION_FILE: case OPTION_FOLDER: return check_line(row, value, err, size);
	default: return true;
	}
}

bool option_set(struct options *o, const struct option_row *row, const char *value, char *err, size_t size) {
	if (row->type == OPTION_NUMBER)
		return set_number((uint32_t *)((char *)o + row->at), row, value, err, size);
	if (row->type == OPTION_SWITCH)
		return set_switch((bool *)((char *)o + row->at), row, value, err, size);
	if (!check_text(row, value, err, size))
		return false;
	free(*text_field(o, row));
	*text_field(o, row) = xstrdup(value);
	return true;
}

bool option_append(struct options *o, const struct option_row *row, const char *value, char *err, size_t size) {
	const char *before = is_text(row) ? *text_field(o, row) : NULL;
	if (row->type != OPTION_TEXT && row->type != OPTION_ORIGINS) {
		snprintf(err, size, "%s goes on in a second line: it takes one value", row->name);
		return false;
	}
	size_t room = (before ? strlen(before) : 0) + strlen(value) + 2;
	char *joined = xmalloc(room);
	snprintf(joined, room, "%s%s%s", before ? before : "", before && *before ? "\n" : "", value);
	bool ok = option_set(o, row, joined, err, size);
	free(joined);
	return ok;
}

bool options_check(const struct options *o, char *err, size_t size) {
	const char *wrong = NULL;
	if (!o->data)
		wrong = "no data directory: say where to keep everything with --data DIR, or data = DIR in the file";
	else if (!o->tls_cert != !o->tls_key)
		wrong = "tls-cert and tls-key go together: give both, or neither";
	else if (o->message_burst < o->message_rate)
		wrong = "message-burst must not be smaller than message-rate";
	else if (o->hangup_seconds <= o->ping_seconds)
		wrong = "hangup-seconds must be larger than ping-seconds, or no ping is ever answered in time";
	if (wrong)
		snprintf(err, size, "%s", wrong);
	return !wrong;
}
