/* forkpty, poll, and libvterm's screen layer. Works with libvterm 0.1 and 0.3. */
#include "tests/tui/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vterm.h>

#include <cmocka.h>

#include "proto/base/buf.h"
#include "proto/base/clock.h"
#include "tui/width.h"

#define LIMIT_MS 10000

struct terminal {
	VTerm *vterm;
	VTermScreen *screen;
	int fd, rows, columns;
	pid_t pid;
	bool visible, alternate, exited;
	int status;
	VTermPos cursor;
	struct buf bytes;
	uint64_t began, last;
};

/* ---- libvterm's callbacks ------------------------------------------------------------ */

static int cursor_moved(VTermPos at, VTermPos from, int visible, void *user) {
	(void)from, (void)visible;
	((struct terminal *)user)->cursor = at;
	return 1;
}

static int property(VTermProp prop, VTermValue *value, void *user) {
	struct terminal *t = user;
	if (prop == VTERM_PROP_CURSORVISIBLE)
		t->visible = value->boolean;
	if (prop == VTERM_PROP_ALTSCREEN)
		t->alternate = value->boolean;
	return 1;
}

static const VTermScreenCallbacks callbacks = { .movecursor = cursor_moved, .settermprop = property };

/* ---- Life -------------------------------------------------------------------------------- */

