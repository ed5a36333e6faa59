/* Reading a server's address. */
#include "proto/client/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "proto/limits.h"

static const struct {
	const char *text;
	bool tls;
	int port;   /* when none is given */
} schemes[] = {
	{"ws://", false, 80}, {"wss://", true, 443}, {"http://", false, 80}, {"https://", true, 443},
};

static bool fail(const char **why, const char *text) {
	*why = text;
	return false;
}

/* The scheme, or none; returns where the host begins. */
static const char *read_scheme(struct url *u, const char *text) {
	u->tls = false;
	u->port = PROTOCOL_DEFAULT_PORT;
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (!strncasecmp(text, schemes[i].text, strlen(schemes[i].text))) {
			u->tls = schemes[i].tls;
			u->port = schemes[i].port;
			return text + strlen(schemes[i].text);
		}
	return text;
}

/* HOST or [IPV6]; returns what follows it, NULL when there is no host. */
static const char *read_host(struct url *u, const char *p) {
	bool bracket = *p == '[';
	size_t len = bracket ? strcspn(++p, "]") : strcspn(p, ":/?#");
	if (!len || len >= sizeof u->host || (bracket && p[len] != ']'))
		return NULL;
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)p[i] <= ' ' || strchr("@\\\"<>%", p[i]) || (unsigned char)p[i] >= 127)
			return NULL;
		u->host[i] = p[i] >= 'A' && p[i] <= 'Z' && !bracket ? (char)(p[i] | 32) : p[i];
	}
	u->host[len] = 0;
	return p + len + bracket;
}

static bool read_port(struct url *u, const char **p) {
	char *end;
	if (**p != ':')
		return true;
	long port = strtol(*p + 1, &end, 10);
	if ((*p)[1] < '0' || (*p)[1] > '9' || port < 1 || port > 65535)
		return false;
	u->port = (int)port;
	*p = end;
	return true;
}

static bool read_path(struct url *u, const char *p) {
	size_t len = strlen(p);
	while (len && p[len - 1] == '/')
		len--;
	if (len + sizeof PROTOCOL_PATH > sizeof u->path || strpbrk(p, " \t\r\n?#"))
		return false;
	snprintf(u->path, sizeof u->path, "%.*s", (int)len, p);
	size_t suffix = strlen(PROTOCOL_PATH);
	if (len < suffix || strcmp(u->path + len - suffix, PROTOCOL_PATH))
		strcat(u->path, PROTOCOL_PATH); /* fits: checked above */
	return true;
}

static void write_form(const struct url *u, char out[600], const char *host) {
	const char *path = strcmp(u->path, PROTOCOL_PATH) ? u->path : "";
	bool six = strchr(host, ':') != NULL;
	snprintf(out, 600, "%s://%s%s%s:%d%s", u->tls ? "wss" : "ws", six ? "[" : "", host, six ? "]" : "", u->port, path);
}

bool url_parse(struct url *u, const char *text, const char **why) {
	memset(u, 0, sizeof *u);
	const char *p = read_scheme(u, text);
	if (p == text && strstr(text, "://"))
		return fail(why, "the address of a server begins with ws://, wss://, http:// or https://");
	if (!(p = read_host(u, p)))
		return fail(why, "there is no usable host name in the address");
	if (!read_port(u, &p))
		return fail(why, "the port is a number from 1 to 65535");
	if (*p && *p != '/')
		return fail(why, "the address ends in something that is no path");
	if (!read_path(u, p))
		return fail(why, "the path in the address can't be used");
	bool here = !strcmp(u->host, "127.0.0.1") || !strcmp(u->host, "::1");
	write_form(u, u->text, u->host);
	write_form(u, u->key, here ? "localhost" : u->host);
	return true;
}
