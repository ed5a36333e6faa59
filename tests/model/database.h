/* The data itself, once the server has ended: is it whole, and does it say what the model knows? */
#ifndef APPCHAT_TESTS_MODEL_DATABASE_H
#define APPCHAT_TESTS_MODEL_DATABASE_H

#include "tests/model/model.h"

void database_check(struct model *m);

#endif
