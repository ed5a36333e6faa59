/* Where the built page is. */
#ifndef APPCHAT_SERVER_PAGE_H
#define APPCHAT_SERVER_PAGE_H

#include <stdbool.h>
#include <stddef.h>

/* Does this folder hold a built page? */
bool page_ok(const char *folder);
/* Looks beside the program (build/web) and where `make install` puts it. False: not there. */
bool page_find(char *out, size_t size);

#endif
