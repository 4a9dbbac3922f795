import type { TLSSocket } from 'node:tls';
import type { ClientCertificate } from '@skua/transport';

/** The certificate that the peer of a server socket proved to own, or undefined when it has none or its chain is not trusted. */
export function verifiedClientCertificate(socket: TLSSocket): ClientCertificate | undefined {
  if (!socket.authorized) return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  // One attribute a line, the most general first; RFC 2253 wants the most specific first. Escapes are RFC 2253's already.
  const attributes = certificate.subject.split('\n').toReversed();
  const commonName = socket.getPeerCertificate().subject.CN as string | readonly string[] | undefined;
  return {
    subject: attributes.join(','),
    commonName: typeof commonName === 'string' ? commonName : commonName?.[0],
    fingerprint256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}
