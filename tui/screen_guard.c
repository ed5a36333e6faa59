/*
 * A signal handler has no context to pass, so what it needs lies here: set
 * once before the handlers stand, only read afterwards. Only functions that
 * are safe in a handler are called (write, tcsetattr, raise).
 */
#include "tui/screen_guard.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int deadly[] = { SIGHUP, SIGTERM, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP, SIGXCPU, SIGQUIT };

static struct {
	struct termios modes;
	bool known;
	char reset[64];
	size_t len;
} guard;

void guard_save(void) { guard.known = tcgetattr(STDIN_FILENO, &guard.modes) == 0; }

static void put_back(int signal) {
	ssize_t ignored = write(STDOUT_FILENO, guard.reset, guard.len);
	(void)ignored;
	if (guard.known)
		tcsetattr(STDIN_FILENO, TCSANOW, &guard.modes);
	raise(signal);   /* SA_RESETHAND: now it does what it always does */
}

static void set_handlers(void (*handler)(int)) {
	struct sigaction action = { .sa_handler = handler, .sa_flags = (int)SA_RESETHAND };
	for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
		sigaction(deadly[i], &action, NULL);
}

void guard_install(const char *reset, const char *leave) {
	int n = snprintf(guard.reset, sizeof guard.reset, "%s%s\r\n", reset, leave);
	guard.len = n < 0 ? 0 : (size_t)n < sizeof guard.reset ? (size_t)n : sizeof guard.reset - 1;
	set_handlers(put_back);
}

void guard_remove(void) { set_handlers(SIG_DFL); }
