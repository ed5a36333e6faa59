/* getopt_long, numbers with bounds, and the URL. */
#include "bots/options.h"

#include <getopt.h>
#include <math.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bots/scenario.h"
#include "bots/text.h"
#include "proto/limits.h"

static void help(void) {
	printf("usage: appchat-bots [options] ws://HOST[:PORT]\n\n"
		"Connects many clients to an Appchat server, lets them talk, and verifies that\n"
		"every acknowledged message reached every bot that follows its room, once and in\n"
		"order. ws:// only: load is not for going through TLS (wss://).\n\n"
		"  -c, --clients N       bots (default 50)\n"
		"  -r, --rate R          messages a second that each bot sends (default 1; 0: none)\n"
		"  -d, --duration S      seconds of load, after all are connected (default 20)\n"
		"      --ramp N          new connections a second (default 500)\n"
		"      --room NAME       the room, without '#'; made when missing (default lobby)\n"
		"      --rooms N         spread the bots over NAME-1 to NAME-N (default 1: NAME itself)\n"
		"      --size BYTES      text of a message (default 48; %d to %d)\n"
		"      --ping-every S    seconds between two pings of a bot (default 5, more from 500\n"
		"                        bots on; 0: only when it has heard nothing for a while)\n"
		"      --scenario NAME   what the bots do:\n", TEXT_MIN, LIMIT_TEXT);
	for (size_t i = 0; scenario_at(i); i++)
		printf("                          %-9s %s\n", scenario_at(i)->name, scenario_at(i)->summary);
	printf("  -j, --json            report as one JSON object on standard output\n"
		"      --report FILE     write a page with plots to FILE as well\n"
		"  -h, --help            this\n"
		"  -V, --version         the version\n\n"
		"Ctrl-C ends the load early, verifies and signs all bots out; twice ends at once.\n\n"
		"exit status:\n"
		"  0    all bots connected, every message acknowledged, nothing lost, duplicated or reordered\n"
		"  1    something of that did not hold\n"
		"  2    the command line is wrong\n"
		"  3    no server there, or not an Appchat server\n"
		"  4    this machine does not allow so many connections\n"
		"  130  ended by a second Ctrl-C\n");
}

