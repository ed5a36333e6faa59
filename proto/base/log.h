/*
 * The log: one line an entry, key=value, a level for each module. A line that
 * is switched off costs one comparison. Never the text of a message, a
 * password or a token; what comes from outside goes through %s only after
 * log_quote().
 *
 *   LOG(NET, INFO, "event=open conn=%u address=%s", slot, address);
 *   2026-11-23T10:00:00.123Z info net event=open conn=7 address=127.0.0.1
 */
#ifndef APPCHAT_PROTO_BASE_LOG_H
#define APPCHAT_PROTO_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

enum log_level { LOG_OFF, LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
enum log_module { LOG_MAIN, LOG_NET, LOG_HTTP, LOG_ROOM, LOG_HANDLE, LOG_STORE, LOG_CONTROL, LOG_LWS, LOG_MODULES };

extern unsigned char log_levels[LOG_MODULES];

#define LOG_ON(module, level) (log_levels[LOG_##module] >= LOG_##level)
#define LOG(module, level, ...) \
	do { \
		if (LOG_ON(module, level)) \
			log_line(LOG_##module, LOG_##level, __VA_ARGS__); \
	} while (0)

void log_line(enum log_module module, enum log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Sets levels from text: "info", or "warn,net=debug,store=info" (the first
 * without a module is for all). False, and nothing changed, when it can't be read. */
bool log_set(const char *spec);
/* Writes the levels in force as log_set() reads them. */
void log_get(char *out, size_t size);
/* Appends to this file from now on; NULL: standard error. Called again (SIGHUP)
 * it reopens. False when it can't be opened: the old one stays. */
bool log_open(const char *path);
/* Text from outside made safe for a line: in quotes, control and non-ASCII
 * bytes as \xNN, cut at the size of out. Returns out. */
const char *log_quote(char *out, size_t size, const char *text, size_t len);

/* Prints "PROGRAM: message" to standard error and exits with status 1. */
void fatal(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
