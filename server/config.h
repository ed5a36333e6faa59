/* Reading the settings: defaults, then the file, then the command line. */
#ifndef APPCHAT_SERVER_CONFIG_H
#define APPCHAT_SERVER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "server/options.h"

enum config_action { CONFIG_RUN, CONFIG_CHECK, CONFIG_HELP, CONFIG_VERSION, CONFIG_WRONG };

/* Reads an INI file into o. False: err holds one line "FILE:LINE: what is wrong, what is allowed". */
bool config_read(struct options *o, const char *path, char *err, size_t size);

/* Fills o (initialised here; the caller frees it) from the file named by
 * --config, then the flags. CONFIG_WRONG: err says what is wrong. */
enum config_action config_args(struct options *o, int argc, char **argv, char *err, size_t size);

void config_help(FILE *out);
/* Prints the settings in force, as the file would have them. */
void config_print(FILE *out, const struct options *o);

#endif
