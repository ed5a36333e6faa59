/* The functions of the table in commands.c, by concern. Each takes its argument trimmed, never NULL. */
#ifndef APPCHAT_TUI_COMMANDS_IMPL_H
#define APPCHAT_TUI_COMMANDS_IMPL_H

#include "proto/base/buf.h"
#include "tui/app.h"

/* Prints why a request failed ("could not DOING: ..."); false when it did not. */
bool command_failed(struct app *a, const Appchat__ServerFrame *answer, const char *doing);
/* Prints that there is no connection, unless sent. */
void command_sent(struct app *a, bool sent);

/* commands_rooms.c */
void command_create(struct app *a, const char *argument);
void command_join(struct app *a, const char *argument);
void command_leave(struct app *a, const char *argument);
void command_members(struct app *a, const char *argument);
void command_rooms(struct app *a, const char *argument);
void command_topic(struct app *a, const char *argument);
/* commands_people.c */
void command_nick(struct app *a, const char *argument);
void command_register(struct app *a, const char *argument);
void command_revoke(struct app *a, const char *argument);
void command_sessions(struct app *a, const char *argument);
void command_signin(struct app *a, const char *argument);
void command_signout(struct app *a, const char *argument);
/* commands_program.c */
void command_drop(struct app *a, const char *argument);
void command_help(struct app *a, const char *argument);
void command_ping(struct app *a, const char *argument);
void command_quit(struct app *a, const char *argument);
void command_reconnect(struct app *a, const char *argument);
void command_retry(struct app *a, const char *argument);
void command_stats(struct app *a, const char *argument);

#endif
