/* The interactive console: libedit's editing, history and completion. */
#ifndef APPCHAT_SERVER_CTL_PROMPT_H
#define APPCHAT_SERVER_CTL_PROMPT_H

struct ctl;

/* Reads and runs lines until the end of input or quit. Returns the exit code. */
int ctl_prompt(struct ctl *s);

#endif
