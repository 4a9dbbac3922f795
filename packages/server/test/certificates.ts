import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM texts made for one test run. */
export interface Certificates {
  readonly ca: string;
  /** For `localhost`, 127.0.0.1 and ::1. */
  readonly server: { readonly cert: string; readonly key: string };
  /** CN=pump 7, O=Water, from the same authority. */
  readonly client: { readonly cert: string; readonly key: string };
}

/** Node cannot sign certificates, so the `openssl` program does; undefined where there is none. */
export function makeCertificates(): Certificates | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'skua-certificates-'));
  try {
    const openssl = (...args: string[]): void => {
      execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    };
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    const authority = (name: string): void => {
      openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
        '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`); // prettier-ignore
    };
    const issue = (name: string, subject: string, by: string, extension: string): { cert: string; key: string } => {
      writeFileSync(join(folder, 'extension'), extension);
      openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', subject,
        '-keyout', `${name}.key`, '-out', `${name}.csr`); // prettier-ignore
      openssl('x509', '-req', '-in', `${name}.csr`, '-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial',
        '-days', '2', '-extfile', 'extension', '-out', `${name}.pem`); // prettier-ignore
      return { cert: read(`${name}.pem`), key: read(`${name}.key`) };
    };
    authority('ca');
    return {
      ca: read('ca.pem'),
      server: issue('server', '/CN=localhost', 'ca', 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1'),
      client: issue('client', '/O=Water/CN=pump 7', 'ca', 'extendedKeyUsage=clientAuth'),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
