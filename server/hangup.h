/*
 * Whose SIGHUP is it? The kernel sends it when the terminal is closed, a shell
 * hands that on to its jobs, and an operator means that the server is to reload.
 */
#ifndef APPCHAT_SERVER_HANGUP_H
#define APPCHAT_SERVER_HANGUP_H

#include <stdbool.h>
#include <uv.h>

/* Before the signal is caught: is the end of the terminal to be the server's?
 * There is one, and the signal is not ignored as after nohup(1). */
bool hangup_is_ours(void);
/* Once libuv catches it: notes who sends it, and, on this loop, whether the
 * terminal is still there. */
void hangup_watch(uv_loop_t *loop);
/* When it has come: was it for the end of the terminal? */
bool hangup_was_terminal(void);

#endif
