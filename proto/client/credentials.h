/*
 * Who one is on which server, or has asked to be (user 0 then): tokens in $XDG_STATE_HOME/appchat/credentials,
 * mode 0600, one line each. Several processes may use it at once: changes are
 * made under a lock, into a new file that replaces the old one.
 */
#ifndef APPCHAT_CLIENT_CREDENTIALS_H
#define APPCHAT_CLIENT_CREDENTIALS_H

#include <stdbool.h>
#include <stdint.h>

struct credential {
	char name[97];
	uint64_t user;
	bool guest;
	uint8_t token[32];
};

/* The folder for what we keep (XDG_STATE_HOME/appchat), made when missing, mode
 * 0700; the caller frees it. NULL with errno when it can't be had. */
char *credentials_folder(void);
/* The token kept for this server (url_parse's text) and name, case folded;
 * name NULL: the one used last there. False when there is none. */
bool credentials_find(const char *folder, const char *server, const char *name, struct credential *out);
/* Keeps it, instead of an older one of that server and name; beside that one when user is 0. aside: who was
 * somebody else there last stays the one used last. False with errno. */
bool credentials_save(const char *folder, const char *server, const struct credential *c, bool aside);
/* Forgets it on that server, unless another token is kept there for the name by now. False with errno. */
bool credentials_forget(const char *folder, const char *server, const struct credential *c);

#endif
