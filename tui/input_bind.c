/*
 * Names and keys. Order matters, because "bind -v" and "bind -e" begin with
 * fresh maps: ~/.editrc first, then our keys, then the person's own file for
 * this program ($XDG_CONFIG_HOME/appchat/keys, same syntax), which so wins.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "tui/input_impl.h"
#include "tui/wide.h"

static unsigned char act(EditLine *el, enum action action, int ch) {
	struct input *in = input_of(el);
	in->options.act(in->options.arg, action, ch);
	return CC_REFRESH;
}

#define ACTION(name, action) \
	static unsigned char name(EditLine *el, int ch) { return act(el, action, ch); }
ACTION(room_next, ACTION_ROOM_NEXT)
ACTION(room_previous, ACTION_ROOM_PREVIOUS)
ACTION(room_unread, ACTION_ROOM_UNREAD)
ACTION(room_number, ACTION_ROOM_NUMBER)
ACTION(page_up, ACTION_PAGE_UP)
ACTION(page_down, ACTION_PAGE_DOWN)
ACTION(line_up, ACTION_LINE_UP)
ACTION(line_down, ACTION_LINE_DOWN)
ACTION(scroll_top, ACTION_TOP)
ACTION(scroll_bottom, ACTION_BOTTOM)
ACTION(toggle_members, ACTION_MEMBERS)
ACTION(toggle_rooms, ACTION_ROOMS)
ACTION(redraw, ACTION_REDRAW)
ACTION(suspend, ACTION_SUSPEND)
ACTION(help, ACTION_HELP)
ACTION(interrupt, ACTION_INTERRUPT)

static unsigned char escape(EditLine *el, int ch) {
	input_tab_over(input_of(el));
	return act(el, ACTION_ESCAPE, ch);
}

static const struct {
	const wchar_t *name, *help;
	unsigned char (*run)(EditLine *, int);
} functions[] = {
	{ L"room-next", L"Show the next room", room_next },
	{ L"room-previous", L"Show the room before", room_previous },
	{ L"room-unread", L"Show the next room with unread messages", room_unread },
	{ L"room-number", L"Show the room whose number was the last key", room_number },
	{ L"page-up", L"Scroll the messages a page up", page_up },
	{ L"page-down", L"Scroll the messages a page down", page_down },
	{ L"line-up", L"Scroll the messages a line up", line_up },
	{ L"line-down", L"Scroll the messages a line down", line_down },
	{ L"scroll-top", L"Show the oldest messages at hand", scroll_top },
	{ L"scroll-bottom", L"Show the newest messages", scroll_bottom },
	{ L"toggle-members", L"Show or fold the members", toggle_members },
	{ L"toggle-rooms", L"Show or fold the rooms", toggle_rooms },
	{ L"redraw", L"Draw the screen anew", redraw },
	{ L"suspend", L"Stop the program, as ^Z does", suspend },
	{ L"help", L"List commands and keys", help },
	{ L"interrupt", L"Empty the line", interrupt },
	{ L"escape", L"Give up a question, else show the newest messages", escape },
	{ L"chat-backspace", L"Delete the character before the cursor", edit_backspace },
	{ L"chat-delete", L"Delete the character behind the cursor", edit_delete },
	{ L"chat-delete-or-quit", L"Delete the character behind the cursor; in an empty line, quit", edit_delete_or_quit },
	{ L"chat-left", L"Move a character to the left", edit_left },
	{ L"chat-right", L"Move a character to the right", edit_right },
	{ L"chat-up", L"Move a line up, or show the line typed before", edit_up },
	{ L"chat-down", L"Move a line down, or show the line typed after", edit_down },
	{ L"chat-newline", L"Begin a new line in the message", edit_newline },
	{ L"chat-complete", L"Complete the word; again: the next candidate", edit_complete },
	{ L"chat-paste", L"Insert what was pasted", edit_paste },
	{ L"chat-switch", L"Take up the draft of what is on screen", edit_switch },
	{ L"chat-nothing", L"Do nothing", edit_nothing },
};

/* In which of libedit's maps: the one for typing, vi's command map. */
enum { TYPING = 1, COMMANDING = 2, BOTH = 3, EMACS = 4 };

