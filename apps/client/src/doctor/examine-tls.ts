import { TLSSocket, type DetailedPeerCertificate } from 'node:tls';
import type { ConnectionSettings } from '../connection/connection-settings.ts';
import { usesTls } from '../connection/connection-settings.ts';
import { connectionFailure } from '../connection/failure.ts';
import { openSocket } from '../connection/open-socket.ts';
import type { Report } from './finding.ts';

/** Makes a TLS connection and looks at version, ALPN and chain. @returns whether it is to be trusted */
export async function examineTls(settings: ConnectionSettings, report: Report): Promise<boolean> {
  if (!usesTls(settings)) {
    if (settings.unixPath === undefined) {
      report({
        area: 'TLS',
        verdict: 'note',
        text: 'the connection is not encrypted: passwords and messages can be read on the way',
        advice: 'use mqtts or wss, usually port 8883 or 443',
      });
    }
    return true;
  }
  const signal = AbortSignal.timeout(settings.connectTimeout * 1000);
  try {
    const socket = await openSocket(settings, signal);
    if (socket instanceof TLSSocket) describe(socket, settings, report);
    socket.destroy();
    return true;
  } catch (error) {
    const sentence = connectionFailure(error, settings).sentence.replace(/\.$/, '');
    report({ area: 'TLS', verdict: 'problem', text: sentence });
    await describeUntrusted(settings, report);
    return false;
  }
}

/** What the server shows although it is not to be trusted: that is where the mistake is seen. */
async function describeUntrusted(settings: ConnectionSettings, report: Report): Promise<void> {
  const { connect } = await import('node:tls');
  const { host = 'localhost', port = 8883, proxy, unixPath } = settings;
  if (proxy !== undefined || unixPath !== undefined) return;
  await new Promise<void>((resolve) => {
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: settings.connectTimeout * 1000 });
    const settle = (): void => {
      socket.destroy();
      resolve();
    };
    socket.once('secureConnect', () => {
      describeChain(socket, report);
      settle();
    });
    socket.once('error', settle);
    socket.once('timeout', settle);
  });
}

function describe(socket: TLSSocket, settings: ConnectionSettings, report: Report): void {
  const version = socket.getProtocol() ?? 'unknown version';
  const cipher = socket.getCipher().standardName;
  const isOld = version === 'TLSv1' || version === 'TLSv1.1';
  report({
    area: 'TLS',
    verdict: isOld ? 'problem' : 'good',
    text: `${version} with ${cipher}`,
    ...(isOld ? { advice: 'this version is broken; let the server offer 1.2 and 1.3' } : {}),
  });
  const { alpn } = settings.tls;
  if (alpn !== undefined) {
    const chosen = socket.alpnProtocol;
    report({
      area: 'TLS',
      verdict: chosen === alpn ? 'good' : 'note',
      text:
        chosen === alpn
          ? `ALPN: the server speaks ${alpn}`
          : `ALPN: ${alpn} was asked for and the server did not answer to it`,
      ...(chosen === alpn
        ? {}
        : { advice: 'a server with one protocol on the port does not mind; with several it may pick the wrong one' }),
    });
  }
  if (settings.tls.insecure) {
    report({
      area: 'TLS',
      verdict: 'problem',
      text: 'the name in the certificate is not compared (--insecure)',
      advice: 'anybody with a certificate of the same authority can pose as this server',
    });
  }
  describeChain(socket, report);
}

function describeChain(socket: TLSSocket, report: Report): void {
  const chain = chainOf(socket.getPeerCertificate(true));
  for (const [index, certificate] of chain.entries()) {
    const days = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / 86_400_000);
    const name = commonName(certificate.subject);
    const issuer = commonName(certificate.issuer);
    const soon = days < SOON_DAYS;
    report({
      area: 'TLS',
      verdict: days < 0 ? 'problem' : soon ? 'note' : 'good',
      text: [
        `${index === 0 ? 'certificate' : 'authority'} ${name}${issuer === name ? ', signed by itself' : ` by ${issuer}`}`,
        days < 0 ? `expired ${-days} days ago` : `valid for ${days} days`,
        ...(index === 0 ? [`for ${certificate.subjectaltname ?? 'no name'}`] : []),
      ].join(', '),
      ...(soon ? { advice: days < 0 ? 'renew it' : 'renew it soon, and see whether its renewal is automatic' } : {}),
    });
  }
  const [first] = chain;
  if (first !== undefined && Date.parse(first.valid_from) > Date.now()) {
    report({
      area: 'Clock',
      verdict: 'problem',
      text: `the certificate is valid from ${first.valid_from} on, and the clock of this machine says ${new Date().toUTCString()}`,
      advice: 'set the clock, by NTP at best',
    });
  }
}

function chainOf(certificate: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  let current: DetailedPeerCertificate | undefined = certificate;
  // A root is its own issuer; an absent certificate is an empty object.
  while (current?.subject !== undefined && !chain.includes(current) && chain.length < CHAIN_MAX) {
    chain.push(current);
    current = current.issuerCertificate;
  }
  return chain;
}

function commonName(name: Readonly<Record<string, string | string[] | undefined>>): string {
  const found = name['CN'] ?? name['OU'] ?? name['O'] ?? 'without a name';
  return typeof found === 'string' ? found : found.join(', ');
}

const SOON_DAYS = 21;
const CHAIN_MAX = 10;
