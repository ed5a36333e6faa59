/* How long a piece of work takes on the CPU: several samples, their median and spread. */
#ifndef APPCHAT_TESTS_SUPPORT_TIMING_H
#define APPCHAT_TESTS_SUPPORT_TIMING_H

#include <stddef.h>
#include <stdint.h>

struct timing {
	double median, low, high;   /* nanoseconds of CPU time for one call */
};

/* CPU time of the calling thread, nanoseconds. */
uint64_t timing_thread_ns(void);

/* Calls fn until each of some ten samples took some milliseconds. */
struct timing timing_measure(void (*fn)(void *arg), void *arg);

/* Prints "NAME MEDIAN LOW HIGH UNIT", each time divided by `per` (the things one call does). */
void timing_print(const char *name, struct timing t, double per, const char *unit);

/* Samples taken by the caller, sorted in place: their median and spread. */
struct timing timing_of(double *samples, size_t count);

/* Keeps the compiler from leaving out work whose result nobody reads. */
static inline void timing_use(const void *result) {
	__asm__ volatile("" : : "r"(result) : "memory");
}

#endif
