/* The file is libinih's; the lines are handed to it by us, because only so are
 * their numbers known and too long ones noticed. */
#include "server/config.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <string.h>

struct reading {
	struct options *options;
	FILE *file;
	const char *path;
	int line;
	uint64_t seen;                   /* a bit for each row */
	const struct option_row *last;   /* an indented line goes on with its value */
	bool indented;                   /* the line just read */
	char *err;
	size_t size;
	bool failed;
};

static void fail(struct reading *r, int line, const char *what) {
	if (!r->failed)
		snprintf(r->err, r->size, "%s:%d: %s", r->path, line, what);
	r->failed = true;
}

static char *next_line(char *out, int size, void *stream) {
	struct reading *r = stream;
	if (r->failed || !fgets(out, size, r->file))
		return NULL;
	r->line++;
	r->indented = isspace((unsigned char)*out);
	if (*out == '[')
		r->last = NULL; /* nothing goes on past a section */
	if (strlen(out) == (size_t)size - 1 && out[size - 2] != '\n') {
		char what[128];
		snprintf(what, sizeof what, "line too long: at most %d bytes; indent the next line to go on with a text", size - 2);
		fail(r, r->line, what);
		return NULL;
	}
	return out;
}

/* A setting stands in the file once, with perhaps indented lines after it. */
static bool set_or_append(struct reading *r, const struct option_row *row, const char *value, char *err, size_t size) {
	size_t at = (size_t)(row - option_rows);
	if (row == r->last && r->indented)
		return option_append(r->options, row, value, err, size);
	assert(at < 64);
	if (r->seen & UINT64_C(1) << at) {
		snprintf(err, size, "%s is given twice", row->name);
		return false;
	}
	r->seen |= UINT64_C(1) << at;
	return option_set(r->options, row, value, err, size);
}

static int on_value(void *arg, const char *section, const char *name, const char *value) {
	struct reading *r = arg;
	char what[320];
	const struct option_row *row = option_find(name, strlen(name));
	if (r->failed)
		return 0;
	if (*section && strcmp(section, "server"))
		snprintf(what, sizeof what, "unknown section [%.40s]: the only one is [server]", section);
	else if (!row)
		snprintf(what, sizeof what, "unknown setting \"%.64s\": see appchat.conf(5) or --help for all of them", name);
	else if (set_or_append(r, row, value, what, sizeof what))
		what[0] = 0;
	r->last = row;
	if (what[0])
		fail(r, r->line, what);
	return !what[0];
}

bool config_read(struct options *o, const char *path, char *err, size_t size) {
	struct reading r = {.options = o, .path = path, .err = err, .size = size, .file = fopen(path, "re")};
	if (!r.file) {
		snprintf(err, size, "cannot read the configuration %s: %s", path, strerror(errno));
		return false;
	}
	int line = ini_parse_stream(next_line, &r, on_value, &r);
	fclose(r.file);
	if (line > 0)
		fail(&r, line, "neither \"name = value\", nor a [section], nor a comment (# or ;)");
	else if (line < 0)
		fail(&r, 0, "cannot be read");
	return !r.failed;
}

/* ---- The command line ---------------------------------------------------- */

static const struct {
	const char *flag, *letter;
	enum config_action action;
	const char *help;
} actions[] = {
	{"--check-config", NULL, CONFIG_CHECK, "read the settings, print them, and exit"},
	{"--help", "-h", CONFIG_HELP, "show this help and exit"},
	{"--version", "-V", CONFIG_VERSION, "show the version and exit"},
};
#define ACTIONS (sizeof actions / sizeof *actions)

static bool find_action(const char *flag, enum config_action *out) {
	for (size_t i = 0; i < ACTIONS; i++)
		if (!strcmp(actions[i].flag, flag) || (actions[i].letter && !strcmp(actions[i].letter, flag))) {
			*out = actions[i].action;
			return true;
		}
	return false;
}

