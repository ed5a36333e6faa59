/* A visit: one connection of a device, what it asked and what it follows. */
#ifndef APPCHAT_TESTS_MODEL_VISIT_H
#define APPCHAT_TESTS_MODEL_VISIT_H

#include "proto/appchat.pb-c.h"
#include "tests/model/line.h"
#include "tests/model/model.h"

enum phase { PHASE_NEW, PHASE_HELLO, PHASE_IN };
enum following { FOLLOW_NO, FOLLOW_MAYBE, FOLLOW_YES };

/* How this connection stands to a room. */
struct seat {
	bool joined;                  /* as the server told this connection */
	enum following following;
	uint64_t cursor;
	uint32_t states, lefts;       /* RoomState and RoomLeft pushed so far */
};

/* One cursor of a Follow, and how things stood when it was sent. */
struct wish {
	uint32_t room, states, lefts;
	uint64_t after;
	bool refused;                 /* a cursor that cannot be followed */
};

struct request {
	uint32_t number;
	unsigned kind;                /* the field of ClientFrame */
	uint64_t from;                /* the tick it was sent at */
	uint32_t room, slot, variant, claim, name, limit;
	uint64_t seq;
	bool forward, wrong;          /* wrong: with a password that is not right */
	int token;
	struct wish *wishes;
	uint32_t wish_count;
};

struct visit {
	uint32_t number;
	struct human *human;
	struct device *device;
	struct line line;
	enum phase phase;
	unsigned server;              /* which start of the server it talks to */
	unsigned cursors;             /* which kind of cursors it resumes with */
	uint64_t began, in_since, fence;   /* in_since: 0, not in yet; what is pushed now was so at some tick after fence */
	uint64_t deaf_until_ms;       /* reads nothing until then; 0: it does */
	enum line_end deaf_end;
	uint64_t was_deaf_ms;
	int token;                    /* the session it is; -1: not known */
	bool deflate, bye, ended, replaced, busy;
	Appchat__CloseReason reason;
	uint32_t audits;              /* reads the whole log of this room but 1; 0: of none */
	uint64_t audit_last, audit_from;   /* up to here; the tick at which its end was asked for */
	struct seat seats[ROOMS_MAX];
	struct request *requests;
	uint32_t request_count, asked;
};

/* Begins one; NULL when the server cannot be reached. */
struct visit *visit_new(struct model *m, struct human *h, struct device *d, unsigned cursors);
/* Sends a frame; body and all are the caller's, request's fields are kept. Returns the kept request. */
struct request *visit_ask(struct model *m, struct visit *v, Appchat__ClientFrame *frame, struct request request);
/* We end it; it goes at the end of the turn. */
void visit_drop(struct model *m, struct visit *v, enum line_end how);
/* Is it in, with nothing wrong, so that it can be used? */
bool visit_ready(const struct visit *v);
/* Polls and serves all visits. */
void visits_turn(struct model *m, int wait_ms);
/* Frees those that ended. */
void visits_reap(struct model *m);

/* A frame arrived (answers.c). */
void visit_heard(struct model *m, struct visit *v, const Appchat__ServerFrame *frame);
/* The line ended without our doing (answers.c): was there a reason? */
void visit_hung_up(struct model *m, struct visit *v);

#endif
