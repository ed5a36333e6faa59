/* Clocks and what the process has used of the machine. */
#include "proto/base/clock.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static uint64_t read_ns(clockid_t id) {
	struct timespec t;
	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t clock_mono_ns(void) { return read_ns(CLOCK_MONOTONIC); }
uint64_t clock_wall_ms(void) { return read_ns(CLOCK_REALTIME) / 1000000u; }
uint64_t clock_cpu_ns(void) { return read_ns(CLOCK_PROCESS_CPUTIME_ID); }

uint64_t clock_rss_bytes(void) {
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");
	if (!f)
		return 0;
	if (fscanf(f, "%*u %lu", &pages) != 1)
		pages = 0;
	fclose(f);
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}
