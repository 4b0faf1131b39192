/** Words for the codes of errors that operators meet when a client can't connect or loses its connection. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the server reset it',
  EPIPE: 'the server closed it',
  ETIMEDOUT: 'the host does not answer',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENOTFOUND: 'the name of the host is unknown',
  EAI_AGAIN: 'the name server does not answer',
  ENOENT: 'there is no such socket',
  EACCES: 'the socket may not be used by this user',
  DEPTH_ZERO_SELF_SIGNED_CERT: "the server's certificate is self-signed: pass it as tls.ca",
  SELF_SIGNED_CERT_IN_CHAIN: "the authority of the server's certificate is not known: pass it as tls.ca",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the authority of the server's certificate is not known: pass it as tls.ca",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the authority of the server's certificate is not known: pass it as tls.ca",
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another name: see tls.servername",
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server does not speak TLS on this port',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the server requires a client certificate: pass tls.cert and tls.key',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the server does not accept the authority of the client certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'the server does not accept the client certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'the client certificate has expired',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'the server does not accept the client certificate',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'the server shares no version or cipher of TLS with this client',
};

/** Node has the code of a reset for it. */
const HANDSHAKE_ENDED = 'the server closed the connection during the TLS handshake';

/** What happened, in words, with Node's code: `nothing listens there (ECONNREFUSED)`. */
export function describeSocketError(error: Error): string {
  // When all addresses of a host fail, the error has no message of its own.
  if (error instanceof AggregateError && error.message === '') {
    return [...new Set((error.errors as Error[]).map(describeSocketError))].join(', ');
  }
  const code = codeOf(error);
  const words = /before secure TLS connection/.test(error.message) ? HANDSHAKE_ENDED : WORDS[code];
  return words === undefined ? error.message : `${words} (${code})`;
}

/** Alerts that a server sends only while it reads a client's certificate (RFC 8446, 6.2). */
const CERTIFICATE_ALERT =
  /^ERR_SSL_(?:TLSV1|TLSV13|SSLV3)_ALERT_(?:(?:BAD|NO|UNSUPPORTED)_CERTIFICATE|CERTIFICATE_(?:REQUIRED|REVOKED|EXPIRED|UNKNOWN)|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR|HANDSHAKE_FAILURE)$/;

/**
 * Whether the server ended the TLS handshake for the client's certificate. With TLS 1.3 a client learns of it only after it
 * has sent its first calls, which the server has not read then.
 */
export function isHandshakeAlert(error: Error): boolean {
  return CERTIFICATE_ALERT.test(codeOf(error));
}

function codeOf(error: Error): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
}
