/* Telling the supervisor, where there is one (systemd's Type=notify protocol). */
#ifndef APPCHAT_SERVER_NOTIFY_H
#define APPCHAT_SERVER_NOTIFY_H

/* Sends this state ("READY=1") to the socket in NOTIFY_SOCKET; nothing happens without one. */
void notify(const char *state);

/* RELOADING=1 with the time it must carry. */
void notify_reloading(void);

#endif
