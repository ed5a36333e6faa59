/* The certificate, looked at before it is used, so that what is wrong with it can be said. */
#ifndef APPCHAT_SERVER_NET_TLS_H
#define APPCHAT_SERVER_NET_TLS_H

#include <stdbool.h>
#include <stddef.h>

/* Can these two PEM files be read, and do they belong together? *kind is then
 * the key's kind (RSA, EC, ...) as OpenSSL numbers it. False: err says what to do. */
bool tls_check(const char *cert, const char *key, int *kind, char *err, size_t size);

#endif
