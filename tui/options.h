/* What the command line says. */
#ifndef APPCHAT_TUI_OPTIONS_H
#define APPCHAT_TUI_OPTIONS_H

#include <stdbool.h>

enum verb { VERB_NONE, VERB_SEND, VERB_TAIL, VERB_HISTORY };

/* Exit codes, the same for every mode; documented in appchat-tui(1). */
enum exit_code {
	EXIT_SENT = 0,        /* done; of send: acknowledged by the server */
	EXIT_USAGE = 1,       /* wrong usage, or refused for good: no such room, forbidden, too long */
	EXIT_UNREACHABLE = 2, /* no connection or no answer in time; what was not acknowledged may or may not be stored */
	EXIT_NOBODY = 3,      /* not signed in: no name, name taken, wrong password */
	EXIT_TEMPORARY = 4,   /* refused for now (disk full, too fast) and the time ran out */
};

struct options {
	const char *server;        /* as given */
	const char *name;          /* --guest, --sign-in or --register; NULL: as last time */
	bool sign_in, sign_up;     /* the name is an account's: a password is needed */
	const char *ca_file;
	bool plain, json;
	enum verb verb;
	const char *room, *text;   /* of the verb; text NULL: standard input */
	unsigned limit;            /* history: messages, 0: the default */
	unsigned timeout_s;        /* of send and history; 0: none */
};

/* Reads the command line; handles --help and --version, and wrong usage, by exiting. */
void options_read(struct options *o, int argc, char **argv);

#endif
