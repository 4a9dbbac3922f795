import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates, type ConnectionOptions } from 'node:tls';
import { UsageError } from '../command-line/usage-error.ts';
import type { TlsSettings } from './connection-settings.ts';

/**
 * The options of `tls.connect` for the options of the command line.
 *
 * @throws {UsageError} for a file that cannot be read.
 */
export function tlsOptions(settings: TlsSettings, host: string): ConnectionOptions {
  const { version, ciphers, alpn, certFile, keyFile, insecure, pskHex, pskIdentity } = settings;
  const authorities = readAuthorities(settings);
  return {
    host,
    minVersion: version === undefined ? 'TLSv1.2' : NODE_VERSION[version],
    ...(version === undefined ? {} : { maxVersion: NODE_VERSION[version] }),
    ...(ciphers === undefined ? {} : { ciphers }),
    ...(version === 'tlsv1.1' && ciphers === undefined ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
    ...(alpn === undefined ? {} : { ALPNProtocols: [alpn] }),
    ...(authorities === undefined ? {} : { ca: [...authorities] }),
    ...(certFile === undefined ? {} : { cert: readPem('--cert', certFile) }),
    ...(keyFile === undefined ? {} : { key: readPem('--key', keyFile) }),
    ...(insecure ? { checkServerIdentity: () => undefined } : {}),
    ...(pskHex === undefined || pskIdentity === undefined ? {} : pskOptions(pskHex, pskIdentity, ciphers)),
  };
}

/** A key instead of certificates: OpenSSL knows this callback for TLS 1.2 only. */
function pskOptions(hex: string, identity: string, ciphers: string | undefined): ConnectionOptions {
  return {
    pskCallback: () => ({ psk: Buffer.from(hex, 'hex'), identity }),
    ciphers: ciphers ?? 'PSK',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.2',
    checkServerIdentity: () => undefined,
  };
}

/** Undefined: what Node.js trusts by itself. */
function readAuthorities(settings: TlsSettings): readonly (string | Buffer)[] | undefined {
  const { caFile, caPath, osCertificates } = settings;
  const named = [
    ...(caFile === undefined ? [] : [readPem('--cafile', caFile)]),
    ...(caPath === undefined ? [] : readFolder(caPath)),
  ];
  if (named.length > 0 && !osCertificates) return named;
  const system = systemAuthorities();
  return system === undefined && named.length === 0 ? undefined : [...named, ...(system ?? rootCertificates)];
}

/** The bundle of the system, which may hold authorities of the owner's own; undefined where there is none. */
function systemAuthorities(): readonly Buffer[] | undefined {
  const places = [process.env['SSL_CERT_FILE'], ...BUNDLES].filter((place) => place !== undefined);
  for (const place of places) {
    try {
      return [readFileSync(place)];
    } catch {
      // The next place.
    }
  }
  return undefined;
}

function readFolder(folder: string): readonly Buffer[] {
  try {
    const names = readdirSync(folder).filter((name) => /\.(?:crt|pem|cer)$/i.test(name));
    if (names.length === 0) throw new Error('it has no *.crt or *.pem');
    return names.map((name) => readFileSync(join(folder, name)));
  } catch (error) {
    throw new UsageError(`--capath: ${folder} cannot be used: ${error instanceof Error ? error.message : ''}.`);
  }
}

function readPem(option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${option}: ${file} cannot be read: ${error instanceof Error ? error.message : ''}.`);
  }
}

const NODE_VERSION = { 'tlsv1.1': 'TLSv1.1', 'tlsv1.2': 'TLSv1.2', 'tlsv1.3': 'TLSv1.3' } as const;

const BUNDLES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
