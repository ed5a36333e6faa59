/* The limit is raised before libwebsockets sizes its tables by it. */
#include "server/net/limits.h"

#include <sys/resource.h>

#include "proto/base/log.h"

#define OTHER_FILES 256   /* database, log, page, console */

uint32_t limits_raise(uint32_t connections) {
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return connections;
	rlim_t want = (rlim_t)connections + OTHER_FILES;
	if (limit.rlim_cur < want) {
		limit.rlim_cur = want < limit.rlim_max ? want : limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	if (limit.rlim_cur >= want)
		return connections;
	rlim_t others = limit.rlim_cur / 4 < OTHER_FILES ? limit.rlim_cur / 4 : OTHER_FILES;
	uint32_t fit = (uint32_t)(limit.rlim_cur - others);
	LOG(NET, WARN, "event=few-files limit=%llu connections=%u hint=\"raise it with ulimit -Hn or LimitNOFILE\"",
		(unsigned long long)limit.rlim_cur, fit);
	return fit;
}
