/* What the operator can ask of the hub, for the console. Loop's thread only. */
#ifndef APPCHAT_SERVER_HANDLE_OPERATOR_H
#define APPCHAT_SERVER_HANDLE_OPERATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hub;

struct hub_stats {
	uint32_t clients, signed_in, people, rooms, lagging;
	double messages_per_second, deliveries_per_second;   /* over the last second */
	double batch;               /* mean events in a fan-out's batch, last second */
	double pace_ms;             /* mean wait between fan-outs of busy rooms */
	double cpu_percent;
	uint64_t rss_bytes, uptime_seconds, cpu_ms;
	uint64_t messages, deliveries;   /* since start */
	uint32_t store_queued, store_batch;
	double commit_ms;
	bool store_refusing;
};
void operator_stats(struct hub *hub, struct hub_stats *out);

struct client_row {
	uint32_t connection;
	const char *name, *address, *client;   /* borrowed until the next call into the hub */
	bool guest, signed_in, lagging;
	uint64_t connected_ms, behind, idle_seconds;
};
/* The sessions, one after the other: *at starts at 0; false: no more. */
bool operator_client(struct hub *hub, uint32_t *at, struct client_row *out);

struct room_row {
	uint64_t id;
	const char *name, *topic;
	uint32_t online, followers;
	uint64_t head;
	size_t log_bytes;
};
bool operator_room(struct hub *hub, uint32_t *at, struct room_row *out);

/* Closes the connections of this person or, when `who` reads as an address
 * (which no name does), of all from there; returns how many. */
uint32_t operator_kick(struct hub *hub, const char *who, const char *text);

enum who_kind { WHO_NAME, WHO_ADDRESS };
/* The same for one who is said to be the one or the other, and is banned when `banned`. */
uint32_t operator_close(struct hub *hub, enum who_kind kind, const char *who, bool banned, const char *text);

/* Called when a slow operation is over: error NULL when it went well. */
typedef void operator_done(void *arg, const char *error, uint64_t bytes);

/* Bans a name or an address (what: "name:alice" or "address:10.0.0.1"), for
 * good when seconds is 0, and kicks. done is called once, later. False with a
 * message in err (size bytes) when `what` cannot be read: done is not called. */
bool operator_ban(struct hub *hub, const char *what, uint64_t seconds, const char *reason,
	operator_done *done, void *arg, char *err, size_t size);
bool operator_unban(struct hub *hub, const char *what, operator_done *done, void *arg, char *err, size_t size);
/* The bans in force, one after the other, as operator_client(). */
bool operator_next_ban(struct hub *hub, uint32_t *at, const char **what, uint64_t *until_ms, const char **reason);

/* Tells everybody. Returns how many sessions it went to. */
uint32_t operator_announce(struct hub *hub, const char *text);
/* A consistent copy of the store at path, which must not exist. */
void operator_backup(struct hub *hub, const char *path, operator_done *done, void *arg);

#endif
