/* Thread CPU time, so that what else runs on the machine counts little. */
#include "tests/support/timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SAMPLES = 11, SAMPLE_NS = 8000000 };

uint64_t timing_thread_ns(void) {
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int compare(const void *a, const void *b) {
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

struct timing timing_of(double *samples, size_t count) {
	qsort(samples, count, sizeof *samples, compare);
	return (struct timing){samples[count / 2], samples[0], samples[count - 1]};
}

static uint64_t run(void (*fn)(void *arg), void *arg, uint64_t rounds) {
	uint64_t begin = timing_thread_ns();
	for (uint64_t i = 0; i < rounds; i++)
		fn(arg);
	return timing_thread_ns() - begin;
}

struct timing timing_measure(void (*fn)(void *arg), void *arg) {
	double samples[SAMPLES];
	uint64_t rounds = 1, took;
	while ((took = run(fn, arg, rounds)) < SAMPLE_NS / 2)
		rounds *= 2;
	for (int i = 0; i < SAMPLES; i++)
		samples[i] = (double)run(fn, arg, rounds) / (double)rounds;
	return timing_of(samples, SAMPLES);
}

void timing_print(const char *name, struct timing t, double per, const char *unit) {
	printf("%-44s %10.1f %10.1f %10.1f  %s\n", name, t.median / per, t.low / per, t.high / per, unit);
}