/* The label is what /help and appchat-tui(1) call the key; without one it is as in a shell, or nobody's business. */
static const struct {
	int where;
	const wchar_t *key, *function;
	const char *label;
} keys[] = {
	{ BOTH, L"\x80", L"chat-paste", NULL },
	{ BOTH, L"\x81", L"chat-switch", NULL },
	{ BOTH, L"\x82", L"chat-nothing", NULL },   /* the ESC before it meant something to libedit already */
	{ BOTH, L"\x9b" L"A", L"chat-up", "Up" },
	{ BOTH, L"\x9b" L"B", L"chat-down", "Down" },
	{ BOTH, L"\x9b" L"C", L"chat-right", NULL },
	{ BOTH, L"\x9b" L"D", L"chat-left", NULL },
	{ BOTH, L"\x8f" L"A", L"chat-up", NULL },
	{ BOTH, L"\x8f" L"B", L"chat-down", NULL },
	{ BOTH, L"\x8f" L"C", L"chat-right", NULL },
	{ BOTH, L"\x8f" L"D", L"chat-left", NULL },
	{ BOTH, L"\x9b" L"H", L"ed-move-to-beg", NULL },
	{ BOTH, L"\x9b" L"F", L"ed-move-to-end", NULL },
	{ BOTH, L"\x8f" L"H", L"ed-move-to-beg", NULL },
	{ BOTH, L"\x8f" L"F", L"ed-move-to-end", NULL },
	{ BOTH, L"\x9b" L"1~", L"ed-move-to-beg", NULL },
	{ BOTH, L"\x9b" L"7~", L"ed-move-to-beg", NULL },
	{ BOTH, L"\x9b" L"4~", L"ed-move-to-end", NULL },
	{ BOTH, L"\x9b" L"8~", L"ed-move-to-end", NULL },
	{ BOTH, L"\x9b" L"3~", L"chat-delete", NULL },
	{ BOTH, L"\x9b" L"1;5C", L"em-next-word", "Ctrl-Right" },
	{ BOTH, L"\x9b" L"1;5D", L"ed-prev-word", "Ctrl-Left" },
	{ BOTH, L"\x9b" L"5~", L"page-up", "Page Up" },
	{ BOTH, L"\x9b" L"6~", L"page-down", "Page Down" },
	{ BOTH, L"\x9b" L"1;2A", L"line-up", "Shift-Up" },
	{ BOTH, L"\x9b" L"1;2B", L"line-down", "Shift-Down" },
	{ BOTH, L"\x9b" L"1;5H", L"scroll-top", "Ctrl-Home" },
	{ BOTH, L"\x9b" L"1;5F", L"scroll-bottom", "Ctrl-End" },
	{ BOTH, L"\x9b" L"1;3A", L"room-previous", "Alt-Up" },
	{ BOTH, L"\x9b" L"1;3B", L"room-next", "Alt-Down" },
	{ BOTH, L"\x9b" L"1;3C", L"room-unread", "Alt-Right" },
	{ BOTH, L"\x9b" L"5;5~", L"room-previous", "Ctrl-Page Up" },
	{ BOTH, L"\x9b" L"6;5~", L"room-next", "Ctrl-Page Down" },
	{ BOTH, L"\x8f" L"P", L"help", "F1" },
	{ BOTH, L"\x9b" L"11~", L"help", NULL },
	{ BOTH, L"\x9b" L"Z", L"chat-complete", "Shift-Tab" },
	{ BOTH, L"^C", L"interrupt", "Ctrl-C" },
	{ BOTH, L"^Z", L"suspend", "Ctrl-Z" },
	{ BOTH, L"^L", L"redraw", "Ctrl-L" },
	{ BOTH, L"^D", L"chat-delete-or-quit", "Ctrl-D" },
	{ BOTH, L"^P", L"chat-up", NULL },
	{ BOTH, L"^N", L"chat-down", NULL },
	{ BOTH, L"^M", L"ed-newline", "Return" },
	{ BOTH, L"^J", L"chat-newline", "Ctrl-J" },
	{ TYPING, L"^I", L"chat-complete", "Tab" },
	{ TYPING, L"^H", L"chat-backspace", NULL },
	{ TYPING, L"^?", L"chat-backspace", NULL },
	{ TYPING, L"^W", L"ed-delete-prev-word", NULL },
	{ TYPING, L"^R", L"em-inc-search-prev", "Ctrl-R" },
	{ TYPING, L"^S", L"em-inc-search-next", NULL },
	{ COMMANDING, L"k", L"chat-up", NULL },
	{ COMMANDING, L"j", L"chat-down", NULL },
	{ COMMANDING, L"v", L"chat-nothing", NULL },   /* libedit would start an editor on our terminal */
	{ EMACS, L"^F", L"chat-right", NULL },
	{ EMACS, L"^B", L"chat-left", NULL },
	{ EMACS, L"^[^M", L"chat-newline", "Alt-Return" },
	{ EMACS, L"^[" L"\x82", L"escape", "Escape" },
	{ EMACS, L"^[a", L"room-unread", "Alt-A" },
	{ EMACS, L"^[m", L"toggle-members", "Alt-M" },
	{ EMACS, L"^[r", L"toggle-rooms", "Alt-R" },
	{ EMACS, L"^[<", L"scroll-top", "Alt-<" },
	{ EMACS, L"^[>", L"scroll-bottom", "Alt->" },
	{ EMACS, L"^[1", L"room-number", "Alt-1" },
	{ EMACS, L"^[2", L"room-number", NULL },
	{ EMACS, L"^[3", L"room-number", NULL },
	{ EMACS, L"^[4", L"room-number", NULL },
	{ EMACS, L"^[5", L"room-number", NULL },
	{ EMACS, L"^[6", L"room-number", NULL },
	{ EMACS, L"^[7", L"room-number", NULL },
	{ EMACS, L"^[8", L"room-number", NULL },
	{ EMACS, L"^[9", L"room-number", "Alt-9" },
};

