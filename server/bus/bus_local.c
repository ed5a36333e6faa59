/* The bus of a single node: a queue in an array that is drained each turn. */
#include "server/bus/bus.h"

#include <stdlib.h>

#include "proto/base/buf.h"

struct bus {
	struct bus_event *events;
	size_t first, count, cap;
};

struct bus *bus_new_local(void) {
	return xcalloc(1, sizeof(struct bus));
}

void bus_free(struct bus *bus) {
	if (!bus)
		return;
	struct bus_event event;
	while (bus_take(bus, &event)) {
		free(event.bytes);
		free(event.topic);
	}
	free(bus->events);
	free(bus);
}

void bus_publish(struct bus *bus, const struct bus_event *event) {
	if (bus->count == bus->cap) {
		bus->cap = bus->cap ? 2 * bus->cap : 64;
		bus->events = xrealloc(bus->events, bus->cap * sizeof *bus->events);
	}
	bus->events[bus->count++] = *event;
}

bool bus_take(struct bus *bus, struct bus_event *out) {
	if (bus->first == bus->count) {
		bus->first = bus->count = 0;
		return false;
	}
	*out = bus->events[bus->first++];
	return true;
}
