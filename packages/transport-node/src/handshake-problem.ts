import type { TLSSocket } from 'node:tls';

/** Says why a TLS handshake failed, and with whom where that is still known. */
export function handshakeProblem(error: Error, socket: TLSSocket): Error {
  const peer = socket.remoteAddress === undefined ? '' : ` with ${socket.remoteAddress}`;
  // After a handshake whose certificate is not trusted Node only destroys the socket: the error says "socket hang up".
  // The reason is a text such as SELF_SIGNED_CERT_IN_CHAIN, although the types have an Error here.
  const untrusted: unknown = socket.authorizationError;
  const reason =
    typeof untrusted === 'string'
      ? `the certificate of the client is not trusted (${untrusted})`
      : error.message.trimEnd();
  return new Error(`TLS handshake${peer} failed: ${reason}`, { cause: error });
}