static void run_child(char *const *argv, char *const *env) {
	prctl(PR_SET_PDEATHSIG, SIGKILL);   /* nothing is left behind by a test that fails */
	setenv("TERM", "xterm-256color", 1);
	for (; env && *env; env++)
		putenv(*env);
	execv(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

struct terminal *terminal_start(int rows, int columns, char *const *argv, char *const *env) {
	struct terminal *t = xcalloc(1, sizeof *t);
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
	t->rows = rows;
	t->columns = columns;
	t->vterm = vterm_new(rows, columns);
	vterm_set_utf8(t->vterm, 1);
	t->screen = vterm_obtain_screen(t->vterm);
	vterm_screen_set_callbacks(t->screen, &callbacks, t);
	vterm_screen_enable_altscreen(t->screen, 1);
	vterm_screen_reset(t->screen, 1);
	t->visible = true;
	t->began = clock_mono_ns();
	t->pid = forkpty(&t->fd, NULL, NULL, &size);
	if (t->pid < 0) {
		perror("forkpty");
		abort();
	}
	if (t->pid == 0)
		run_child(argv, env);
	return t;
}

void terminal_end(struct terminal *t) {
	if (!t->exited) {
		kill(t->pid, SIGKILL);
		waitpid(t->pid, NULL, 0);
	}
	close(t->fd);
	vterm_free(t->vterm);
	buf_free(&t->bytes);
	free(t);
}

pid_t terminal_pid(const struct terminal *t) { return t->pid; }

/* ---- Writing and reading --------------------------------------------------------------------- */

static void write_all(int fd, const char *data, size_t len) {
	while (len) {
		ssize_t n = write(fd, data, len);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return;
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
}

void terminal_type(struct terminal *t, const char *text) { write_all(t->fd, text, strlen(text)); }

void terminal_resize(struct terminal *t, int rows, int columns) {
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
	t->rows = rows;
	t->columns = columns;
	/* libvterm does not survive less. */
	vterm_set_size(t->vterm, rows < 2 ? 2 : rows, columns < 4 ? 4 : columns);
	ioctl(t->fd, TIOCSWINSZ, &size);
}

/* The terminal's answers to what the program asked. */
static void answer(struct terminal *t) {
	char out[512];
	size_t n;
	while ((n = vterm_output_read(t->vterm, out, sizeof out)) > 0)
		write_all(t->fd, out, n);
}

bool terminal_read(struct terminal *t, int ms) {
	char data[65536];
	struct pollfd p = { .fd = t->fd, .events = POLLIN };
	if (poll(&p, 1, ms) <= 0)
		return true;
	ssize_t n = read(t->fd, data, sizeof data);
	if (n <= 0)
		return false;
	t->last = clock_mono_ns();
	buf_append(&t->bytes, data, (size_t)n);
	vterm_input_write(t->vterm, data, (size_t)n);
	vterm_screen_flush_damage(t->screen);
	answer(t);
	return true;
}

static void give_up(struct terminal *t, const char *what, const char *text) {
	char *screen = terminal_screen(t);
	print_error("waited %d s for %s \"%s\"; the screen:\n%s\n", LIMIT_MS / 1000, what, text, screen);
	free(screen);
	fail();
}

static bool shows(struct terminal *t, const char *text) {
	char *screen = terminal_screen(t);
	bool found = strstr(screen, text) != NULL;
	free(screen);
	return found;
}

static void wait_for(struct terminal *t, const char *text, bool there) {
	uint64_t end = clock_mono_ns() + LIMIT_MS * 1000000ULL;
	while (shows(t, text) != there) {
		if (clock_mono_ns() > end || !terminal_read(t, 100))
			give_up(t, there ? "the text" : "the end of", text);
	}
}

void terminal_wait(struct terminal *t, const char *text) { wait_for(t, text, true); }
void terminal_wait_gone(struct terminal *t, const char *text) { wait_for(t, text, false); }

void terminal_settle(struct terminal *t, int ms) {
	size_t len;
	do {
		len = t->bytes.len;
		if (!terminal_read(t, ms))
			return;
	} while (t->bytes.len != len);
}

int terminal_wait_exit(struct terminal *t) {
	uint64_t end = clock_mono_ns() + LIMIT_MS * 1000000ULL;
	int status;
	while (waitpid(t->pid, &status, WNOHANG) != t->pid) {
		if (clock_mono_ns() > end)
			give_up(t, "the program's end", "");
		if (!terminal_read(t, 20))
			usleep(5000);
	}
	/* What it wrote last may come after its end: until the terminal is closed. */
	for (int i = 0; i < 20 && terminal_read(t, 50); i++)
		;
	t->exited = true;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- What is seen ---------------------------------------------------------------------------------- */

static void add_row(struct terminal *t, struct buf *out, int row) {
	size_t end = out->len;
	for (int column = 0; column < t->columns; column++) {
		VTermScreenCell cell;
		char bytes[4];
		vterm_screen_get_cell(t->screen, (VTermPos){ row, column }, &cell);
		if (!cell.chars[0])
			buf_byte(out, ' ');
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
			if (cell.chars[i] != (uint32_t)-1)
				buf_append(out, bytes, width_encode((int32_t)cell.chars[i], bytes));
		if (cell.width == 2)
			column++;
		if (cell.chars[0] && cell.chars[0] != ' ')
			end = out->len;
	}
	out->len = end;
}

char *terminal_screen(struct terminal *t) {
	struct buf out = { 0 };
	for (int row = 0; row < t->rows; row++) {
		add_row(t, &out, row);
		buf_byte(&out, '\n');
	}
	buf_byte(&out, 0);
	return (char *)out.data;
}

bool terminal_cursor(const struct terminal *t, int *row, int *column) {
	*row = t->cursor.row;
	*column = t->cursor.col;
	return t->visible;
}

bool terminal_alternate(const struct terminal *t) { return t->alternate; }

const char *terminal_bytes(const struct terminal *t, size_t *len) {
	*len = t->bytes.len;
	return (const char *)t->bytes.data;
}

void terminal_never_wrote(const struct terminal *t, const char *bytes) {
	const char *all = (const char *)t->bytes.data, *at = memmem(all, t->bytes.len, bytes, strlen(bytes));
	if (!at)
		return;
	const char *from = at - all > 300 ? at - 300 : all, *end = all + t->bytes.len;
	print_error("\"%s\" was written:\n", bytes);
	for (const char *c = from; c < end && c < at + 100; c++)
		print_error((unsigned char)*c < ' ' && *c != '\n' ? "^%c" : "%c", (unsigned char)*c < ' ' && *c != '\n' ? *c + '@' : *c);
	print_error("\n");
	fail();
}

uint64_t terminal_last_ns(const struct terminal *t) { return t->last - t->began; }
