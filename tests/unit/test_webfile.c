/* Which file answers a path of the page, and how it may be kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/net/webfile.h"

static char root[] = "/tmp/appchat-web.XXXXXX";

static void make(const char *name, const char *text) {
	char path[128];
	snprintf(path, sizeof path, "%s/%s", root, name);
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int make_page(void **state) {
	(void)state;
	char path[128];
	assert_non_null(mkdtemp(root));
	snprintf(path, sizeof path, "%s/assets", root);
	mkdir(path, 0700);
	make("index.html", "page");
	make("index.html.gz", "gz");
	make("index.html.br", "br");
	make("assets/app-3F2A91BC.js", "script");
	make("assets/app-3F2A91BC.js.gz", "gz");
	make("plain.txt", "text");
	return 0;
}

static int remove_page(void **state) {
	(void)state;
	static const char *const names[] = {"index.html", "index.html.gz", "index.html.br", "assets/app-3F2A91BC.js",
		"assets/app-3F2A91BC.js.gz", "plain.txt", "assets", ""};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char path[128];
		snprintf(path, sizeof path, "%s/%s", root, names[i]);
		remove(path);
	}
	return 0;
}

static void assert_found(const char *path, const char *accept, const char *name, const char *encoding) {
	struct webfile f;
	if (!webfile_find(root, path, accept, &f))
		fail_msg("%s is not found", path);
	assert_string_equal(f.path + strlen(root) + 1, name);
	if (encoding)
		assert_string_equal(f.encoding, encoding);
	else
		assert_null(f.encoding);
}

static void files_are_found(void **state) {
	(void)state;
	struct webfile f;
	assert_found("/", NULL, "index.html", NULL);
	assert_found("/", "gzip, deflate, br", "index.html.br", "br");
	assert_found("/", "gzip", "index.html.gz", "gzip");
	assert_found("/assets/app-3F2A91BC.js", "br", "assets/app-3F2A91BC.js", NULL);
	assert_found("/assets/app-3F2A91BC.js", "br, gzip", "assets/app-3F2A91BC.js.gz", "gzip");
	assert_found("/plain.txt", "gzip", "plain.txt", NULL);
	assert_true(webfile_find(root, "/assets/app-3F2A91BC.js", "gzip", &f));
	assert_string_equal(f.type, "text/javascript; charset=utf-8");
	assert_non_null(strstr(f.cache, "immutable"));
	assert_true(webfile_find(root, "/", "gzip", &f));
	assert_string_equal(f.type, "text/html; charset=utf-8");
	assert_string_equal(f.cache, "no-cache");
}

static void a_place_in_the_page_is_the_page(void **state) {
	(void)state;
	struct webfile f;
	assert_found("/room/lobby", NULL, "index.html", NULL);
	assert_found("/assets", NULL, "index.html", NULL);
	assert_false(webfile_find(root, "/missing.js", NULL, &f));
	assert_false(webfile_find("/nowhere/at/all", "/", NULL, &f));
}

static void nothing_else_is_served(void **state) {
	(void)state;
	static const char *const paths[] = {"", "etc/passwd", "/../etc/passwd", "/a/../../etc/passwd", "/.git/config", "/..", "/./x",
		"/a\\b", "/%2e%2e/etc/passwd", "/a b", "/a\nb", "/\xc3\xa9", "/a/.hidden"};
	struct webfile f;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (webfile_find(root, paths[i], NULL, &f))
			fail_msg("%s is served", paths[i]);
}

static void codings_are_weighed(void **state) {
	(void)state;
	assert_true(webfile_accepts("gzip", "gzip"));
	assert_true(webfile_accepts("deflate, GZIP;q=0.5", "gzip"));
	assert_false(webfile_accepts("gzip;q=0", "gzip"));
	assert_false(webfile_accepts("gzip; q=0.000, br", "gzip"));
	assert_false(webfile_accepts("xgzip, gzipx", "gzip"));
	assert_false(webfile_accepts("", "gzip"));
	assert_false(webfile_accepts(NULL, "gzip"));
	assert_false(webfile_accepts(",,;;,", "gzip"));
}

static void hashes_are_known(void **state) {
	(void)state;
	assert_true(webfile_hashed("/app-3F2A91BC.js"));
	assert_true(webfile_hashed("/index.0a1b2c3d.css"));
	assert_false(webfile_hashed("/app.js"));
	assert_false(webfile_hashed("/service-worker.js"));
	assert_false(webfile_hashed("/high-contrast.css"));
	assert_false(webfile_hashed("/noextension"));
}

static void tags_match(void **state) {
	(void)state;
	assert_true(webfile_matches("\"a-1\"", "\"a-1\""));
	assert_true(webfile_matches("\"x\", W/\"a-1\"", "\"a-1\""));
	assert_true(webfile_matches("*", "\"a-1\""));
	assert_false(webfile_matches("\"a-12\"", "\"a-1\""));
	assert_false(webfile_matches("", "\"a-1\""));
	struct webfile plain, packed;
	assert_true(webfile_find(root, "/", NULL, &plain) && webfile_find(root, "/", "br", &packed));
	assert_string_not_equal(plain.etag, packed.etag);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_found),
		cmocka_unit_test(a_place_in_the_page_is_the_page),
		cmocka_unit_test(nothing_else_is_served),
		cmocka_unit_test(codings_are_weighed),
		cmocka_unit_test(hashes_are_known),
		cmocka_unit_test(tags_match),
	};
	return cmocka_run_group_tests(tests, make_page, remove_page);
}
