/* Processes and files of the screen tests. */
#include "tests/tui/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/base/buf.h"

static char programs[512] = "build";

void stage_programs(const char *argv0) {
	char path[512];
	snprintf(path, sizeof path, "%s", argv0);
	snprintf(programs, sizeof programs, "%s/..", dirname(path));
}

static char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *text(const char *format, ...) {
	char *out;
	va_list args;
	va_start(args, format);
	if (vasprintf(&out, format, args) < 0)
		abort();
	va_end(args);
	return out;
}

char *stage_program(const char *name) { return text("%s/%s", programs, name); }

static void give_up(const char *what) { fail_msg("%s: %s", what, strerror(errno)); }

/* ---- The server ---------------------------------------------------------------------- */

static pid_t start(char *const *argv, int *error_output) {
	int ends[2];
	if (pipe(ends))
		give_up("pipe");
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		execv(argv[0], argv);
		_exit(127);
	}
	close(ends[1]);
	*error_output = ends[0];
	return pid;
}

void stage_start_server(struct stage *s) {
	char *program = stage_program("appchat-server"), *listen = text("127.0.0.1:%d", s->port), *data = text("%s/data", s->dir);
	char *argv[] = { program, (char *)"--listen", listen, (char *)"--data", data, (char *)"--log", (char *)"off", NULL };
	char line[1024];
	int output;
	s->server = start(argv, &output);
	FILE *f = fdopen(output, "r");
	char *port = NULL;
	while (!port && fgets(line, sizeof line, f))
		port = strstr(line, "listening on http://127.0.0.1:");
	if (!port)
		fail_msg("the server did not start");
	s->port = atoi(strrchr(port, ':') + 1);
	snprintf(s->url, sizeof s->url, "ws://127.0.0.1:%d", s->port);
	fclose(f);
	free(program);
	free(listen);
	free(data);
}

void stage_stop_server(struct stage *s, int signal) {
	kill(s->server, signal);
	waitpid(s->server, NULL, 0);
	s->server = 0;
}

void stage_open(struct stage *s) {
	memset(s, 0, sizeof *s);
	snprintf(s->dir, sizeof s->dir, "/tmp/appchat-screens-XXXXXX");
	if (!mkdtemp(s->dir))
		give_up("mkdtemp");
	stage_start_server(s);
}

void stage_close(struct stage *s) {
	if (s->server)
		stage_stop_server(s, SIGTERM);
	char *command = text("rm -rf '%s'", s->dir);
	if (system(command))
		fprintf(stderr, "%s stays\n", s->dir);
	free(command);
}

/* ---- People ------------------------------------------------------------------------------ */

void stage_say(struct stage *s, const char *who, const char *room, const char *what) {
	char *program = stage_program("appchat-tui"), *state = text("XDG_STATE_HOME=%s/%s", s->dir, who);
	pid_t pid = fork();
	if (pid == 0) {
		putenv(state);
		execl(program, program, "--server", s->url, "--guest", who, "send", room, what, (char *)NULL);
		_exit(127);
	}
	int status;
	waitpid(pid, &status, 0);
	if (status)
		fail_msg("%s could not say \"%s\" in %s: status %d", who, what, room, status);
	free(program);
	free(state);
}

struct terminal *stage_client(struct stage *s, const char *who, int rows, int columns) {
	char *program = stage_program("appchat-tui");
	char *argv[] = { program, (char *)"--server", s->url, who ? (char *)"--guest" : NULL, (char *)who, NULL };
	char *env[] = { text("XDG_STATE_HOME=%s/%s", s->dir, who ? who : "nobody"), text("XDG_CONFIG_HOME=%s/config", s->dir),
			text("HOME=%s", s->dir), text("TZ=UTC"), text("LC_ALL=C.UTF-8"), NULL };
	struct terminal *t = terminal_start(rows, columns, argv, env);
	for (char **e = env; *e; e++)
		free(*e);
	free(program);
	return t;
}

/* ---- Golden screens ------------------------------------------------------------------------ */

static bool digits(const char *s, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return true;
}

/* "14:02" becomes "00:00". */
static void even_times(char *line) {
	for (char *at = line; strlen(at) >= 5; at++)
		if (digits(at, 2) && at[2] == ':' && digits(at + 3, 2))
			memcpy(at, "00:00", 5);
}

/* "12 online" becomes " N online": who is here is told at a pace of its own. */
static void even_presence(char *line) {
	char *at = strstr(line, " online");
	if (!at || at == line || !isdigit((unsigned char)at[-1]))
		return;
	for (at--; at > line && isdigit((unsigned char)at[-1]); at--)
		*at = ' ';
	*at = ' ';
	*(strstr(line, " online") - 1) = 'N';
}

/* A day's rule becomes the word DAY; a round trip becomes "N ms". */
static void add_evened(struct buf *out, char *line) {
	static const char *const days[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
					    "Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun " };
	char *first = strstr(line, "─"), *ms = strstr(line, " ms");
	for (size_t i = 0; i < sizeof days / sizeof *days; i++)
		if (first && strstr(line, days[i])) {
			buf_printf(out, "%.*sDAY", (int)(first - line), line);
			return;
		}
	even_times(line);
	even_presence(line);
	if (!strstr(line, "●") || !ms) {
		buf_printf(out, "%s", line);
		return;
	}
	char *number = ms;
	while (number > line && (isdigit((unsigned char)number[-1]) || number[-1] == '.'))
		number--;
	buf_printf(out, "%.*sN%s", (int)(number - line), line, ms);
}

static char *evened(const char *screen) {
	struct buf out = { 0 };
	for (const char *at = screen; *at;) {
		size_t len = strcspn(at, "\n");
		char *line = text("%.*s", (int)len, at);
		add_evened(&out, line);
		buf_byte(&out, '\n');
		free(line);
		at += len + (at[len] == '\n');
	}
	buf_byte(&out, 0);
	return (char *)out.data;
}

static char *read_whole(const char *path) {
	struct buf b = { 0 };
	char data[4096];
	FILE *f = fopen(path, "r");
	for (size_t n; f && (n = fread(data, 1, sizeof data, f)) > 0;)
		buf_append(&b, data, n);
	if (f)
		fclose(f);
	buf_byte(&b, 0);
	return (char *)b.data;
}

static void write_whole(const char *path, const char *what) {
	FILE *f = fopen(path, "w");
	if (!f || fputs(what, f) < 0 || fclose(f))
		give_up(path);
}

void stage_golden(struct terminal *t, const char *name) {
	char *path = text("tests/tui/golden/%s.txt", name), *screen = terminal_screen(t), *seen = evened(screen);
	const char *update = getenv("UPDATE");
	if (update && *update) {
		write_whole(path, seen);
	} else {
		char *wanted = read_whole(path);
		if (strcmp(wanted, seen) != 0) {
			print_error("%s is other than the screen. Wanted:\n%s\nSeen:\n%s\n", path, wanted, seen);
			fail();
		}
		free(wanted);
	}
	free(path);
	free(screen);
	free(seen);
}
