/* On a terminal lines are edited; from a pipe they are just read. */
#include "server/ctl/prompt.h"

#include <histedit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/ctl/commands.h"
#include "server/ctl/run.h"

#define HISTORY 500

static char *prompt_text(EditLine *el) {
	static char text[] = "appchat> ";
	(void)el;
	return text;
}

static char *history_path(char *out, size_t size) {
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	if (state && *state == '/')
		snprintf(out, size, "%s/appchat", state);
	else if (home)
		snprintf(out, size, "%s/.local/state/appchat", home);
	else
		return NULL;
	for (char *slash = strchr(out + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(out, 0700);
		*slash = '/';
	}
	mkdir(out, 0700);
	size_t len = strlen(out);
	snprintf(out + len, size - len, "/ctl_history");
	return out;
}

/* ---- Completion -------------------------------------------------------------- */

struct candidates {
	const char *start;         /* what is there already */
	size_t len, count;
	char common[256];          /* what all that fit begin with */
	struct buf list;
};

static void offer(struct candidates *c, const char *word, size_t len) {
	if (len < c->len || len >= sizeof c->common || memcmp(word, c->start, c->len))
		return;
	if (!c->count++) {
		memcpy(c->common, word, len);
		c->common[len] = 0;
	}
	size_t same = 0;
	while (same < len && c->common[same] == word[same])
		same++;
	c->common[same] = 0;
	buf_printf(&c->list, "%s%.*s", c->count > 1 ? "  " : "", (int)len, word);
}

/* The names of those who are connected: the second column. */
static void offer_people(struct ctl *s, struct candidates *c) {
	struct buf answer = {0};
	bool header = true;
	if (ctl_link_ask(&s->link, "clients", &answer) == LINK_DONE && answer.len) {
		buf_byte(&answer, 0);
		for (char *save, *line = strtok_r((char *)answer.data, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
			char *name = strchr(line, '\t');
			if (name && !header && name[1] != '\t')
				offer(c, name + 1, strcspn(name + 1, "\t"));
			header = false;
		}
	}
	buf_free(&answer);
}

static unsigned char complete(EditLine *el, int ch) {
	struct ctl *s;
	const LineInfo *line = el_line(el);
	size_t len = (size_t)(line->cursor - line->buffer), word = len;
	(void)ch;
	el_get(el, EL_CLIENTDATA, &s);
	while (word && line->buffer[word - 1] != ' ')
		word--;
	struct candidates c = {.start = line->buffer + word, .len = len - word};
	const struct ctl_command *command = ctl_command_find(line->buffer, strcspn(line->buffer, " "));
	for (size_t i = 0; !word && i < ctl_command_count; i++)
		offer(&c, ctl_commands[i].name, strlen(ctl_commands[i].name));
	if (word && command && command->person)
		offer_people(s, &c);
	if (c.count && (strlen(c.common) > c.len || c.count == 1)) {
		el_insertstr(el, c.common + c.len);
		if (c.count == 1)
			el_insertstr(el, " ");
	} else if (c.count > 1) {
		printf("\n%.*s\n", (int)c.list.len, (char *)c.list.data);
	}
	buf_free(&c.list);
	return c.count > 1 ? CC_REDISPLAY : c.count ? CC_REFRESH : CC_ERROR;
}

/* ---- Lines -------------------------------------------------------------------- */

static int run_plain(struct ctl *s) {
	char *line = NULL;
	size_t size = 0;
	int code = CTL_OK;
	while (!s->quit && getline(&line, &size, stdin) > 0) {
		line[strcspn(line, "\r\n")] = 0;
		int result = ctl_run(s, line);
		code = result ? result : code;
	}
	free(line);
	return code;
}

static void read_lines(struct ctl *s, EditLine *el, History *past) {
	HistEvent event;
	int count;
	const char *line;
	while (!s->quit && (line = el_gets(el, &count)) && count > 0) {
		char *copy = strndup(line, strcspn(line, "\r\n"));
		if (copy && *copy)
			history(past, &event, H_ENTER, copy);
		if (copy)
			ctl_run(s, copy);
		free(copy);
	}
}

static int run_edited(struct ctl *s) {
	HistEvent event;
	char path[512];
	const char *file = history_path(path, sizeof path);
	EditLine *el = el_init("appchat-ctl", stdin, stdout, stderr);
	History *past = history_init();
	history(past, &event, H_SETSIZE, HISTORY);
	history(past, &event, H_SETUNIQUE, 1);
	if (file)
		history(past, &event, H_LOAD, file);
	el_set(el, EL_PROMPT, prompt_text);
	el_set(el, EL_EDITOR, "emacs");
	el_set(el, EL_SIGNAL, 1);
	el_set(el, EL_HIST, history, past);
	el_set(el, EL_CLIENTDATA, s);
	el_set(el, EL_ADDFN, "complete", "complete the word", complete);
	el_source(el, NULL);
	el_set(el, EL_BIND, "^I", "complete", NULL);
	el_set(el, EL_BIND, "^R", "em-inc-search-prev", NULL);
	printf("The server of %s. Type help, or quit.\n", s->dir);
	read_lines(s, el, past);
	if (file)
		history(past, &event, H_SAVE, file);
	history_end(past);
	el_end(el);
	return CTL_OK;
}

int ctl_prompt(struct ctl *s) {
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) ? run_edited(s) : run_plain(s);
}
