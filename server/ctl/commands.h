/* The commands an operator can give, with their help. The server runs them. */
#ifndef APPCHAT_SERVER_CTL_COMMANDS_H
#define APPCHAT_SERVER_CTL_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct ctl_command {
	const char *name, *arguments, *help;
	bool person;       /* its argument is a name of somebody connected */
	bool local;        /* is ours, not the server's */
};
extern const struct ctl_command ctl_commands[];
extern const size_t ctl_command_count;

/* The command of that name (len bytes); NULL: none. */
const struct ctl_command *ctl_command_find(const char *name, size_t len);

/* One line each. */
void ctl_commands_help(FILE *out);

#endif
