/*
 * A program on a pseudo-terminal whose output libvterm understands: what a
 * person would see. Waiting is for text, with a limit; a test that runs into
 * the limit shows the screen and fails.
 */
#ifndef APPCHAT_TESTS_TUI_TERMINAL_H
#define APPCHAT_TESTS_TUI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct terminal;

/* Starts argv on a terminal of this size. env: NAME=VALUE strings beyond the
 * inherited ones, up to NULL; may be NULL. */
struct terminal *terminal_start(int rows, int columns, char *const *argv, char *const *env);
/* Kills the program if it still runs, and frees everything. */
void terminal_end(struct terminal *t);
pid_t terminal_pid(const struct terminal *t);

/* Types these bytes. */
void terminal_type(struct terminal *t, const char *text);
void terminal_resize(struct terminal *t, int rows, int columns);
/* Reads what the program writes, for at most this long; false when it closed the terminal. */
bool terminal_read(struct terminal *t, int ms);
/* Reads until the screen holds the text (or, gone, until it does not). Fails the test after 10 s. */
void terminal_wait(struct terminal *t, const char *text);
void terminal_wait_gone(struct terminal *t, const char *text);
/* Reads until nothing has come for this long. */
void terminal_settle(struct terminal *t, int ms);
/* Waits for the program's end; its exit status, or 128 + signal. Fails the test after 10 s. */
int terminal_wait_exit(struct terminal *t);

/* The screen: rows joined by newlines, blanks at their ends cut. The caller frees it. */
char *terminal_screen(struct terminal *t);
/* Row and column of the cursor, from 0; false when it is hidden. */
bool terminal_cursor(const struct terminal *t, int *row, int *column);
/* Is the alternate screen up? */
bool terminal_alternate(const struct terminal *t);
/* Every byte the program has written. */
const char *terminal_bytes(const struct terminal *t, size_t *len);
/* Fails, and prints what was around it, when the program ever wrote this. */
void terminal_never_wrote(const struct terminal *t, const char *bytes);
/* Nanoseconds from the start until the first byte, and until the last read one, came. */
uint64_t terminal_last_ns(const struct terminal *t);

#endif
