import type { AuthenticationAnswer, AuthenticationRequest, AuthenticationStep, Connection } from '@skua/broker';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { DEFAULT_ITERATIONS, hmacSha256, sha256, type ScramCredentials } from './scram-credentials.ts';
import { readClientFinal, readClientFirst } from './scram-message.ts';

// The server's side of SCRAM-SHA-256 (RFC 5802 and 7677) in MQTT's enhanced authentication (section 4.12 of 5.0): the
// client's first message comes in CONNECT, or in AUTH with 0x19 to authenticate again; the challenge goes out in AUTH with
// 0x18, the client's proof comes back in one, and the server's own proof goes out in CONNACK, or in AUTH with Success.
// The password never travels, and neither side can be played the other's messages again.

/** The Authentication Method that is answered. */
export const SCRAM_SHA_256 = 'SCRAM-SHA-256';

/** Settings of {@link scramAuthenticator}. */
export interface ScramAuthenticatorOptions {
  /** Finds what {@link deriveScramCredentials} made for a user. The name is prepared by SASLprep. */
  readonly credentials: (userName: string) => ScramCredentials | undefined;
  /** Decides about clients that use no Authentication Method; without it they are refused with 0x87. */
  readonly otherwise?: ((request: AuthenticationRequest) => AuthenticationAnswer) | undefined;
  /** What a challenge to an unknown user claims: the iterations of everybody else. 600,000 unless given. */
  readonly iterations?: number | undefined;
  /** Makes the server's half of the nonce, printable ASCII without `,`; 24 random bytes in base64 unless given. */
  readonly nonce?: (() => string) | undefined;
}

/** Answers at once, so it fits the broker as well as the server. */
export interface ScramAuthenticator {
  /** The CONNECT: refused, or continued with a challenge. */
  authenticate(request: AuthenticationRequest): AuthenticationAnswer;
  /** The proof, or the beginning of a re-authentication. */
  continueAuthentication(step: AuthenticationStep): AuthenticationAnswer;
}

/**
 * An authenticator for clients that use SCRAM-SHA-256. A method that is not this one is refused with 0x8C
 * [MQTT-4.12.0-1], a wrong proof or an unknown user with 0x87; which of the two it was cannot be told from outside.
 */
export function scramAuthenticator(options: ScramAuthenticatorOptions): ScramAuthenticator {
  const { credentials, otherwise, iterations = DEFAULT_ITERATIONS, nonce = randomNonce } = options;
  const exchanges = new WeakMap<Connection, Exchange>();
  const users = new WeakMap<Connection, string>();
  // The same every time for the same name, as real salts are, and unlike for others.
  const secret = randomBytes(32);

  const begin = (connection: Connection, data: Uint8Array | undefined): AuthenticationAnswer => {
    const first = readClientFirst(data);
    if (first === undefined) return REFUSED;
    const found = credentials(first.userName);
    const used = found ?? inventedCredentials(first.userName, secret, iterations);
    const combinedNonce = first.nonce + nonce();
    const challenge = `r=${combinedNonce},s=${Buffer.from(used.salt).toString('base64')},i=${used.iterations}`;
    exchanges.set(connection, {
      ...used,
      known: found !== undefined,
      userName: first.userName,
      nonce: combinedNonce,
      gs2Header: first.gs2Header,
      authPrefix: `${first.bare},${challenge}`,
    });
    return { outcome: 'continue', authenticationData: Buffer.from(challenge) };
  };

  const finish = (connection: Connection, exchange: Exchange, data: Uint8Array | undefined): AuthenticationAnswer => {
    exchanges.delete(connection);
    const verifier = verify(exchange, data);
    // Whoever was authenticated as one user cannot become another by authenticating again.
    const before = users.get(connection);
    if (verifier === undefined || (before !== undefined && before !== exchange.userName)) return REFUSED;
    users.set(connection, exchange.userName);
    return { outcome: 'accept', userName: exchange.userName, authenticationData: verifier };
  };

  return {
    authenticate: (request) => {
      const { authenticationMethod, authenticationData } = request.packet.properties;
      if (authenticationMethod === undefined) return otherwise?.(request) ?? REFUSED;
      if (authenticationMethod !== SCRAM_SHA_256) return { outcome: 'reject', reasonCode: BAD_AUTHENTICATION_METHOD };
      return begin(request.connection, authenticationData);
    },
    continueAuthentication: ({ connection, authenticationData }) => {
      const exchange = exchanges.get(connection);
      return exchange === undefined
        ? begin(connection, authenticationData)
        : finish(connection, exchange, authenticationData);
    },
  };
}

interface Exchange extends ScramCredentials {
  /** False: the user does not exist, and the exchange goes on only so that nobody can tell. */
  readonly known: boolean;
  readonly userName: string;
  readonly nonce: string;
  readonly gs2Header: string;
  /** The client's first message and the challenge, as both sides sign them. */
  readonly authPrefix: string;
}

/** Checks the client's proof and gives the server's own; undefined: refused. */
function verify(exchange: Exchange, data: Uint8Array | undefined): Uint8Array | undefined {
  const final = readClientFinal(data);
  if (final === undefined || final.nonce !== exchange.nonce || final.channelBinding !== exchange.gs2Header) {
    return undefined;
  }
  const authMessage = `${exchange.authPrefix},${final.withoutProof}`;
  const signature = hmacSha256(exchange.storedKey, authMessage);
  if (final.proof.length !== signature.length) return undefined;
  const clientKey = signature.map((byte, index) => byte ^ (final.proof[index] ?? 0));
  const proven = timingSafeEqual(sha256(clientKey), exchange.storedKey);
  if (!proven || !exchange.known) return undefined;
  return Buffer.from(`v=${hmacSha256(exchange.serverKey, authMessage).toString('base64')}`);
}

/** Looks like the credentials of a user, so that a stranger cannot find out which names exist. */
function inventedCredentials(userName: string, secret: Uint8Array, iterations: number): ScramCredentials {
  const salt = createHash('sha256').update(secret).update(userName).digest().subarray(0, 16);
  return { salt, iterations, storedKey: randomBytes(32), serverKey: randomBytes(32) };
}

function randomNonce(): string {
  return randomBytes(24).toString('base64');
}

const BAD_AUTHENTICATION_METHOD = 0x8c;
const NOT_AUTHORIZED = 0x87;
const REFUSED = { outcome: 'reject', reasonCode: NOT_AUTHORIZED } as const;
