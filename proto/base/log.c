/* Levels per module, one write() per line so that threads don't mix. */
#include "proto/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define LEVELS_DEFAULT LOG_INFO

static const char *const level_names[] = {"off", "error", "warn", "info", "debug"};
static const char *const module_names[LOG_MODULES] = {"main", "net", "http", "room", "handle", "store", "control", "lws"};

unsigned char log_levels[LOG_MODULES] = {
	LEVELS_DEFAULT, LEVELS_DEFAULT, LEVELS_DEFAULT, LEVELS_DEFAULT,
	LEVELS_DEFAULT, LEVELS_DEFAULT, LEVELS_DEFAULT, LOG_WARN,
};
static int log_fd = STDERR_FILENO;

void log_line(enum log_module module, enum log_level level, const char *format, ...) {
	char line[1024];
	struct timespec now;
	struct tm tm;
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	size_t n = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%S", &tm);
	n += (size_t)snprintf(line + n, sizeof line - n, ".%03ldZ %s %s ", now.tv_nsec / 1000000,
		level_names[level], module_names[module]);
	va_list args;
	va_start(args, format);
	int wrote = vsnprintf(line + n, sizeof line - n - 1, format, args);
	va_end(args);
	if (wrote > 0)
		n += (size_t)wrote < sizeof line - n - 1 ? (size_t)wrote : sizeof line - n - 2;
	line[n++] = '\n';
	if (write(log_fd, line, n) < 0)
		return; /* nowhere left to say it */
}

static int find_name(const char *const *names, int count, const char *text, size_t len) {
	for (int i = 0; i < count; i++)
		if (strlen(names[i]) == len && !strncasecmp(names[i], text, len))
			return i;
	return -1;
}

static bool set_one(unsigned char *levels, const char *item, size_t len) {
	const char *eq = memchr(item, '=', len);
	const char *level = eq ? eq + 1 : item;
	int value = find_name(level_names, 5, level, len - (size_t)(level - item));
	if (value < 0)
		return false;
	if (!eq) {
		memset(levels, value, LOG_MODULES);
		return true;
	}
	int module = find_name(module_names, LOG_MODULES, item, (size_t)(eq - item));
	if (module < 0)
		return false;
	levels[module] = (unsigned char)value;
	return true;
}

bool log_set(const char *spec) {
	unsigned char levels[LOG_MODULES];
	memcpy(levels, log_levels, sizeof levels);
	for (;;) {
		size_t len = strcspn(spec, ",");
		if (!set_one(levels, spec, len))
			return false;
		if (!spec[len])
			break;
		spec += len + 1;
	}
	memcpy(log_levels, levels, sizeof levels);
	return true;
}

void log_get(char *out, size_t size) {
	size_t n = 0;
	for (int i = 0; i < LOG_MODULES && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%s=%s", i ? "," : "", module_names[i],
			level_names[log_levels[i]]);
}

bool log_open(const char *path) {
	int fd = STDERR_FILENO;
	if (path) {
		fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
		if (fd < 0)
			return false;
	}
	int old = log_fd;
	log_fd = fd;
	if (old != STDERR_FILENO)
		close(old);
	return true;
}

const char *log_quote(char *out, size_t size, const char *text, size_t len) {
	size_t n = 0;
	out[n++] = '"';
	for (size_t i = 0; i < len && n + 7 < size; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\')
			out[n++] = (char)c;
		else
			n += (size_t)snprintf(out + n, size - n, "\\x%02x", c);
	}
	out[n++] = '"';
	out[n] = 0;
	return out;
}

void fatal(const char *format, ...) {
	va_list args;
	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}
