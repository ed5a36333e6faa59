/* The operator's commands. */
#include "server/console.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/utf8.h"

typedef bool console_fn(struct request *r);

/* The next word of the arguments; what follows stays. NULL: none. */
static char *next_word(struct request *r) {
	char *word = r->args;
	size_t len = strcspn(word, " \t");
	if (!len)
		return NULL;
	r->args += len;
	if (*r->args)
		*r->args++ = 0;
	r->args += strspn(r->args, " \t");
	return word;
}

static bool need(struct request *r, const char *what) {
	if (*r->args)
		return true;
	answer_fail(r->answer, "%s is missing; see help", what);
	return false;
}

static bool do_status(struct request *r) {
	struct answer *a = r->answer;
	struct hub_stats s;
	operator_stats(r->control->hub, &s);
	answer_text(a, "version", APPCHAT_VERSION);
	answer_text(a, "url", r->control->url);
	answer_uint(a, "uptime_seconds", s.uptime_seconds);
	answer_uint(a, "clients", s.clients);
	answer_uint(a, "signed_in", s.signed_in);
	answer_uint(a, "people", s.people);
	answer_uint(a, "rooms", s.rooms);
	answer_uint(a, "lagging", s.lagging);
	answer_number(a, "messages_per_second", s.messages_per_second, 1);
	answer_number(a, "deliveries_per_second", s.deliveries_per_second, 1);
	answer_number(a, "batch_events", s.batch, 1);
	answer_number(a, "pace_ms", s.pace_ms, 2);
	answer_number(a, "commit_ms", s.commit_ms, 2);
	answer_uint(a, "store_queued", s.store_queued);
	answer_uint(a, "store_batch", s.store_batch);
	answer_bool(a, "store_refusing", s.store_refusing);
	answer_uint(a, "messages", s.messages);
	answer_uint(a, "deliveries", s.deliveries);
	answer_number(a, "cpu_percent", s.cpu_percent, 1);
	answer_uint(a, "cpu_ms", s.cpu_ms);
	answer_uint(a, "rss_bytes", s.rss_bytes);
	return true;
}

static bool do_clients(struct request *r) {
	struct answer *a = r->answer;
	struct client_row row;
	uint64_t now = clock_wall_ms();
	answer_list(a, "clients", "connection\tname\taddress\tclient\tguest\tsigned in\tlagging\tbehind\tidle s\tfor s");
	for (uint32_t at = 0; operator_client(r->control->hub, &at, &row);) {
		answer_row(a);
		answer_uint(a, "connection", row.connection);
		answer_text(a, "name", row.name);
		answer_text(a, "address", row.address);
		answer_text(a, "client", row.client);
		answer_bool(a, "guest", row.guest);
		answer_bool(a, "signed_in", row.signed_in);
		answer_bool(a, "lagging", row.lagging);
		answer_uint(a, "behind", row.behind);
		answer_uint(a, "idle_seconds", row.idle_seconds);
		answer_uint(a, "connected_seconds", now > row.connected_ms ? (now - row.connected_ms) / 1000 : 0);
		answer_row_end(a);
	}
	answer_list_end(a);
	return true;
}

static bool do_rooms(struct request *r) {
	struct answer *a = r->answer;
	struct room_row row;
	answer_list(a, "rooms", "id\tname\tonline\tfollowers\thead\tlog bytes\ttopic");
	for (uint32_t at = 0; operator_room(r->control->hub, &at, &row);) {
		answer_row(a);
		answer_uint(a, "id", row.id);
		answer_text(a, "name", row.name);
		answer_uint(a, "online", row.online);
		answer_uint(a, "followers", row.followers);
		answer_uint(a, "head", row.head);
		answer_uint(a, "log_bytes", row.log_bytes);
		answer_text(a, "topic", row.topic);
		answer_row_end(a);
	}
	answer_list_end(a);
	return true;
}

/* What people are to read. False: it was refused. */
static bool words_good(struct request *r) {
	if (utf8_valid(r->args, strlen(r->args)))
		return true;
	answer_fail(r->answer, "the words are not UTF-8");
	return false;
}

static bool do_kick(struct request *r) {
	if (!need(r, "a name or an address") || !words_good(r))
		return true;
	const char *who = next_word(r);
	uint32_t count = operator_kick(r->control->hub, who, *r->args ? r->args : NULL);
	if (count)
		answer_uint(r->answer, "closed", count);
	else
		answer_fail(r->answer, "nobody of that name or address is connected; see clients");
	return true;
}

