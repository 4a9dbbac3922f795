import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import type { AuthenticationAnswer, Authenticator, Connection } from '@skua/broker';
import { scramAttributes } from '../src/wire/scram-sha-256.ts';

/** Lets in whoever proves by SCRAM-SHA-256 to know the password of `skua`, and again at each re-authentication. */
export function scramAuthenticator(): Authenticator {
  const exchanges = new WeakMap<Connection, Exchange>();
  const begin = (connection: Connection, data: Uint8Array | undefined): AuthenticationAnswer => {
    const clientFirstBare = text(data).replace(/^n,,/, '');
    const attributes = scramAttributes(clientFirstBare);
    if (attributes.get('n') !== 'skua') return REJECTED;
    const nonce = `${attributes.get('r') ?? ''}broker`;
    const serverFirst = `r=${nonce},s=${SALT.toString('base64')},i=${ITERATIONS}`;
    exchanges.set(connection, { clientFirstBare, serverFirst, nonce });
    return { outcome: 'continue', authenticationData: Buffer.from(serverFirst) };
  };
  return {
    authenticate: ({ connection, packet }) => {
      const { authenticationMethod, authenticationData } = packet.properties;
      if (authenticationMethod === undefined) return REJECTED;
      if (authenticationMethod !== 'SCRAM-SHA-256') return { outcome: 'reject', reasonCode: 0x8c };
      return begin(connection, authenticationData);
    },
    continueAuthentication: ({ connection, authenticationData }) => {
      const exchange = exchanges.get(connection);
      if (exchange === undefined) return begin(connection, authenticationData);
      exchanges.delete(connection);
      return finish(exchange, text(authenticationData));
    },
  };
}

interface Exchange {
  readonly clientFirstBare: string;
  readonly serverFirst: string;
  readonly nonce: string;
}

function finish({ clientFirstBare, serverFirst, nonce }: Exchange, clientFinal: string): AuthenticationAnswer {
  const withoutProof = clientFinal.replace(/,p=.*$/, '');
  const attributes = scramAttributes(clientFinal);
  const authMessage = `${clientFirstBare},${serverFirst},${withoutProof}`;
  const salted = pbkdf2Sync('guillemot', SALT, ITERATIONS, 32, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest();
  const signature = hmac(storedKey, authMessage);
  const proof = Buffer.from(attributes.get('p') ?? '', 'base64');
  const clientKey = Buffer.from(proof.map((byte, index) => byte ^ (signature[index] ?? 0)));
  const proven = createHash('sha256').update(clientKey).digest().equals(storedKey);
  if (!proven || attributes.get('r') !== nonce) return REJECTED;
  const serverSignature = hmac(hmac(salted, 'Server Key'), authMessage);
  return { outcome: 'accept', authenticationData: Buffer.from(`v=${serverSignature.toString('base64')}`) };
}

function hmac(key: Buffer, message: string): Buffer {
  return createHmac('sha256', key).update(message).digest();
}

function text(data: Uint8Array | undefined): string {
  return Buffer.from(data ?? []).toString('latin1');
}

const REJECTED = { outcome: 'reject', reasonCode: 0x87 } as const;
const SALT = Buffer.from('a test needs no secret salt');
/** The fewest that RFC 7677 allows. */
const ITERATIONS = 4096;
