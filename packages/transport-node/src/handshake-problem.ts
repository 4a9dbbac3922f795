import type { TLSSocket } from 'node:tls';

/** Says why a TLS handshake failed, and with whom where that is still known. */
export function handshakeProblem(error: Error, socket: TLSSocket): Error {
  const peer = socket.remoteAddress === undefined ? '' : ` with ${socket.remoteAddress}`;
  // After a handshake whose certificate is not trusted Node only destroys the socket: the error says "socket hang up".
  const untrusted: unknown = socket.authorizationError;
  const reason =
    untrusted === undefined || untrusted === null
      ? error.message.trimEnd()
      : `the certificate of the client is not trusted (${String(untrusted)})`;
  return new Error(`TLS handshake${peer} failed: ${reason}`, { cause: error });
}
