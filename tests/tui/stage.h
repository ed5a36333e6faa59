/*
 * What the screen tests play on: a server of their own with an empty data
 * folder, people who say things by `appchat-tui send`, clients on terminals,
 * and screens compared with the files in golden/.
 */
#ifndef APPCHAT_TESTS_TUI_STAGE_H
#define APPCHAT_TESTS_TUI_STAGE_H

#include "tests/tui/terminal.h"

struct stage {
	char dir[64];
	char url[64];
	int port;
	pid_t server;
};

/* The folder with the programs under test, from argv[0] of the test. */
void stage_programs(const char *argv0);
/* A path in it. The caller frees it. */
char *stage_program(const char *name);

void stage_open(struct stage *s);
void stage_close(struct stage *s);
/* The server stops (SIGTERM, or SIGKILL) and starts again on the same port and data. */
void stage_stop_server(struct stage *s, int signal);
void stage_start_server(struct stage *s);

/* Somebody says something, acknowledged when this returns. Room without '#'. */
void stage_say(struct stage *s, const char *who, const char *room, const char *text);
/* The full-screen client of `who`, a guest; NULL: nobody yet. */
struct terminal *stage_client(struct stage *s, const char *who, int rows, int columns);

/* Compares the screen with golden/NAME.txt; times, days and round trips are
 * made equal first. With UPDATE=1 in the environment it writes the file instead. */
void stage_golden(struct terminal *t, const char *name);

#endif