static int __attribute__((format(printf, 1, 2))) wrong(const char *format, ...) {
	va_list args;
	fputs("appchat-bots: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("\nTry 'appchat-bots --help'.\n", stderr);
	return EXIT_USAGE;
}

static bool read_number(const char *text, double low, double high, double *out) {
	char *end;
	*out = strtod(text, &end);
	return end != text && !*end && isfinite(*out) && *out >= low && *out <= high;
}

/* Splits ws://HOST[:PORT][/PATH], or the page's address; NULL, or what is wrong. */
static const char *split_url(struct options *o, const char *url) {
	size_t skip = !strncmp(url, "ws://", 5) ? 5 : !strncmp(url, "http://", 7) ? 7 : 0;
	if (!strncmp(url, "wss://", 6) || !strncmp(url, "https://", 8))
		return "the bots do not speak TLS: start a server without it for a load test, and give its ws:// address";
	if (!skip)
		return "the address must look like ws://HOST:PORT";
	const char *from = url + skip, *slash = strchrnul(from, '/');
	const char *host_end = *from == '[' ? memchr(from, ']', (size_t)(slash - from)) : memchr(from, ':', (size_t)(slash - from));
	const char *host = *from == '[' ? from + 1 : from;
	if (!host_end && *from == '[')
		return "a ']' is missing in the address";
	const char *colon = !host_end ? slash : *host_end == ']' ? host_end + 1 : host_end;
	if (!host_end)
		host_end = slash;
	if (host_end == host || (size_t)(host_end - host) >= sizeof o->host)
		return "the address must look like ws://HOST:PORT";
	double port = PROTOCOL_DEFAULT_PORT;
	char digits[8] = "";
	if (colon < slash) {
		snprintf(digits, sizeof digits, "%.*s", (int)(slash - colon - 1), colon + 1);
		if (*colon != ':' || slash - colon > 6 || !read_number(digits, 1, 65535, &port))
			return "the port must be a number from 1 to 65535";
	}
	snprintf(o->host, sizeof o->host, "%.*s", (int)(host_end - host), host);
	snprintf(o->host_header, sizeof o->host_header, "%.*s", (int)(slash - from), from);
	snprintf(o->path, sizeof o->path, "%s", *slash && slash[1] ? slash : PROTOCOL_PATH);
	o->port = (uint16_t)port;
	return NULL;
}

static int resolve(struct options *o) {
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
	char port[8];
	snprintf(port, sizeof port, "%u", o->port);
	int err = getaddrinfo(o->host, port, &hints, &list);
	if (err || !list) {
		fprintf(stderr, "appchat-bots: cannot find the address of '%s': %s\n", o->host, gai_strerror(err));
		return EXIT_NO_SERVER;
	}
	const struct addrinfo *best = list; /* "localhost": a server listens on 127.0.0.1 more often than on ::1 */
	for (const struct addrinfo *a = list; a; a = a->ai_next)
		if (a->ai_family == AF_INET) {
			best = a;
			break;
		}
	memcpy(&o->address, best->ai_addr, best->ai_addrlen);
	freeaddrinfo(list);
	return -1;
}

enum { OPT_RAMP = 256, OPT_ROOM, OPT_ROOMS, OPT_SIZE, OPT_SCENARIO, OPT_REPORT, OPT_PING };

static const struct number_row {
	int option;
	bool whole;
	const char *name, *what;
	double low, high;
} numbers[] = {
	{'c', true, "--clients", "a whole number", 1, 60000},
	{'r', false, "--rate", "messages a second,", 0, 10000},
	{'d', false, "--duration", "seconds,", 0, 1e6},
	{OPT_RAMP, false, "--ramp", "connections a second,", 0.1, 1e6},
	{OPT_PING, false, "--ping-every", "seconds,", 0, 3600},
	{OPT_ROOMS, true, "--rooms", "a whole number", 1, 60000},
	{OPT_SIZE, true, "--size", "bytes,", TEXT_MIN, LIMIT_TEXT},
};

/* Stores the value of a numeric option; -1, or the exit status. */
static int take_number(struct options *o, int option, const char *text) {
	double v;
	const struct number_row *row = numbers;
	while (row->option != option)
		row++;
	if (!read_number(text, row->low, row->high, &v) || (row->whole && v != floor(v)))
		return wrong("%s needs %s from %g to %g, not '%s'", row->name, row->what, row->low, row->high, text);
	switch (option) {
	case 'c': o->clients = (uint32_t)v; break;
	case 'r': o->rate = v; break;
	case 'd': o->duration = v; break;
	case OPT_RAMP: o->ramp = v; break;
	case OPT_PING: o->ping = v; break;
	case OPT_ROOMS: o->rooms = (uint32_t)v; break;
	default: o->size = (uint32_t)v; break;
	}
	return -1;
}

static int take_option(struct options *o, int option, const char *text) {
	switch (option) {
	case OPT_ROOM:
		o->room = *text == '#' ? text + 1 : text;
		return *o->room && strlen(o->room) <= LIMIT_NAME_BYTES ? -1 : wrong("'%s' cannot be the name of a room", text);
	case OPT_SCENARIO:
		o->scenario = scenario_find(text);
		return o->scenario ? -1 : wrong("there is no scenario '%s'", text);
	case OPT_REPORT: o->report = text; return -1;
	case 'j': o->json = true; return -1;
	case 'h': help(); return EXIT_HELD;
	case 'V': puts("appchat-bots " APPCHAT_VERSION); return EXIT_HELD;
	case '?': fputs("Try 'appchat-bots --help'.\n", stderr); return EXIT_USAGE;
	default: return take_number(o, option, text);
	}
}

static void settle_rooms(struct options *o) {
	if (!o->rooms && o->scenario->clients_a_room > 0)
		o->rooms = (uint32_t)(o->clients / o->scenario->clients_a_room);
	if (!o->rooms)
		o->rooms = 1;
	if (o->rooms > o->clients)
		o->rooms = o->clients;
}

int bots_options_read(struct options *o, int argc, char **argv) {
	static const struct option longs[] = {
		{"clients", required_argument, NULL, 'c'}, {"rate", required_argument, NULL, 'r'},
		{"duration", required_argument, NULL, 'd'}, {"ramp", required_argument, NULL, OPT_RAMP},
		{"room", required_argument, NULL, OPT_ROOM}, {"rooms", required_argument, NULL, OPT_ROOMS},
		{"size", required_argument, NULL, OPT_SIZE}, {"scenario", required_argument, NULL, OPT_SCENARIO},
		{"json", no_argument, NULL, 'j'}, {"report", required_argument, NULL, OPT_REPORT},
		{"ping-every", required_argument, NULL, OPT_PING},
		{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'V'}, {0},
	};
	*o = (struct options){.clients = 50, .rate = 1, .duration = 20, .ramp = 500, .room = "lobby", .size = 48, .ping = -1,
		.scenario = scenario_at(0)};
	for (int option; (option = getopt_long(argc, argv, "c:r:d:jhV", longs, NULL)) != -1;) {
		int status = take_option(o, option, optarg);
		if (status >= 0)
			return status;
	}
	if (optind == argc)
		return wrong("which server? Give its address, like ws://127.0.0.1:%d", PROTOCOL_DEFAULT_PORT);
	if (optind + 1 < argc)
		return wrong("one address only, and '%s' is a second one", argv[optind + 1]);
	const char *bad = split_url(o, argv[optind]);
	if (bad)
		return wrong("%s", bad);
	settle_rooms(o);
	return resolve(o);
}
