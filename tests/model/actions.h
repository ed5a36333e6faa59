/* What people do: a table of actions with their weights. */
#ifndef APPCHAT_TESTS_MODEL_ACTIONS_H
#define APPCHAT_TESTS_MODEL_ACTIONS_H

#include "tests/model/visit.h"

/* Does one step of the plan, as far as it can be done now. */
void actions_step(struct model *m, const struct step *s);
/* Begins a visit of this device, if it can come. */
void actions_connect(struct model *m, struct human *h, struct device *d, unsigned cursors);
/* A new message or topic of this person, sent by this visit. */
void actions_say(struct model *m, struct visit *v, uint32_t room, enum kind kind, uint32_t length);

#endif
