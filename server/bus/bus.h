/*
 * The bus: how the hub of a node hears of events that were committed, here or
 * (later) on another node. Events of one room come out in the order of their
 * sequence numbers. The local bus is a queue within the process.
 *
 *   store commit -> bus_publish() -> bus_take() -> room's log -> fan-out
 */
#ifndef APPCHAT_SERVER_BUS_BUS_H
#define APPCHAT_SERVER_BUS_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bus;

struct bus_event {
	uint64_t room, seq;
	uint8_t *bytes;      /* field 2 of Events, malloc'd */
	size_t len;
	char *topic;         /* the room's topic from now on, malloc'd; NULL: unchanged */
};

struct bus *bus_new_local(void);
void bus_free(struct bus *bus);

/* Tells every node. Takes bytes and topic. */
void bus_publish(struct bus *bus, const struct bus_event *event);
/* The next event this node is to hear of; the caller owns bytes and topic. False: none. */
bool bus_take(struct bus *bus, struct bus_event *out);

#endif
