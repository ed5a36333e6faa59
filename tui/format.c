/* Lines of output. See format.h. */
#include "tui/format.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "proto/base/json.h"
#include "tui/sanitize.h"

static void add_time(struct buf *out, uint64_t ms) {
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	char text[32];
	strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", localtime_r(&seconds, &tm) ? &tm : gmtime_r(&(time_t){0}, &tm));
	buf_printf(out, "%s ", text);
}

static void add_safe(struct buf *out, const char *before, const char *text, const char *after) {
	buf_printf(out, "%s", before);
	sanitize(out, text, strlen(text), SANITIZE_LINE);
	buf_printf(out, "%s", after);
}

void format_line(struct buf *out, const struct sync_event *e) {
	if (e->kind == SYNC_UNKNOWN)
		return;
	add_time(out, e->time_ms);
	if (e->kind == SYNC_MESSAGE) {
		add_safe(out, "<", e->name, "> ");
		add_safe(out, "", e->text, "\n");
	} else if (e->kind == SYNC_TOPIC) {
		add_safe(out, "* ", e->name, *e->text ? " set the topic: " : " removed the topic");
		add_safe(out, "", e->text, "\n");
	} else {
		add_safe(out, "* ", e->name, " made the room\n");
	}
}

static const char *const types[] = {
	[SYNC_UNKNOWN] = "unknown", [SYNC_MESSAGE] = "message", [SYNC_TOPIC] = "topic", [SYNC_CREATED] = "created",
};

void format_json(struct buf *out, const char *room, const struct sync_event *e) {
	time_t seconds = (time_t)(e->time_ms / 1000);
	struct tm tm;
	char day[32], when[40];
	if (!gmtime_r(&seconds, &tm))
		tm = (struct tm){.tm_year = 70, .tm_mday = 1};
	strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(when, sizeof when, "%s.%03uZ", day, (unsigned)(e->time_ms % 1000));
	json_open(out, NULL, '{');
	json_string(out, "type", types[e->kind]);
	json_string(out, "room", room);
	json_uint(out, "seq", e->seq);
	json_string(out, "time", when);
	json_string(out, "author", e->name);
	json_uint(out, "author_id", e->author);
	json_string(out, "text", e->text);
	json_close(out, '}');
	buf_byte(out, '\n');
}
