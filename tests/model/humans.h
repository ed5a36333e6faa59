/*
 * People and rooms as the model knows them. What may change at once is a
 * register (reg.h); the rest is what was said last, or surely.
 */
#ifndef APPCHAT_TESTS_MODEL_HUMANS_H
#define APPCHAT_TESTS_MODEL_HUMANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/model/reg.h"

#define ROOMS_MAX 40
#define DEVICES 4
#define TOKENS_MAX 36
#define NO_CURSOR UINT64_MAX
#define NO_ROOM UINT32_MAX

struct model;
struct visit;

/* A room's number here is its number in the annals. 0 is #lobby. */
struct room_known {
	char name[24];
	uint64_t id;          /* 0: not known yet */
	uint32_t epoch;
	uint64_t maker;       /* user */
	uint32_t tries;       /* to make it */
	uint64_t since;       /* the tick since which it surely exists; 0: its making was not answered */
};

struct token {
	uint8_t bytes[32];
	uint64_t session;
	struct reg good;
};

struct member {
	struct reg in;
	bool read_known;              /* what follows holds */
	uint64_t read_least, least_tick;   /* read up to here at least, since then */
	uint64_t read_most;           /* and not further than this */
};

/* A program on a machine: it keeps an instance, a token and cursors. */
struct device {
	uint8_t instance[16];
	int token;                    /* in the human's tokens; -1: none */
	uint64_t cursors[ROOMS_MAX];  /* NO_CURSOR: has nothing of that room */
	struct visit *visit;          /* the one under way, or NULL */
};

struct human {
	uint32_t number;
	uint64_t user;                /* 0: not known to the server yet */
	bool departed;                /* gave everything up; another took the place */
	bool signs_up;                /* made an account from nothing, perhaps unanswered */
	uint32_t first_name;
	char password[24];
	struct reg name, guest;       /* name: a number, see name_text() */
	struct token tokens[TOKENS_MAX];
	int token_count;
	unsigned sessions;            /* made or perhaps made, and not surely ended */
	struct member members[ROOMS_MAX];
	struct device devices[DEVICES];
	uint32_t *slots;              /* what this one said */
	uint32_t slot_count;
};

/* The text of a name; valid until the next call but three. 0 is the empty name. */
const char *name_text(uint32_t name, char out[24]);
/* Which name is this? UINT32_MAX: none of ours. */
uint32_t name_number(const char *text);

struct human *human_new(struct model *m);
void human_free(struct human *h);
struct human *human_by_user(struct model *m, uint64_t user);
/* This one has nothing left to come back with: somebody new takes the place. */
void human_departs(struct model *m, struct human *h);
/* A new session of this human; returns its place. */
int human_token(struct human *h, const uint8_t *bytes, uint64_t session, uint64_t now);
/* A token that is surely good, or -1. */
int human_good_token(const struct model *m, const struct human *h);
/* The server has ended: nothing that was asked for can happen any more. */
void humans_server_ended(struct model *m);

/* By the server's id; NULL: none of ours. */
uint32_t room_by_id_of(const struct model *m, uint64_t id);
uint32_t room_by_name_of(const struct model *m, const char *name);

#endif
