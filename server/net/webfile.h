/* Which file answers a path of the page, and how. No I/O but stat(). */
#ifndef APPCHAT_SERVER_NET_WEBFILE_H
#define APPCHAT_SERVER_NET_WEBFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct webfile {
	char path[1024];         /* the file to send, perhaps a compressed one */
	char etag[64];
	const char *type;        /* of the content */
	const char *encoding;    /* NULL: as it is */
	const char *cache;       /* Cache-Control */
};

/* Is this path one that we would ever serve? Absolute, no "..", no hidden
 * file, nothing but printable ASCII. */
bool webfile_path_ok(const char *path);
/* Does an Accept-Encoding header (NULL: absent) allow this coding? */
bool webfile_accepts(const char *header, const char *coding);
/* Content-Type by the file's name; application/octet-stream when unknown. */
const char *webfile_type(const char *name);
/* Does the name carry a hash of the content ("app-3F2A91BC.js"), so that it may be kept for ever? */
bool webfile_hashed(const char *name);
/* Does an If-None-Match header name this tag? */
bool webfile_matches(const char *header, const char *etag);

/* Finds the file for a path under `root`; a path that is none of a file but
 * looks like a place in the page is answered by index.html. False: not found. */
bool webfile_find(const char *root, const char *path, const char *accept_encoding, struct webfile *out);

#endif
