/*
 * One bot: a connection, who it is, where it is in its room, and what it has
 * said and not had acknowledged. bot.c takes it from connecting to following
 * its room and back again after a break; talk.c sends; answers.c hears.
 */
#ifndef APPCHAT_BOTS_BOT_H
#define APPCHAT_BOTS_BOT_H

#include <stdbool.h>
#include <stdint.h>

#include "bots/wsconn.h"
#include "bots/timers.h"
#include "bots/verify.h"
#include "proto/appchat.pb-c.h"
#include "proto/limits.h"

struct swarm;
struct shared_frame;

enum bot_state {
	BOT_IDLE,        /* not started */
	BOT_WAITING,     /* for its time to connect (again) */
	BOT_CONNECTING,  /* TCP and upgrade */
	BOT_GREETING,    /* Hello sent */
	BOT_CLAIMING,    /* Claim sent */
	BOT_JOINING,     /* JoinRoom or CreateRoom sent */
	BOT_FOLLOWING,   /* Follow sent */
	BOT_READY,
	BOT_LEAVING,     /* SignOut sent */
	BOT_GONE,
};

/* A message that is not acknowledged yet. */
struct outgoing {
	uint32_t number;
	uint32_t request;                /* 0: not sent, or not on this connection */
	uint8_t id[LIMIT_UUID];
};

struct bot {
	struct timer timer;
	struct swarm *swarm;
	struct wsconn conn;
	enum bot_state state;
	uint32_t index, room;            /* which of the swarm's */
	bool talks, flaps, slow, stalled;
	bool away;                       /* lost its connection and has not caught up since */
	bool known, was_ready;           /* has a token; followed its room once */
	uint8_t token[LIMIT_TOKEN], instance[LIMIT_UUID];
	uint32_t again, claims;          /* which ending its name has, and how often it asked for one */
	struct follower follow;
	uint64_t head;                   /* its room's, when it last resumed */
	struct shared_frame *coming;     /* the frame that this bot is in the middle of */
	uint32_t request;                /* last number used */
	uint32_t setup_request, ping_request, stats_request, history_request;
	struct outgoing *outbox;
	uint32_t out_count, out_cap, out_in_flight;
	uint32_t attempts;               /* to connect, since it was last ready */
	uint32_t bye_after_ms;
	bool bye_final;                  /* kicked or banned: do not come back */
	uint64_t wait_until;             /* BOT_WAITING: connect then */
	uint64_t deadline;               /* of the step going on */
	uint64_t hold_until;             /* the server asked for patience */
	uint64_t next_send, next_ping, next_flap, next_trickle;
	uint64_t heard, ping_sent;
	uint64_t quiet, silence;         /* ns without a byte after which it pings, and gives the server up */
};

/* What a bot does with what its connection says. */
extern const struct wsconn_events bot_conn_events;

/* Makes it one of the swarm's, in its room and with its role. */
void bot_init(struct bot *b, struct swarm *s, uint32_t index);
void bot_free(struct bot *b);
void bot_start(struct bot *b);
/* Load begins: from now on it talks, if it is one that does. */
void bot_begin_load(struct bot *b, uint64_t now);
/* The load is over: reads at full speed again, no more drops. */
void bot_end_load(struct bot *b);
/* Drops the connection as a broken network would; it comes back. */
void bot_drop(struct bot *b, const char *why);
/* The process itself stood still until now: no fault of the server's. */
void bot_forgive(struct bot *b, uint64_t now);
/* It has had more events: back, when it was away and has caught up. */
void bot_advanced(struct bot *b);
void bot_leave(struct bot *b);
/* Sets the timer to what is due next. */
void bot_schedule(struct bot *b);
/* Has nothing unacknowledged and all that is acknowledged in its room. */
bool bot_done(const struct bot *b);
const char *bot_name(const struct bot *b, char *out, size_t size);

/* Sends a request; its number, or 0 when it could not be sent. */
uint32_t bot_request(struct bot *b, Appchat__ClientFrame *frame);
uint32_t bot_ask_stats(struct bot *b);

/* Steps of getting ready, called by the answers. */
void bot_welcomed(struct bot *b, const Appchat__Welcome *welcome);
void bot_signed_in(struct bot *b, const Appchat__SignedIn *as);
void bot_room_state(struct bot *b, const Appchat__RoomState *room);
void bot_followed(struct bot *b);
/* The server refused the step going on. */
void bot_setup_error(struct bot *b, const Appchat__Error *error);

/* talk.c: messages out. */
void talk_compose(struct bot *b, uint64_t now);      /* puts what is due into the outbox */
void talk_pump(struct bot *b, uint64_t now);         /* sends what may be sent */
bool talk_acked(struct bot *b, uint32_t request, const Appchat__SendAck *ack);
bool talk_refused(struct bot *b, uint32_t request, const Appchat__Error *error);
void talk_disconnected(struct bot *b);               /* nothing is in flight any more */

/* answers.c: frames in. */
void answers_take(struct bot *b, const uint8_t *data, size_t len);
/* The same for one that has come whole by way of the shared frames. */
void answers_shared(struct bot *b, struct shared_frame *f);
/* Asks for what a Gap skipped. */
void answers_fetch(struct bot *b);

#endif
