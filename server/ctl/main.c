/* appchat-ctl: the operator's console of a running server. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "proto/base/buf.h"
#include "server/ctl/commands.h"
#include "server/ctl/prompt.h"
#include "server/ctl/run.h"

static void usage(FILE *out) {
	fputs("Usage: appchat-ctl --data DIR [--json] [COMMAND [ARGUMENT]...]\n"
	      "Commands the server that runs on DIR; without a command, a prompt.\n\n"
	      "  --data DIR                                   the server's data directory\n"
	      "  --json                                       answer in JSON, for scripts\n"
	      "  -h, --help                                   show this help and exit\n"
	      "  -V, --version                                show the version and exit\n\n"
	      "Commands:\n", out);
	ctl_commands_help(out);
	fputs("\nExit status: 0 done, 1 the server refused, 2 a mistake on the command line, 3 no server.\n", out);
}

static int wrong(const char *what, const char *which) {
	fprintf(stderr, "appchat-ctl: %s%s; see --help\n", what, which);
	return CTL_USAGE;
}

/* The words of a command as one line. Line breaks would be further commands. */
static void join(struct buf *line, char **words, int count) {
	for (int i = 0; i < count; i++)
		for (const char *p = words[i]; ; p++) {
			if (!*p) {
				buf_byte(line, i + 1 < count ? ' ' : 0);
				break;
			}
			buf_byte(line, *p == '\n' || *p == '\r' ? ' ' : (uint8_t)*p);
		}
}

static int run(struct ctl *s, char **words, int count) {
	char err[512];
	struct buf line = {0};
	int code;
	if (!ctl_link_open(&s->link, s->dir, err, sizeof err)) {
		fprintf(stderr, "appchat-ctl: %s\n", err);
		return CTL_NO_SERVER;
	}
	join(&line, words, count);
	code = count ? ctl_run(s, (char *)line.data) : ctl_prompt(s);
	buf_free(&line);
	ctl_link_close(&s->link);
	return code;
}

int main(int argc, char **argv) {
	struct ctl s = {0};
	int i = 1;
	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	umask(077);
	for (; i < argc && !strncmp(argv[i], "-", 1); i++) {
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			usage(stdout);
			return CTL_OK;
		}
		if (!strcmp(argv[i], "--version") || !strcmp(argv[i], "-V")) {
			puts("appchat-ctl " APPCHAT_VERSION);
			return CTL_OK;
		}
		if (!strcmp(argv[i], "--json"))
			s.json = true;
		else if (!strncmp(argv[i], "--data=", 7))
			s.dir = argv[i] + 7;
		else if (!strcmp(argv[i], "--data") && i + 1 < argc)
			s.dir = argv[++i];
		else
			return wrong("unknown option, or its value is missing: ", argv[i]);
	}
	if (i + 1 < argc && !strcmp(argv[argc - 1], "--json")) {
		s.json = true;
		argc--;
	}
	if (i < argc && !strcmp(argv[i], "help")) {
		ctl_commands_help(stdout);
		return CTL_OK;
	}
	if (!s.dir)
		return wrong("say which server: --data DIR", "");
	return run(&s, argv + i, argc - i);
}
