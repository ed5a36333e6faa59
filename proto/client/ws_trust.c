/* Certificates. See ws_trust.h. */
#include "proto/client/ws_trust.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>

const char *ws_trust_file(const char *given) {
	static const char *const usual[] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem"};
	const char *file = given ? given : getenv("SSL_CERT_FILE");
	for (size_t i = 0; !file && i < sizeof usual / sizeof *usual; i++)
		if (!access(usual[i], R_OK))
			file = usual[i];
	return file;
}

bool ws_trust_is_address(const char *host) {
	struct in6_addr address;
	return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1;
}

bool ws_trust_check_address(SSL_CTX *tls, const char *host) {
	return !ws_trust_is_address(host) || X509_VERIFY_PARAM_set1_ip_asc(SSL_CTX_get0_param(tls), host);
}

const char *ws_trust_refusal(SSL *tls) {
	long result = tls ? SSL_get_verify_result(tls) : X509_V_OK;
	return result == X509_V_OK ? NULL : X509_verify_cert_error_string(result);
}