/* A flag "--name value" or "--name=value" at *at; steps over it. NULL: err is set. */
static const char *flag_value(int argc, char **argv, int *at, size_t *name_len, char *err, size_t size) {
	const char *arg = argv[*at], *eq = strchr(arg, '=');
	if (strncmp(arg, "--", 2)) {
		snprintf(err, size, "\"%.64s\" is no option; see --help", arg);
		return NULL;
	}
	*name_len = (eq ? (size_t)(eq - arg) : strlen(arg)) - 2;
	if (eq)
		return eq + 1;
	if (*at + 1 < argc)
		return argv[++*at];
	snprintf(err, size, "%s needs a value; see --help", arg);
	return NULL;
}

/* The file is read first, wherever its flag stands. */
static bool read_file(struct options *o, int argc, char **argv, char *err, size_t size) {
	for (int i = 1; i < argc; i++) {
		if (!strncmp(argv[i], "--config=", 9))
			return config_read(o, argv[i] + 9, err, size);
		if (!strcmp(argv[i], "--config") && i + 1 < argc)
			return config_read(o, argv[i + 1], err, size);
	}
	return true;
}

static bool read_flag(struct options *o, int argc, char **argv, int *at, char *err, size_t size) {
	size_t len;
	const char *name = argv[*at] + 2;
	const char *value = flag_value(argc, argv, at, &len, err, size);
	if (!value)
		return false;
	if (len == 6 && !strncmp(name, "config", 6))
		return true;
	const struct option_row *row = option_find(name, len);
	if (row)
		return option_set(o, row, value, err, size);
	snprintf(err, size, "unknown option --%.*s; see --help", len > 64 ? 64 : (int)len, name);
	return false;
}

enum config_action config_args(struct options *o, int argc, char **argv, char *err, size_t size) {
	enum config_action action = CONFIG_RUN, found;
	options_init(o);
	if (!read_file(o, argc, argv, err, size))
		return CONFIG_WRONG;
	for (int i = 1; i < argc; i++) {
		if (find_action(argv[i], &found))
			action = found;
		else if (!read_flag(o, argc, argv, &i, err, size))
			return CONFIG_WRONG;
	}
	if ((action == CONFIG_RUN || action == CONFIG_CHECK) && !options_check(o, err, size))
		return CONFIG_WRONG;
	return action;
}

static void help_line(FILE *out, const char *name, const char *argument, const char *help, const char *value) {
	char left[64];
	snprintf(left, sizeof left, "--%s %s", name, argument);
	fprintf(out, "  %-28s %s", left, help);
	if (value)
		fprintf(out, " [%s]", value);
	fputc('\n', out);
}

void config_help(FILE *out) {
	fputs("Usage: appchat-server --data DIR [OPTION]...\n"
	      "Serves the chat and its page on one port.\n\n", out);
	help_line(out, "config", "FILE", "read settings from this file; flags go before it", NULL);
	for (size_t i = 0; i < option_row_count; i++)
		help_line(out, option_rows[i].name, option_rows[i].argument, option_rows[i].help, option_rows[i].value);
	for (size_t i = 0; i < ACTIONS; i++)
		if (actions[i].letter)
			fprintf(out, "  %s, %-24s %s\n", actions[i].letter, actions[i].flag, actions[i].help);
		else
			fprintf(out, "  %-28s %s\n", actions[i].flag, actions[i].help);
	fputs("\nSignals: TERM and INT stop it, HUP reopens the log and reads the certificate again.\n"
	      "See appchat-server(8), appchat.conf(5) and, to talk to it, appchat-ctl(8).\n", out);
}

/* Further lines of a text are indented. */
static void print_text(FILE *out, const char *name, const char *text) {
	fprintf(out, "%s = ", name);
	for (; *text; text++)
		fputs(*text == '\n' ? "\n\t" : (char[]){*text, 0}, out);
	fputc('\n', out);
}

void config_print(FILE *out, const struct options *o) {
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];
		const char *field = (const char *)o + row->at;
		if (row->type == OPTION_NUMBER)
			fprintf(out, "%s = %u\n", row->name, *(const uint32_t *)(const void *)field);
		else if (row->type == OPTION_SWITCH)
			fprintf(out, "%s = %s\n", row->name, *(const bool *)field ? "yes" : "no");
		else if (*(char *const *)(const void *)field)
			print_text(out, row->name, *(char *const *)(const void *)field);
	}
}
