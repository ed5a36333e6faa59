/* Time: monotonic for everything that waits, wall clock only for what people read. */
#ifndef APPCHAT_PROTO_BASE_CLOCK_H
#define APPCHAT_PROTO_BASE_CLOCK_H

#include <stdint.h>

/* Nanoseconds of a clock that never jumps and stands while the machine sleeps. */
uint64_t clock_mono_ns(void);
/* Milliseconds since 1970. */
uint64_t clock_wall_ms(void);
/* Nanoseconds of CPU time this process has used, all threads. */
uint64_t clock_cpu_ns(void);
/* Resident memory of this process in bytes, 0 where it can't be had. */
uint64_t clock_rss_bytes(void);

#endif
