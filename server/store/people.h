/* Rows about people that both the writer and the readers fetch. */
#ifndef APPCHAT_SERVER_STORE_PEOPLE_H
#define APPCHAT_SERVER_STORE_PEOPLE_H

#include "server/store/sql.h"
#include "server/store/store.h"

/* Fetches a user by id; false when there is none. */
bool people_user(struct sql *s, uint64_t id, struct store_user *out);
/* The rooms this user is in, malloc'd; NULL when in none. */
struct store_membership *people_rooms(struct sql *s, uint64_t user, size_t *count);

#endif
