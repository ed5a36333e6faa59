/* Which certificates a client believes, and why not. The inside of ws_link.c. */
#ifndef APPCHAT_CLIENT_WS_TRUST_H
#define APPCHAT_CLIENT_WS_TRUST_H

#include <openssl/ssl.h>
#include <stdbool.h>

/* The file of trusted certificates: the one given, or the system's. NULL: none found. */
const char *ws_trust_file(const char *given);
/* Is it an address and not a name? libwebsockets compares names only. */
bool ws_trust_is_address(const char *host);
/* Makes OpenSSL look for the address in the certificate; a name is left alone. False: it can't. */
bool ws_trust_check_address(SSL_CTX *tls, const char *host);
/* Why the other side's certificate was refused; NULL when it was not. */
const char *ws_trust_refusal(SSL *tls);

#endif
