/* Asking for a password. See password.h. */
#include "tui/password.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "proto/limits.h"
#include "tui/sanitize.h"

#define DIGITS(number) DIGITS_OF(number)
#define DIGITS_OF(number) #number

const char *password_fault(const char *password) {
	size_t bytes = strlen(password), characters = 0;
	for (size_t i = 0; i < bytes; i++)
		characters += (password[i] & 0xC0) != 0x80;
	if (characters < LIMIT_PASSWORD_MIN)
		return "A password has at least " DIGITS(LIMIT_PASSWORD_MIN) " characters.";
	return bytes > LIMIT_PASSWORD ? "A password has at most " DIGITS(LIMIT_PASSWORD) " bytes." : NULL;
}

static char *complain(const char *text, const char *detail) {
	fprintf(stderr, "appchat-tui: %s%s%s\n", text, *detail ? ": " : "", detail);
	return NULL;
}

/* One line of fd without its end; NULL at the end of the file or when too long. */
static char *read_line(int fd) {
	char line[LIMIT_PASSWORD + 2], *copy = NULL, byte;
	size_t len = 0;
	ssize_t n;
	while ((n = read(fd, &byte, 1)) == 1 || (n < 0 && errno == EINTR)) {
		if (n < 0)
			continue;
		if (byte == '\n' || len > LIMIT_PASSWORD)
			break;
		line[len++] = byte;
	}
	if (len && line[len - 1] == '\r')
		len--;
	line[len] = 0;
	if (len && len <= LIMIT_PASSWORD)
		copy = xstrdup(line);
	explicit_bzero(line, sizeof line);
	return copy;
}

static char *from_file(const char *path) {
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return complain("the file of APPCHAT_PASSWORD_FILE can't be read", strerror(errno));
	char *password = read_line(fd);
	close(fd);
	return password ? password : complain("there is no password in the file of APPCHAT_PASSWORD_FILE", "");
}

static char *ask(int tty, const char *prompt) {
	struct termios old, silent;
	if (tcgetattr(tty, &old))
		return NULL;
	silent = old;
	silent.c_lflag = (silent.c_lflag & ~(tcflag_t)(ECHO | ECHOE | ECHOK)) | ECHONL | ICANON | ISIG;
	tcsetattr(tty, TCSAFLUSH, &silent);
	dprintf(tty, "%s", prompt);
	char *password = read_line(tty);
	tcsetattr(tty, TCSAFLUSH, &old);
	return password;
}

static void wipe(char *secret) {
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}

/* A new one, typed twice. */
static char *ask_twice(int tty, const char *prompt) {
	for (;;) {
		char *password = ask(tty, prompt);
		const char *fault = password ? password_fault(password) : NULL;
		char *again = password && !fault ? ask(tty, "The same again: ") : NULL;
		bool same = again && !strcmp(password, again), given_up = !fault && !again;
		wipe(again);
		if (same)
			return password;
		wipe(password);
		if (given_up)
			return NULL;
		dprintf(tty, "%s Choose another; an empty line gives up.\n", fault ? fault : "The two passwords differ.");
	}
}

char *password_read(const char *name, bool fresh) {
	const char *path = getenv("APPCHAT_PASSWORD_FILE");
	char prompt[200], shown[120];
	if (path && *path)
		return from_file(path);
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (tty < 0)
		return complain("there is no terminal to ask for the password on: set APPCHAT_PASSWORD_FILE", "");
	snprintf(prompt, sizeof prompt, "%s for %s: ", fresh ? "New password" : "Password",
	         sanitize_line(shown, sizeof shown, name));
	char *password = fresh ? ask_twice(tty, prompt) : ask(tty, prompt);
	close(tty);
	return password ? password : complain("no password was given", "");
}
