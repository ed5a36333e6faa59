/* OpenSSL reads both files as libwebsockets will. */
#include "server/net/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proto/base/log.h"

static bool readable(const char *what, const char *path, char *err, size_t size) {
	if (!access(path, R_OK))
		return true;
	snprintf(err, size, "cannot read the %s %s: %s; check the path and who may read it", what, path, strerror(errno));
	return false;
}

static bool explain(const char *path, const char *what, char *err, size_t size) {
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	snprintf(err, size, "%s %s (%s)", path, what, reason ? reason : "no reason given");
	return false;
}

static bool load(SSL_CTX *ctx, const char *cert, const char *key, char *err, size_t size) {
	if (SSL_CTX_use_certificate_chain_file(ctx, cert) != 1)
		return explain(cert, "holds no certificate in PEM form", err, size);
	bool loaded = SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) == 1;
	if (loaded && SSL_CTX_check_private_key(ctx) == 1)
		return true;
	if (loaded || ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH)
		return explain(key, "is not the key of the certificate: give the two that belong together", err, size);
	return explain(key, "holds no private key in PEM form without a passphrase", err, size);
}

static void warn_expiry(SSL_CTX *ctx, const char *cert) {
	int days = 0, seconds = 0;
	const ASN1_TIME *end = X509_get0_notAfter(SSL_CTX_get0_certificate(ctx));
	if (ASN1_TIME_diff(&days, &seconds, NULL, end) && (days < 0 || seconds < 0))
		LOG(NET, WARN, "event=certificate-expired file=\"%s\" days=%d", cert, -days);
	else if (days < 14)
		LOG(NET, WARN, "event=certificate-expires file=\"%s\" days=%d", cert, days);
}

bool tls_check(const char *cert, const char *key, int *kind, char *err, size_t size) {
	if (!readable("certificate", cert, err, size) || !readable("key", key, err, size))
		return false;
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	if (!ctx)
		return explain(cert, "cannot be checked: OpenSSL does not start", err, size);
	ERR_clear_error();
	bool ok = load(ctx, cert, key, err, size);
	if (ok) {
		warn_expiry(ctx, cert);
		*kind = EVP_PKEY_get_base_id(SSL_CTX_get0_privatekey(ctx));
	}
	SSL_CTX_free(ctx);
	ERR_clear_error();
	return ok;
}