static void bind_key(struct input *in, const wchar_t *key, const wchar_t *function, bool commanding) {
	if (key[0] == KEYS_CSI || key[0] == KEYS_SS3)
		keys_know(in->keys, key);
	if (commanding)
		el_wset(in->el, EL_BIND, L"-a", key, function, NULL);
	else
		el_wset(in->el, EL_BIND, key, function, NULL);
}

bool input_emacs(struct input *in) {
	const wchar_t *editor = NULL;
	return el_wget(in->el, EL_EDITOR, &editor) == 0 && editor && wcscmp(editor, L"emacs") == 0;
}

static void bind_ours(struct input *in) {
	bool is_emacs = input_emacs(in);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (keys[i].where & TYPING || (keys[i].where == EMACS && is_emacs))
			bind_key(in, keys[i].key, keys[i].function, false);
		if (keys[i].where & COMMANDING)
			bind_key(in, keys[i].key, keys[i].function, true);
	}
}

/* ---- Files in editrc syntax ----------------------------------------------------------- */

/* "^[[1;3A" or "\e[1;3A" as keys.c hands it out; NULL when it is no such sequence. */
static wchar_t *translated(const char *key) {
	size_t n = strncmp(key, "^[", 2) == 0 || strncmp(key, "\\e", 2) == 0 ? 2 :
	           strncmp(key, "\\033", 4) == 0 ? 4 : 0;
	if (!n || (key[n] != '[' && key[n] != 'O') || !key[n + 1])
		return NULL;
	wchar_t *wide = wide_from_text(key + n);
	wide[0] = key[n] == '[' ? KEYS_CSI : KEYS_SS3;
	return wide;
}

/* A "bind" of a sequence that begins with ESC is done once more, as we hand it out. */
static void bind_translated(struct input *in, char *line) {
	char *save, *word = strtok_r(line, " \t\n", &save), *key = NULL, *function = NULL;
	bool commanding = false;
	if (word && (strcmp(word, "bind") == 0 || (strchr(word, ':') && strcmp(strchr(word, ':') + 1, "bind") == 0)))
		for (char *next; (next = strtok_r(NULL, " \t\n", &save)) != NULL;) {
			if (next[0] == '-' && next[1] && !key)
				commanding = commanding || strcmp(next, "-a") == 0;
			else if (!key)
				key = next;
			else if (!function)
				function = next;
		}
	wchar_t *sequence = function ? translated(key + (*key == '"')) : NULL;
	if (!sequence)
		return;
	size_t len = wcslen(sequence);
	if (len && sequence[len - 1] == L'"')
		sequence[len - 1] = 0;
	wchar_t *name = wide_from_text(function);
	bind_key(in, sequence, name, commanding);
	free(name);
	free(sequence);
}

static void read_sequences(struct input *in, const char *path) {
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	if (!file)
		return;
	while (getline(&line, &size, file) > 0)
		bind_translated(in, line);
	free(line);
	fclose(file);
}

static void read_own_file(struct input *in) {
	struct buf path = { 0 };
	if (!in->options.config_folder)
		return;
	buf_printf(&path, "%s/keys", in->options.config_folder);
	el_source(in->el, (char *)path.data);
	read_sequences(in, (char *)path.data);
	buf_free(&path);
}

static void read_editrc(struct input *in) {
	const char *path = getenv("EDITRC"), *home = getenv("HOME");
	struct buf own = { 0 };
	if (!path && home)
		buf_printf(&own, "%s/.editrc", home);
	if (path || home) {
		el_source(in->el, path ? path : (char *)own.data);
		bind_ours(in);
		read_sequences(in, path ? path : (char *)own.data);
	} else {
		bind_ours(in);
	}
	buf_free(&own);
}

/* A sequence bound as the file writes it makes ESC the beginning of sequences;
 * in vi keys it must stay the way to the command map. */
static void keep_escape(struct input *in) {
	if (!input_emacs(in))
		el_wset(in->el, EL_BIND, L"^[", L"vi-command-mode", NULL);
}

void input_bind_all(struct input *in) {
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		el_wset(in->el, EL_ADDFN, functions[i].name, functions[i].help, functions[i].run);
	el_wset(in->el, EL_EDITOR, L"emacs");   /* libedit may have been built to begin with vi */
	read_editrc(in);
	read_own_file(in);
	keep_escape(in);
	el_wset(in->el, EL_EDITMODE, 1);
}

bool input_command(struct input *in, const char *line) {
	wchar_t *wide = wide_from_text(line);
	wchar_t *save, *word;
	const wchar_t *argv[9];
	int argc = 0;
	for (word = wcstok(wide, L" \t", &save); word && argc < 8; word = wcstok(NULL, L" \t", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	bool ok = argc && el_wparse(in->el, argc, argv) == 0;
	if (ok && argc == 2 && (wcscmp(argv[1], L"-v") == 0 || wcscmp(argv[1], L"-e") == 0))
		bind_ours(in);
	char *copy = xstrdup(line);
	if (ok)
		bind_translated(in, copy);
	keep_escape(in);
	free(copy);
	free(wide);
	return ok;
}
