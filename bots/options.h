/* The command line, and what the exit codes mean. */
#ifndef APPCHAT_BOTS_OPTIONS_H
#define APPCHAT_BOTS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum exit_code {
	EXIT_HELD = 0,          /* all connected, all acknowledged, nothing lost, doubled or reordered */
	EXIT_BROKEN = 1,        /* something of that did not hold */
	EXIT_USAGE = 2,         /* the command line */
	EXIT_NO_SERVER = 3,     /* nothing there, or not an appchat server */
	EXIT_MACHINE = 4,       /* this machine does not allow as much */
	EXIT_INTERRUPTED = 130, /* the second Ctrl-C: nothing was verified */
};

struct scenario;

struct options {
	uint32_t clients, rooms;
	double rate;          /* messages per second and talking bot */
	double duration;      /* seconds of measuring */
	double ramp;          /* new connections per second */
	double ping;          /* seconds between a bot's pings; 0: only as the server asks; below 0: not given */
	uint32_t size;        /* bytes of a message's text */
	const char *room;
	const char *report;   /* file for the HTML report; NULL: none */
	const struct scenario *scenario;
	bool json;
	char host[256];       /* as in the URL, without brackets */
	char host_header[300];
	char path[256];
	uint16_t port;
	struct sockaddr_storage address;
};

/* Reads the command line. -1: go on; else the program ends with that status
 * (help and version were printed, or what is wrong was said). */
int bots_options_read(struct options *o, int argc, char **argv);

#endif
