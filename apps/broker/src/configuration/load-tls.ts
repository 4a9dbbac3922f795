import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { TlsListenerOptions } from '@skua/transport-node';
import type { Configuration, ListenerConfiguration, TlsConfiguration } from './configuration.ts';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.ts';
import { reasonOf } from './load-configuration.ts';

/**
 * Reads the certificates and keys of every listener that has them, and tries them: a key that does not belong to its
 * certificate is found here and not at the first handshake.
 *
 * @param file - The path of the configuration file, for messages.
 * @throws {@link ConfigurationError} with the problems of all listeners.
 */
export function loadTls(
  configuration: Configuration,
  file: string,
): ReadonlyMap<ListenerConfiguration, TlsListenerOptions> {
  const loaded = new Map<ListenerConfiguration, TlsListenerOptions>();
  const problems: ConfigurationProblem[] = [];
  for (const listener of configuration.listeners) {
    if (listener.tls === undefined) continue;
    const options = loadListener(listener.tls, (name, text) => {
      problems.push({ file, line: listener.lines.get(name), text: `${name}: ${text}` });
    });
    if (options !== undefined) loaded.set(listener, options);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return loaded;
}

type Report = (name: 'certfile' | 'keyfile' | 'cafile', text: string) => void;

/** undefined: something was reported. */
function loadListener(tls: TlsConfiguration, report: Report): TlsListenerOptions | undefined {
  const cert = readPem('certfile', tls.certfile, report);
  const key = readPem('keyfile', tls.keyfile, report);
  const ca = tls.cafile === undefined ? undefined : readPem('cafile', tls.cafile, report);
  if (key !== undefined && isEncrypted(key)) {
    report('keyfile', `"${tls.keyfile}" is encrypted with a passphrase, which is not supported`);
    return undefined;
  }
  if (cert === undefined || key === undefined || (tls.cafile !== undefined && ca === undefined)) return undefined;
  const parts = [
    () => tryContext({ cert }, 'certfile', tls.certfile, report),
    () => tryContext({ key }, 'keyfile', tls.keyfile, report),
    () => tryContext({ cert, key }, 'keyfile', tls.keyfile, report),
    () => ca === undefined || tls.cafile === undefined || tryContext({ ca }, 'cafile', tls.cafile, report),
  ];
  if (!parts.every((part) => part())) return undefined;
  return { cert, key, ...(ca === undefined ? {} : { ca }), requireCertificate: tls.requireCertificate };
}

function readPem(name: Parameters<Report>[0], path: string, report: Report): Buffer | undefined {
  try {
    const pem = readFileSync(path);
    if (pem.includes('-----BEGIN ')) return pem;
    report(name, `"${path}" is not a PEM file`);
  } catch (error) {
    report(name, `"${path}" cannot be read: ${reasonOf(error)}`);
  }
  return undefined;
}

/** By the words of PKCS #8 and of the older form: what OpenSSL says differs between versions of Node. */
function isEncrypted(key: Buffer): boolean {
  return key.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----') || key.includes('Proc-Type: 4,ENCRYPTED');
}

function tryContext(
  options: { readonly cert?: Buffer; readonly key?: Buffer; readonly ca?: Buffer },
  name: Parameters<Report>[0],
  path: string,
  report: Report,
): boolean {
  try {
    createSecureContext(options);
    return true;
  } catch (error) {
    report(name, `"${path}" cannot be used: ${explain(error)}`);
    return false;
  }
}

/** OpenSSL's own words are kept for what has no better ones: they can be searched for. */
function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('key values mismatch')) return 'it is not the private key of certfile';
  return message;
}
