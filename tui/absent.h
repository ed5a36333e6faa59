/* Who waits for a connection is told within a second that there is none, once for each time. */
#ifndef APPCHAT_TUI_ABSENT_H
#define APPCHAT_TUI_ABSENT_H

#include "tui/app.h"

#define ABSENT_MS 800   /* a server that takes this long to answer is not there yet */

struct absent {
	struct app *app;
	void (*say)(struct app *a, const char *text);   /* not sanitized */
	uv_timer_t timer;
	bool told, closed;
};

/* From now on; say is called from the loop. */
void absent_begin(struct absent *b, struct app *a, void (*say)(struct app *a, const char *text));
/* For the face's on_status: looks whether there is a connection. */
void absent_look(struct absent *b);
/* Runs the loop until the timer is closed. */
void absent_end(struct absent *b);

#endif
