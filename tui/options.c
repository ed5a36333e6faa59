/* The command line. Options may stand anywhere before "--". */
#include "tui/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/log.h"

static const char usage[] =
	"usage: appchat-tui [--server URL] [--guest NAME] [OPTIONS]\n"
	"       appchat-tui [OPTIONS] send ROOM [TEXT]\n"
	"       appchat-tui [OPTIONS] tail ROOM\n"
	"       appchat-tui [OPTIONS] history ROOM\n"
	"\n"
	"  -s, --server URL     ws://, wss://, http:// or https:// (ws://localhost:8080)\n"
	"  -g, --guest NAME     be this guest: again, where this machine knows the token\n"
	"      --sign-in NAME   sign in to an account; asks for the password\n"
	"      --register NAME  make an account; asks for a password\n"
	"      --ca-file FILE   trust these certificates instead of the system's (PEM)\n"
	"  -p, --plain          lines instead of a screen\n"
	"  -j, --json           tail, history: one JSON object a line\n"
	"  -n, --limit N        history: so many messages (50, at most 1000)\n"
	"  -t, --timeout S      give up after S seconds (send, history: 30; else never)\n"
	"  -h, --help           print this\n"
	"  -V, --version        print the version\n"
	"\n"
	"A room's name is given without '#'. The password is read from the terminal, or\n"
	"from the file that APPCHAT_PASSWORD_FILE names. send without TEXT sends\n"
	"standard input as one message.\n"
	"\n"
	"Exit status: 0 done, of send: acknowledged; 1 wrong usage or refused;\n"
	"2 no connection or no answer in time; 3 not signed in; 4 refused for now.\n";

enum { OPT_SIGN_IN = 256, OPT_REGISTER, OPT_CA_FILE };

static const struct option longs[] = {
	{"server", required_argument, NULL, 's'},
	{"guest", required_argument, NULL, 'g'},
	{"sign-in", required_argument, NULL, OPT_SIGN_IN},
	{"register", required_argument, NULL, OPT_REGISTER},
	{"ca-file", required_argument, NULL, OPT_CA_FILE},
	{"plain", no_argument, NULL, 'p'},
	{"json", no_argument, NULL, 'j'},
	{"limit", required_argument, NULL, 'n'},
	{"timeout", required_argument, NULL, 't'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static const struct {
	const char *name;
	enum verb verb;
	int arguments_max;
} verbs[] = {
	{"send", VERB_SEND, 2}, {"tail", VERB_TAIL, 1}, {"history", VERB_HISTORY, 1},
};

static void say(const char *text) {
	fputs(text, stdout);
	exit(fflush(stdout) ? EXIT_USAGE : 0);
}

static unsigned number(const char *option, const char *text, unsigned most) {
	char *end;
	unsigned long n = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || n < 1 || n > most)
		fatal("%s takes a number from 1 to %u, not '%s'", option, most, text);
	return (unsigned)n;
}

static void set_name(struct options *o, const char *name, bool sign_in, bool sign_up) {
	if (o->name)
		fatal("only one of --guest, --sign-in and --register can be given");
	o->name = name;
	o->sign_in = sign_in;
	o->sign_up = sign_up;
}

static void take(struct options *o, int option) {
	switch (option) {
	case 's': o->server = optarg; break;
	case 'g': set_name(o, optarg, false, false); break;
	case OPT_SIGN_IN: set_name(o, optarg, true, false); break;
	case OPT_REGISTER: set_name(o, optarg, false, true); break;
	case OPT_CA_FILE: o->ca_file = optarg; break;
	case 'p': o->plain = true; break;
	case 'j': o->json = true; break;
	case 'n': o->limit = number("--limit", optarg, 1000); break;
	case 't': o->timeout_s = number("--timeout", optarg, 1000000); break;
	case 'h': say(usage); break;
	case 'V': say("appchat-tui " APPCHAT_VERSION "\n"); break;
	default:
		fputs("Try 'appchat-tui --help'.\n", stderr);
		exit(EXIT_USAGE);
	}
}

static void take_verb(struct options *o, int count, char **words) {
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		if (strcmp(words[0], verbs[i].name))
			continue;
		if (count < 2)
			fatal("%s needs the name of a room", words[0]);
		if (count - 1 > verbs[i].arguments_max)
			fatal("%s does not know what to do with '%s' (a text of several words goes in quotes)", words[0],
			      words[1 + verbs[i].arguments_max]);
		o->verb = verbs[i].verb;
		o->room = words[1] + (words[1][0] == '#');
		o->text = count > 2 ? words[2] : NULL;
		return;
	}
	fatal("there is no '%s': it is send, tail or history (see --help)", words[0]);
}

static void check(const struct options *o) {
	if (o->json && o->verb != VERB_TAIL && o->verb != VERB_HISTORY)
		fatal("--json goes with tail and history");
	if (o->limit && o->verb != VERB_HISTORY)
		fatal("--limit goes with history");
	if (o->verb && !*o->room)
		fatal("the name of the room is empty");
	if (o->name && !*o->name)
		fatal("the name is empty");
}

void options_read(struct options *o, int argc, char **argv) {
	int option;
	memset(o, 0, sizeof *o);
	o->server = "ws://localhost:8080";
	while ((option = getopt_long(argc, argv, "s:g:pjn:t:hV", longs, NULL)) != -1)
		take(o, option);
	if (optind < argc)
		take_verb(o, argc - optind, argv + optind);
	check(o);
	if (!o->timeout_s && (o->verb == VERB_SEND || o->verb == VERB_HISTORY))
		o->timeout_s = 30;
}
