import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths of PEM files, made for one test run. */
export interface CertificateFiles {
  readonly folder: string;
  readonly ca: string;
  /** For `localhost` and 127.0.0.1. */
  readonly serverCert: string;
  readonly serverKey: string;
  /** CN=ann. */
  readonly clientCert: string;
  readonly clientKey: string;
}

/** Node cannot sign certificates, so the `openssl` program does; undefined where there is none. */
export function makeCertificateFiles(): CertificateFiles | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'skua-tls-'));
  const at = (name: string): string => join(folder, name);
  const openssl = (...argv: readonly string[]): void => {
    execFileSync('openssl', argv, { cwd: folder, stdio: 'ignore' });
  };
  const issue = (name: string, subject: string, extension: string): void => {
    writeFileSync(at('extension'), extension);
    openssl(
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-subj',
      subject,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
    );
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '5',
      '-extfile',
      'extension',
      '-out',
      `${name}.pem`,
    );
  };
  try {
    openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '5',
      '-subj',
      '/CN=test authority',
      '-keyout',
      'ca.key',
      '-out',
      'ca.crt',
    );
    issue('server', '/CN=localhost', 'subjectAltName=DNS:localhost,IP:127.0.0.1');
    issue('client', '/CN=ann', 'extendedKeyUsage=clientAuth');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return {
    folder,
    ca: at('ca.crt'),
    serverCert: at('server.pem'),
    serverKey: at('server.key'),
    clientCert: at('client.pem'),
    clientKey: at('client.key'),
  };
}
