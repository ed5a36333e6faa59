/*
 * libuv does not tell who sent a signal, so its handler is called by ours. A
 * shell that hands a hangup on may be gone before one can ask what session it
 * was of: then a terminal that was there a moment ago tells.
 */
#include "server/hangup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "proto/base/clock.h"

#define LOOK_MS 1000
#define JUST_NOW_NS UINT64_C(3000000000)

enum { FROM_KERNEL = 1, FROM_SESSION = 2, FROM_OTHERS = 4, FROM_NOBODY = 8 };
static atomic_uint senders;   /* since the loop last looked */
static void (*libuv_handler)(int);
static uint64_t seen_ns;      /* when the terminal was last there */
static uv_timer_t look;

static bool has_terminal(void) {
	int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd >= 0 || errno != ENXIO;   /* with all descriptors in use it may still be there */
}

bool hangup_is_ours(void) {
	struct sigaction old;
	return has_terminal() && !sigaction(SIGHUP, NULL, &old) && old.sa_handler != SIG_IGN;
}

static unsigned sender_of(const siginfo_t *info) {
	if (info->si_code > 0)
		return FROM_KERNEL;
	pid_t session = getsid(info->si_pid);
	return session < 0 ? FROM_NOBODY : session == getsid(0) ? FROM_SESSION : FROM_OTHERS;
}

static void note(int number, siginfo_t *info, void *context) {
	int saved = errno;
	(void)context;
	atomic_fetch_or(&senders, sender_of(info));
	errno = saved;
	libuv_handler(number);
}

static void on_look(uv_timer_t *timer) {
	if (has_terminal())
		seen_ns = clock_mono_ns();
	else
		uv_timer_stop(timer);
}

void hangup_watch(uv_loop_t *loop) {
	struct sigaction act;
	if (sigaction(SIGHUP, NULL, &act) || act.sa_handler == SIG_DFL || act.sa_handler == SIG_IGN)
		return;
	libuv_handler = act.sa_handler;
	act.sa_sigaction = note;
	act.sa_flags |= SA_SIGINFO;
	sigaction(SIGHUP, &act, NULL);
	seen_ns = clock_mono_ns();
	uv_timer_init(loop, &look);
	uv_timer_start(&look, on_look, LOOK_MS, LOOK_MS);
	uv_unref((uv_handle_t *)&look);
}

bool hangup_was_terminal(void) {
	unsigned from = atomic_exchange(&senders, 0);
	if (from & FROM_KERNEL)
		return true;
	bool just_now = from & FROM_NOBODY && clock_mono_ns() - seen_ns < JUST_NOW_NS;
	return (from & FROM_SESSION || just_now) && !has_terminal();
}
