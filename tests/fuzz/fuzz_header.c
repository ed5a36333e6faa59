/*
 * Short texts that strangers and operators write: HTTP paths and headers,
 * addresses, log levels. Input: two texts with a newline between them.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/buf.h"
#include "proto/base/log.h"
#include "proto/client/url.h"
#include "server/net/cookie.h"
#include "server/net/listen.h"
#include "server/net/origin.h"
#include "server/net/webfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A path of the page: what is found lies under the root. */
static void check_path(const char *path, const char *header) {
	struct webfile f;
	(void)webfile_accepts(header, "gzip");
	(void)webfile_matches(header, "\"12-34\"");
	if (!webfile_path_ok(path))
		return;
	assert(*path == '/' && !strstr(path, "/."));
	assert(*webfile_type(path));
	(void)webfile_hashed(path);
	if (webfile_find("tests/fuzz", path, header, &f))
		assert(!strncmp(f.path, "tests/fuzz/", 11) && !strstr(f.path, "/.") && f.etag[0] == '"');
}

static void check(const char *one, const char *two) {
	uint8_t token[32];
	char host[64], port[8], levels[256], quoted[32];
	struct url url;
	const char *why = NULL, *bad;
	int len;
	(void)cookie_find(one, "appchat_session_8080", token);
	(void)cookie_bearer(one, token);
	(void)origin_allowed(one, two, false, NULL);
	(void)origin_allowed(one, "localhost", true, two);
	if (!origin_list_ok(one, &bad, &len))
		assert(bad >= one && bad + len <= one + strlen(one));
	(void)listen_split(one, host, sizeof host, port, sizeof port);
	if (!url_parse(&url, one, &why))
		assert(why);
	else
		assert(url.port > 0 && url.port < 65536 && *url.host);
	if (log_set(one)) {
		log_get(levels, sizeof levels);
		assert(log_set(levels));
	}
	check_path(one, two);
	assert(strlen(log_quote(quoted, sizeof quoted, one, strlen(one))) < sizeof quoted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char *text = xmalloc(size + 1);
	memcpy(text, data, size);
	text[size] = 0;
	char *two = strchr(text, '\n');
	if (two)
		*two++ = 0;
	check(text, two ? two : "");
	free(text);
	return 0;
}
