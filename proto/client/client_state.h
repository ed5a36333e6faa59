/* The inside of a client, shared by client*.c alone. */
#ifndef APPCHAT_CLIENT_CLIENT_STATE_H
#define APPCHAT_CLIENT_CLIENT_STATE_H

#include "proto/client/client.h"
#include "proto/client/credentials.h"
#include "proto/inflate.h"

/* A request that waits for its answer. */
struct call {
	uint32_t request;
	client_answer *answer;   /* may be NULL */
	void *arg;
	bool asked;              /* from outside, not by the client itself */
	struct call *next;
};

/* A page of history that was asked for. */
struct page {
	struct client *client;
	uint64_t room, asked;
	bool forward;
	struct page *next;
};

/* Who to be when the token does not say it already. */
struct wish {
	char *name, *password;   /* name NULL: nobody */
	bool sign_up;
};

struct client {
	struct client_options o;
	char *ca_file, *folder;       /* folder NULL: nothing is kept */
	struct conn *conn;
	struct inflate *inflate;
	struct sync sync;
	struct outbox *outbox;
	uv_work_t save;               /* syncs the outbox's file, not on the loop's thread */
	bool saving;
	int save_fd, save_error;
	enum client_state state;
	struct wish wish;
	bool have_token;
	struct credential me;         /* name, user and token, once known */
	bool asked;                   /* to be somebody, with the token of: */
	struct credential asking;     /* kept before it was sent; user 0. Ours once the server says so */
	uint8_t instance[16];
	uint64_t session;
	char server[64];
	char error[256];
	Appchat__ErrorCode refused;
	bool stopped;
	uint32_t last_request;
	struct call *calls;
	struct page *pages;
	struct page empty;            /* the last page that brought nothing: not asked for again */
	uint32_t history_events, text_bytes; /* limits of the server's */
	uint64_t active;
	uint64_t ping_ns;             /* when the ping under way was sent, 0: none */
	unsigned rtt_us;
	uint64_t hold_ms;             /* follow and sign in not before this, monotonic */
	uint64_t history_hold_ms;     /* pages not before this; 0: at once */
	uv_timer_t pump_timer, read_timer, ping_timer;
	int timers;                   /* not closed yet */
	struct client_status status;
};

uint64_t client_now_ms(void);
/* Does what can be done now: signs in, follows, sends the outbox; sets the timer for the rest. */
void client_pump(struct client *c);
void client_set_state(struct client *c, enum client_state state);
void client_notice(struct client *c, enum client_level level, const char *text);
void client_set_error(struct client *c, const char *text);
void client_room_changed(struct client *c, struct sync_room *room, enum client_room_change change);

/* client_calls.c: as client_call, but not seen by client_asking. */
bool client_request(struct client *c, Appchat__ClientFrame *frame, client_answer *answer, void *arg);
/* Every waiting call gets NULL. */
void client_calls_lost(struct client *c);
/* Hands the answer to whoever asked. */
void client_calls_answer(struct client *c, const Appchat__ServerFrame *frame);

/* client_sign.c */
void client_hello(struct client *c);
void client_sign(struct client *c);
void client_wish(struct client *c, const char *name, const char *password, bool sign_up);
void client_forget_me(struct client *c);
/* What was asked for is not to be, or has become: its token is kept no longer as that. */
void client_asked_enough(struct client *c);

/* client_feed.c */
void client_message(void *arg, const uint8_t *data, size_t len);
void client_signed_in(struct client *c, const Appchat__SignedIn *in);

/* client_follow.c */
void client_follow(struct client *c);
void client_pages_lost(struct client *c);
/* Pages may be asked for again: tells whoever looks at the active room. */
void client_history_resume(struct client *c);

/* client_send.c */
void client_send_outbox(struct client *c, uint64_t *wait_ms);
/* An outbox whose file is synced in another thread. */
struct outbox *client_new_outbox(struct client *c);
/* What was on its way was this person's: the next one must not send it. On disk it stays. */
void client_drop_outbox(struct client *c);

#endif
