/* When all is quiet, everything is compared: what each connection was told, and all logs from their beginnings. */
#ifndef APPCHAT_TESTS_MODEL_SETTLE_H
#define APPCHAT_TESTS_MODEL_SETTLE_H

#include "tests/model/model.h"

/* Lets everything come to rest, compares it all, and lets it go on. */
void settle(struct model *m);
/* Reads the end of one room's log while all goes on, as after a restart. */
void settle_sample(struct model *m);

/* Fills #lobby with so many messages, or a little fewer, before anything else. */
void settle_fill(struct model *m, uint64_t count);

#endif
