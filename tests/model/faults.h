/* What happens to the server: killed, ended, frozen, kept from writing; and how it comes back. */
#ifndef APPCHAT_TESTS_MODEL_FAULTS_H
#define APPCHAT_TESTS_MODEL_FAULTS_H

#include "tests/model/model.h"

/* Perhaps begins a fault, as the step has it. */
void faults_step(struct model *m, const struct step *s);
/* Ends faults whose time is over; starts a server that has ended; each turn. */
void faults_turn(struct model *m);
/* Ends those that go on, at once. */
void faults_lift(struct model *m);
/* Ends the server as an operator does, and waits; it must end with status 0. */
void faults_last_stop(struct model *m);

#endif
