/* What the verbs for scripts share: the way to a room, the time-out, the output. */
#ifndef APPCHAT_TUI_VERBS_H
#define APPCHAT_TUI_VERBS_H

#include "proto/base/buf.h"
#include "tui/absent.h"
#include "tui/app.h"

struct verb_run {
	struct app *app;
	/* Signed in and in the room; called once for each time it becomes so. */
	void (*ready)(struct verb_run *v, struct sync_room *room);
	uv_timer_t timeout;
	uv_signal_t signals[3];
	struct absent absent;
	int handles;
	bool joining;
	uint64_t room;
	struct buf out;
	void *own;           /* the verb's */
	/* The verb's part of the face; may be NULL. */
	void (*on_change)(struct verb_run *v);
	void (*on_event)(struct verb_run *v, const struct sync_event *event, bool fresh);
	int timeout_code;    /* what a time-out means now */
	const char *timeout_text;
	const char *undone_text;   /* what is not done yet */
};

/* Says what is wrong on standard error and ends the program with this code. */
void verb_fail(struct verb_run *v, int code, const char *text);
/* Writes v->out to standard output; when that can't be done, says so, ends the
 * program and returns false. */
bool verb_write(struct verb_run *v);

int verb_send(struct verb_run *v);
int verb_tail(struct verb_run *v);
int verb_history(struct verb_run *v);
/* Runs the loop until the verb is done, and ends the client. */
int verb_loop(struct verb_run *v);

#endif
