import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** The client's side of one exchange, in the words of RFC 5802: written from the RFC and not from the server. */
export class ScramClient {
  readonly firstBare: string;
  readonly #password: string;
  readonly #gs2Header: string;
  #serverSignature = '';

  constructor(userName: string, password: string, nonce: string, gs2Header = 'n,,') {
    this.firstBare = `n=${userName.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
    this.#password = password;
    this.#gs2Header = gs2Header;
  }

  first(): Buffer {
    return Buffer.from(this.#gs2Header + this.firstBare);
  }

  final(challenge: Uint8Array): Buffer {
    const serverFirst = Buffer.from(challenge).toString();
    const [, nonce = '', salt = '', iterations = ''] = /^r=(.*),s=(.*),i=(\d+)$/.exec(serverFirst) ?? [];
    const salted = pbkdf2Sync(this.#password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
    const withoutProof = `c=${Buffer.from(this.#gs2Header).toString('base64')},r=${nonce}`;
    const authMessage = `${this.firstBare},${serverFirst},${withoutProof}`;
    const clientKey = hmac(salted, 'Client Key');
    const signature = hmac(createHash('sha256').update(clientKey).digest(), authMessage);
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
    this.#serverSignature = `v=${hmac(hmac(salted, 'Server Key'), authMessage).toString('base64')}`;
    return Buffer.from(`${withoutProof},p=${proof.toString('base64')}`);
  }

  /** Whether this is the server's proof that it knows the password as well. */
  trusts(verifier: Uint8Array | undefined): boolean {
    return verifier !== undefined && Buffer.from(verifier).toString() === this.#serverSignature;
  }
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
