/* The database file: opening it with the right settings, making and migrating its tables. */
#ifndef APPCHAT_SERVER_STORE_SCHEMA_H
#define APPCHAT_SERVER_STORE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "server/store/sql.h"

#define SCHEMA_FILE "appchat.db"   /* in the data directory */

/* Opens the database for writing, making or migrating it as needed; false: err
 * says what is wrong and what to do. */
bool schema_open(struct sql *s, const char *path, char *err, size_t err_size);
/* Opens it for reading only, beside the writer. */
bool schema_open_reader(struct sql *s, const char *path);
/* Marks a finished copy, so that schema_open() gives every room a new epoch. */
void schema_mark_copy(struct sql *s);
/* A random epoch that is not 0 and not the one given. */
unsigned schema_new_epoch(unsigned other);

#endif
