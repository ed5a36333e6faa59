/* The table. */
#include "server/ctl/commands.h"

#include <string.h>

const struct ctl_command ctl_commands[] = {
	{"status", "[--watch]", "how the server is doing; --watch: every second", false, false},
	{"clients", "", "who is connected", false, false},
	{"rooms", "", "the rooms, who is there, how long their logs are", false, false},
	{"kick", "NAME|ADDRESS [TEXT]", "close somebody's connections", true, false},
	{"ban", "NAME|address:ADDRESS [TIME] [REASON]", "let nobody in by that name or from there; TIME as 30m, 12h, 7d", true, false},
	{"unban", "NAME|address:ADDRESS", "let them in again", false, false},
	{"bans", "", "the bans in force", false, false},
	{"announce", "TEXT", "tell everybody who is connected", false, false},
	{"log", "[SPEC]", "show or set the log's levels: debug, or warn,net=debug", false, false},
	{"backup", "FILE", "write a consistent copy of the database while it is in use", false, false},
	{"shutdown", "", "stop the server; everything accepted is kept", false, false},
	{"help", "", "this list", false, true},
	{"quit", "", "leave the prompt; the server goes on", false, true},
};
const size_t ctl_command_count = sizeof ctl_commands / sizeof *ctl_commands;

const struct ctl_command *ctl_command_find(const char *name, size_t len) {
	for (size_t i = 0; i < ctl_command_count; i++)
		if (strlen(ctl_commands[i].name) == len && !memcmp(ctl_commands[i].name, name, len))
			return &ctl_commands[i];
	return NULL;
}

void ctl_commands_help(FILE *out) {
	for (size_t i = 0; i < ctl_command_count; i++) {
		char left[64];
		snprintf(left, sizeof left, "%s %s", ctl_commands[i].name, ctl_commands[i].arguments);
		fprintf(out, "  %-44s %s\n", left, ctl_commands[i].help);
	}
}
