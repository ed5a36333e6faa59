/* Open files: as many as the system lets us have. */
#ifndef APPCHAT_SERVER_NET_LIMITS_H
#define APPCHAT_SERVER_NET_LIMITS_H

#include <stdint.h>

/* Raises the limit of open files towards what this many connections need.
 * Returns how many connections fit under the limit there is. */
uint32_t limits_raise(uint32_t connections);

#endif
