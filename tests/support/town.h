/*
 * A store with people and history in it, to be opened as a world again and
 * again: #lobby, #old with 12,500 short events (a cursor at its start gets a
 * gap), #long with 100 events of 10,000 bytes (more than a fan-out's batch, and
 * than the log keeps in memory). Everybody is in all three.
 */
#ifndef APPCHAT_TESTS_SUPPORT_TOWN_H
#define APPCHAT_TESTS_SUPPORT_TOWN_H

#include <stdint.h>

#include "server/store/store.h"

#define TOWN_PEOPLE 4        /* anna and ben are guests, clea and dora have accounts */
#define TOWN_ROOMS 3
#define TOWN_OLD_EVENTS 12500
#define TOWN_LONG_EVENTS 100
#define TOWN_LONG_BYTES 10000

struct citizen {
	struct store_user user;
	uint64_t session;
	uint8_t token[32];       /* 32 times the number of the citizen, from 1 */
	struct store_membership rooms[TOWN_ROOMS];
};

struct town {
	char dir[64], copy[80];
	struct citizen people[TOWN_PEOPLE];
};

/* Builds it in memory (/dev/shm) where there is such a place, else in /tmp. password_hash: the accounts'. */
void town_build(struct town *t, const char *password_hash);
/* A world on a fresh copy of it; every room has epoch 1. One at a time. */
struct world *town_open(struct town *t);
/* Ends that world. All clients must be guy_close'd. */
void town_close(struct town *t, struct world *w);
void town_remove(struct town *t);

#endif
