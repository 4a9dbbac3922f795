import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of PEM files. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** A certification authority that lives in a folder and signs with openssl. */
export class CertificateAuthority {
  readonly #folder: string;
  /** The authority's own certificate. */
  readonly certificate: string;
  readonly #key: string;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.certificate = join(folder, `${name}.pem`);
    this.#key = join(folder, `${name}.key`);
    openssl(
      'req',
      '-x509',
      ...NEW_KEY,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      this.#key,
      '-out',
      this.certificate,
    );
  }

  /** A certificate for a server at 127.0.0.1, ::1 and localhost. */
  issueServer(name: string): KeyPair {
    return this.#issue(name, 'subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost\nextendedKeyUsage=serverAuth\n');
  }

  /** A certificate for a client of this Common Name. */
  issueClient(name: string): KeyPair {
    return this.#issue(name, 'extendedKeyUsage=clientAuth\n');
  }

  #issue(name: string, extensions: string): KeyPair {
    const path = (extension: string): string => join(this.#folder, `${name}.${extension}`);
    const [certificate, key] = [path('pem'), path('key')];
    writeFileSync(path('ext'), extensions);
    openssl('req', ...NEW_KEY, '-subj', `/CN=${name}`, '-keyout', key, '-out', path('csr'));
    const signing = ['-days', '2', '-CA', this.certificate, '-CAkey', this.#key, '-CAcreateserial'];
    openssl('x509', '-req', '-in', path('csr'), ...signing, '-extfile', path('ext'), '-out', certificate);
    return { certificate, key };
  }
}

/** The contents of a key pair, by the names that TLS options have in Node. */
export function pemOptions({ certificate, key }: KeyPair): { readonly cert: Buffer; readonly key: Buffer } {
  return { cert: readFileSync(certificate), key: readFileSync(key) };
}

function openssl(...argv: readonly string[]): void {
  execFileSync('openssl', argv, { stdio: 'pipe' });
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'] as const;
