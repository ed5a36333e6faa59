/* The real server as a child: started, ended, killed, frozen, kept from writing. */
#ifndef APPCHAT_TESTS_MODEL_SERVE_H
#define APPCHAT_TESTS_MODEL_SERVE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct serve {
	const char *program, *dir;   /* borrowed; the data is in dir/data */
	const char *faults;          /* tests/faults/preload.c as built, or NULL */
	const char *message_rate;    /* as the server's option, or NULL */
	char log[512];               /* of the latest start */
	pid_t pid;                   /* 0: not running */
	int port;                    /* 0 until the first start */
	unsigned starts;
	bool ending;                 /* told or made to end: who hangs up now has a reason */
	bool doomed;                 /* may be killed by the preloaded library */
	bool frozen, mute;           /* stopped; cannot write to files */
};

/* Starts it and waits until it listens; false: it did not. */
bool serve_start(struct serve *s);
/* kill -9, and waits for the end. */
void serve_kill(struct serve *s);
/* SIGTERM; serve_ended() tells when it is over. */
void serve_stop(struct serve *s);
/* Has it ended? *status is as of waitpid(2). */
bool serve_ended(struct serve *s, int *status);
void serve_freeze(struct serve *s, bool freeze);
/* From now on no file may grow beyond so many bytes (as if the disk were full); UINT64_MAX: lifts that. */
void serve_mute(struct serve *s, uint64_t bytes);

/* What the preloaded library is to do wrong from now on, in its words; "": nothing. */
void serve_fault(const struct serve *s, const char *words);

#endif
