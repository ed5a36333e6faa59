/* Showing answers to a person: columns in line, nothing that commands a terminal. */
#ifndef APPCHAT_SERVER_CTL_SHOW_H
#define APPCHAT_SERVER_CTL_SHOW_H

#include <stddef.h>
#include <stdio.h>

#include "proto/base/buf.h"

/* Appends text (UTF-8 from anywhere) to out, with '?' for what is no printable
 * character: controls, direction marks, tags, bytes that are not UTF-8. Returns
 * how many columns it takes. */
size_t ctl_show_clean(struct buf *out, const char *text, size_t len);

/* Prints lines of cells separated by tabs, in columns. */
void ctl_show_table(FILE *out, const char *text, size_t len);

#endif
