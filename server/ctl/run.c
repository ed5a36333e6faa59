/* A few commands need something done here: paths made absolute, watching. */
#include "server/ctl/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/ctl/commands.h"
#include "server/ctl/show.h"

static int complain(const char *text, size_t len, int code) {
	struct buf clean = {0};
	ctl_show_clean(&clean, text, len);
	fprintf(stderr, "appchat-ctl: %.*s\n", (int)clean.len, clean.data ? (char *)clean.data : "");
	buf_free(&clean);
	return code;
}

static int ask(struct ctl *s, const char *line) {
	struct buf request = {0}, answer = {0};
	int code = CTL_OK;
	buf_printf(&request, "%s%s", s->json ? "--json " : "", line);
	enum ctl_link_result result = ctl_link_ask(&s->link, (char *)request.data, &answer);
	const char *text = answer.data ? (char *)answer.data : "";
	if (result == LINK_REFUSED)
		code = complain(text, answer.len, CTL_REFUSED);
	else if (result == LINK_LOST)
		code = complain(text, answer.len, CTL_NO_SERVER);
	else if (s->json)
		fwrite(text, 1, answer.len, stdout);
	else
		ctl_show_table(stdout, text, answer.len);
	fflush(stdout);
	s->quit |= result == LINK_LOST;
	buf_free(&request);
	buf_free(&answer);
	return code;
}

/* The server does not know where we stand. */
static int backup(struct ctl *s, const char *path) {
	struct buf line = {0};
	char here[2048];
	if (*path && *path != '/' && !getcwd(here, sizeof here))
		return complain("the current directory has no name any more", 41, CTL_USAGE);
	if (*path && *path != '/')
		buf_printf(&line, "backup %s/%s", here, path);
	else
		buf_printf(&line, "backup %s", path);
	int code = ask(s, (char *)line.data);
	buf_free(&line);
	return code;
}

static int watch(struct ctl *s) {
	bool screen = isatty(STDOUT_FILENO) && !s->json;
	int code;
	do {
		if (screen)
			fputs("\033[H\033[2J", stdout);
		code = ask(s, "status");
	} while (code == CTL_OK && !ferror(stdout) && !sleep(1));
	return code;
}

static bool is(const struct ctl_command *c, const char *name) {
	return c && !strcmp(c->name, name);
}

static bool watched(const char *line) {
	line += strcspn(line, " \t");
	line += strspn(line, " \t");
	return !strcmp(line, "--watch");
}

int ctl_run(struct ctl *s, const char *line) {
	line += strspn(line, " \t");
	size_t len = strcspn(line, " \t");
	const char *rest = line + len + strspn(line + len, " \t");
	const struct ctl_command *c = ctl_command_find(line, len);
	if (!len)
		return CTL_OK;
	if (!c) {
		fprintf(stderr, "appchat-ctl: there is no such command; see appchat-ctl help\n");
		return CTL_USAGE;
	}
	if (is(c, "help"))
		ctl_commands_help(stdout);
	else if (is(c, "quit"))
		s->quit = true;
	else if (is(c, "status") && watched(line))
		return watch(s);
	else if (is(c, "backup"))
		return backup(s, rest);
	else
		return ask(s, line);
	return CTL_OK;
}