/* "30s", "10m", "12h", "7d": seconds; 0 when it is none of these. */
static uint64_t duration(const char *text) {
	static const char units[] = "smhd";
	static const uint64_t seconds[] = {1, 60, 3600, 86400};
	char *end;
	uint64_t n = isdigit((unsigned char)*text) ? strtoull(text, &end, 10) : 0;
	const char *unit = n && *end && !end[1] ? strchr(units, *end) : NULL;
	return unit && n < 100000000 ? n * seconds[unit - units] : 0;
}

/* What is banned when neither name: nor address: says it: a name. */
static void whom(char *out, size_t size, const char *word) {
	bool said = !strncmp(word, "name:", 5) || !strncmp(word, "address:", 8);
	snprintf(out, size, "%s%s", said ? "" : "name:", word);
}

static bool do_ban(struct request *r) {
	char what[300];
	struct answer *a = r->answer;
	if (!need(r, "a name, or address:ADDRESS,") || !words_good(r))
		return true;
	whom(what, sizeof what, next_word(r));
	char *rest = r->args;
	size_t first = strcspn(rest, " \t");
	char after = rest[first];
	rest[first] = 0;
	uint64_t seconds = duration(rest);
	rest[first] = after;
	if (seconds)
		next_word(r);
	return !operator_ban(r->control->hub, what, seconds, r->args, r->later, r->later_arg, a->error, sizeof a->error);
}

static bool do_unban(struct request *r) {
	char what[300];
	if (!need(r, "a name, or address:ADDRESS,"))
		return true;
	whom(what, sizeof what, next_word(r));
	return !operator_unban(r->control->hub, what, r->later, r->later_arg, r->answer->error, sizeof r->answer->error);
}

static bool do_bans(struct request *r) {
	struct answer *a = r->answer;
	const char *what, *reason;
	uint64_t until, now = clock_wall_ms();
	answer_list(a, "bans", "what\tseconds left\treason");
	for (uint32_t at = 0; operator_next_ban(r->control->hub, &at, &what, &until, &reason);) {
		answer_row(a);
		answer_text(a, "what", what);
		if (until)
			answer_uint(a, "seconds_left", until > now ? (until - now) / 1000 : 0);
		else
			answer_text(a, "seconds_left", "for good");
		answer_text(a, "reason", reason);
		answer_row_end(a);
	}
	answer_list_end(a);
	return true;
}

static bool do_announce(struct request *r) {
	if (need(r, "the text") && words_good(r))
		answer_uint(r->answer, "told", operator_announce(r->control->hub, r->args));
	return true;
}

static bool do_log(struct request *r) {
	char levels[256];
	if (*r->args && !log_set(r->args)) {
		answer_fail(r->answer, "levels are off, error, warn, info and debug, perhaps as MODULE=LEVEL after commas");
		return true;
	}
	if (*r->args)
		r->control->log_changed();
	log_get(levels, sizeof levels);
	answer_text(r->answer, "log", levels);
	return true;
}

static bool do_backup(struct request *r) {
	if (!need(r, "the path of the copy"))
		return true;
	if (*r->args != '/') {
		answer_fail(r->answer, "the path must begin with /");
		return true;
	}
	operator_backup(r->control->hub, r->args, r->later, r->later_arg);
	return false;
}

static bool do_shutdown(struct request *r) {
	LOG(CONTROL, INFO, "event=shutdown");
	r->control->stop(r->control->arg);
	answer_bool(r->answer, "stopping", true);
	return true;
}

static const struct {
	const char *name;
	console_fn *run;
} commands[] = {
	{"status", do_status},
	{"clients", do_clients},
	{"rooms", do_rooms},
	{"kick", do_kick},
	{"ban", do_ban},
	{"unban", do_unban},
	{"bans", do_bans},
	{"announce", do_announce},
	{"log", do_log},
	{"backup", do_backup},
	{"shutdown", do_shutdown},
};
#define COMMANDS (sizeof commands / sizeof *commands)

const char *console_command(size_t i) {
	return i < COMMANDS ? commands[i].name : NULL;
}

bool console_wants_json(char **line) {
	static const char flag[] = "--json";
	size_t len = strlen(flag);
	*line += strspn(*line, " \t");
	if (strncmp(*line, flag, len) || !strchr(" \t", (*line)[len]))
		return false;
	*line += len;
	return true;
}

bool console_run(struct request *r, char *line) {
	line += strspn(line, " \t");
	for (size_t end = strlen(line); end && strchr(" \t\r", line[end - 1]); end--)
		line[end - 1] = 0;
	r->args = line;
	const char *name = next_word(r);
	for (size_t i = 0; name && i < COMMANDS; i++)
		if (!strcmp(commands[i].name, name))
			return commands[i].run(r);
	answer_fail(r->answer, "there is no such command; see help");
	return true;
}
