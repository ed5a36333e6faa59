/* Files are sent compressed when the build left a compressed one beside them. */
#include "server/net/webfile.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define INDEX "/index.html"
#define FOR_EVER "public, max-age=31536000, immutable"
#define ASK_FIRST "no-cache"
#define HASH_MIN 8

static const struct {
	const char *suffix, *type;
} types[] = {
	{".css", "text/css; charset=utf-8"},
	{".html", "text/html; charset=utf-8"},
	{".ico", "image/x-icon"},
	{".jpg", "image/jpeg"},
	{".js", "text/javascript; charset=utf-8"},
	{".json", "application/json"},
	{".map", "application/json"},
	{".mp3", "audio/mpeg"},
	{".ogg", "audio/ogg"},
	{".png", "image/png"},
	{".svg", "image/svg+xml"},
	{".txt", "text/plain; charset=utf-8"},
	{".wasm", "application/wasm"},
	{".webmanifest", "application/manifest+json"},
	{".webp", "image/webp"},
	{".woff2", "font/woff2"},
};

static const struct {
	const char *coding, *suffix;
} codings[] = {{"br", ".br"}, {"gzip", ".gz"}};

bool webfile_path_ok(const char *path) {
	if (*path != '/')
		return false;
	for (const char *p = path; *p; p++) {
		if (!isgraph((unsigned char)*p) || *p == '\\' || *p == '%')
			return false;
		if (*p == '/' && p[1] == '.')
			return false;
	}
	return true;
}

/* Is the coding's weight zero ("gzip;q=0")? */
static bool refused(const char *params, size_t len) {
	const char *q = memchr(params, 'q', len);
	size_t left = q ? len - (size_t)(q - params) : 0;
	return left > 2 && q[1] == '=' && strtod(q + 2, NULL) <= 0;
}

bool webfile_accepts(const char *header, const char *coding) {
	const size_t name = strlen(coding);
	for (const char *at = header; at && *at;) {
		at += strspn(at, ", \t");
		size_t len = strcspn(at, ",");
		size_t word = strcspn(at, ",; \t");
		if (word == name && !strncasecmp(at, coding, name))
			return !refused(at + word, len - word);
		at += len;
	}
	return false;
}

const char *webfile_type(const char *name) {
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
		if (!strcasecmp(dot, types[i].suffix))
			return types[i].type;
	return "application/octet-stream";
}

/* "-" and at least eight letters or digits, one of them a digit or capital, before the suffix. */
bool webfile_hashed(const char *name) {
	const char *dot = strrchr(name, '.');
	if (!dot)
		return false;
	const char *from = dot;
	bool mixed = false;
	while (from > name && isalnum((unsigned char)from[-1])) {
		from--;
		mixed |= isdigit((unsigned char)*from) || isupper((unsigned char)*from);
	}
	return dot - from >= HASH_MIN && mixed && from > name && (from[-1] == '-' || from[-1] == '.');
}

bool webfile_matches(const char *header, const char *etag) {
	size_t size = strlen(etag);
	for (const char *at = header; *at;) {
		at += strspn(at, ", \t");
		size_t len = strcspn(at, ", \t");
		const char *tag = !strncmp(at, "W/", 2) ? at + 2 : at;
		if ((len == 1 && *at == '*') || (len - (size_t)(tag - at) == size && !strncmp(tag, etag, size)))
			return true;
		at += len;
	}
	return false;
}

static bool is_file(const char *path, struct stat *st) {
	return !stat(path, st) && S_ISREG(st->st_mode);
}

/* The plain file is at out->path: is there a compressed one that the client takes? */
static void compress(struct webfile *out, const char *accept_encoding, struct stat *st) {
	size_t len = strlen(out->path);
	for (size_t i = 0; i < sizeof codings / sizeof *codings; i++) {
		struct stat other;
		if (!webfile_accepts(accept_encoding, codings[i].coding))
			continue;
		snprintf(out->path + len, sizeof out->path - len, "%s", codings[i].suffix);
		if (is_file(out->path, &other) && other.st_mtim.tv_sec >= st->st_mtim.tv_sec) {
			out->encoding = codings[i].coding;
			*st = other;
			return;
		}
		out->path[len] = 0;
	}
}

static bool find(const char *root, const char *path, struct webfile *out, struct stat *st) {
	int n = snprintf(out->path, sizeof out->path - 8, "%s%s", root, path);
	return n > 0 && (size_t)n < sizeof out->path - 8 && is_file(out->path, st);
}

bool webfile_find(const char *root, const char *path, const char *accept_encoding, struct webfile *out) {
	struct stat st;
	memset(out, 0, sizeof *out);
	if (!webfile_path_ok(path))
		return false;
	const char *name = strrchr(path, '/');
	if (!name[1])
		path = INDEX;
	if (!find(root, path, out, &st)) {
		if (strchr(name, '.') || !find(root, INDEX, out, &st))
			return false;
		path = INDEX;
	}
	out->type = webfile_type(path);
	out->cache = webfile_hashed(strrchr(path, '/')) ? FOR_EVER : ASK_FIRST;
	compress(out, accept_encoding, &st);
	snprintf(out->etag, sizeof out->etag, "\"%llx-%llx%lx%s%s\"", (unsigned long long)st.st_size,
		(unsigned long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec, out->encoding ? "-" : "",
		out->encoding ? out->encoding : "");
	return true;
}
