/* fork, exec, signals; its log tells the port. The server dies with this process. */
#include "tests/model/serve.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 2000   /* of 10 ms, each of which may be long when the machine is busy */

static void nap(long ms) {
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};
	nanosleep(&t, NULL);
}

void serve_fault(const struct serve *s, const char *words) {
	char path[520], next[528];
	snprintf(path, sizeof path, "%s/faults", s->dir);
	snprintf(next, sizeof next, "%s.next", path);
	FILE *f = fopen(next, "w");
	if (!f)
		return;
	fprintf(f, "%s\n", words);
	fclose(f);
	rename(next, path);
}

static void preload(const struct serve *s, const char *data) {
	char path[520];
	snprintf(path, sizeof path, "%s/faults", s->dir);
	setenv("LD_PRELOAD", s->faults, 1);
	setenv("FAULTS", path, 1);
	setenv("FAULTS_DIR", data, 1);
}

static void become(const struct serve *s) {
	char listen_on[32], data[480];
	snprintf(listen_on, sizeof listen_on, "127.0.0.1:%d", s->port);
	snprintf(data, sizeof data, "%s/data", s->dir);
	if (s->faults)
		preload(s, data);
	int log = open(s->log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	dup2(log, 2);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGXFSZ, SIG_IGN);   /* serve_mute() is to look like a full disk */
	execl(s->program, s->program, "--listen", listen_on, "--data", data, "--hello-seconds", "20", "--ping-seconds", "5",
		"--hangup-seconds", "20", "--stalled-seconds", "10",
		s->message_rate ? "--message-rate" : (char *)NULL, s->message_rate, "--message-burst", s->message_rate, (char *)NULL);
	_exit(127);
}

/* Reads the port from "listening on http://127.0.0.1:PORT". */
static bool is_up(struct serve *s) {
	char text[4096];
	FILE *f = fopen(s->log, "r");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
	if (f)
		fclose(f);
	text[n] = 0;
	const char *at = strstr(text, "listening on ");
	return at && strchr(at, '\n') && sscanf(at, "listening on %*[a-z]://127.0.0.1:%d", &s->port) == 1;
}

bool serve_start(struct serve *s) {
	int status;
	snprintf(s->log, sizeof s->log, "%s/server%u.log", s->dir, ++s->starts);
	s->ending = s->frozen = s->mute = s->doomed = false;
	if (s->faults)
		serve_fault(s, "");
	s->pid = fork();
	if (!s->pid)
		become(s);
	for (int i = 0; i < PATIENCE; i++) {
		if (is_up(s))
			return true;
		if (serve_ended(s, &status))
			return false;
		nap(10);
	}
	return false;
}

void serve_kill(struct serve *s) {
	int status;
	if (!s->pid)
		return;
	s->ending = true;
	kill(s->pid, SIGKILL);
	waitpid(s->pid, &status, 0);
	s->pid = 0;
}

void serve_stop(struct serve *s) {
	s->ending = true;
	if (s->pid)
		kill(s->pid, SIGTERM);
	serve_freeze(s, false);
}

bool serve_ended(struct serve *s, int *status) {
	if (s->pid && waitpid(s->pid, status, WNOHANG) == s->pid) {
		s->pid = 0;
		return true;
	}
	return false;
}

void serve_freeze(struct serve *s, bool freeze) {
	if (s->pid)   /* 0 were ourselves */
		kill(s->pid, freeze ? SIGSTOP : SIGCONT);
	s->frozen = freeze;
}

void serve_mute(struct serve *s, uint64_t bytes) {
	struct rlimit limit;
	if (!s->pid)
		return;
	prlimit(s->pid, RLIMIT_FSIZE, NULL, &limit);
	limit.rlim_cur = bytes == UINT64_MAX ? limit.rlim_max : bytes;
	prlimit(s->pid, RLIMIT_FSIZE, &limit, NULL);
	s->mute = bytes != UINT64_MAX;
}
