import { saslprep } from '@mongodb-js/saslprep';
import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * What a server keeps of a password for SCRAM-SHA-256 (RFC 5802, section 3). It is enough to check a proof and not enough
 * to make one: whoever steals it cannot log in with it.
 */
export interface ScramCredentials {
  readonly salt: Uint8Array;
  /** 4,096 or more. */
  readonly iterations: number;
  /** 32 bytes. */
  readonly storedKey: Uint8Array;
  /** 32 bytes. */
  readonly serverKey: Uint8Array;
}

/** How {@link deriveScramCredentials} derives. */
export interface DeriveOptions {
  /** 16 random bytes unless given. */
  readonly salt?: Uint8Array | undefined;
  /** Rounds of PBKDF2, 4,096 to 10,000,000; 600,000 unless given, which clients pay at each login, not the broker. */
  readonly iterations?: number | undefined;
}

/**
 * Derives what to store from a password, off the event loop.
 *
 * @param password - is prepared by SASLprep first (RFC 4013), as clients do, so that equal-looking passwords are equal.
 * @throws {RangeError} on a password that SASLprep forbids, or iterations out of range.
 */
export async function deriveScramCredentials(password: string, options: DeriveOptions = {}): Promise<ScramCredentials> {
  const { salt = randomBytes(SALT_BYTES), iterations = DEFAULT_ITERATIONS } = options;
  if (!Number.isInteger(iterations) || iterations < ITERATIONS_MIN || iterations > ITERATIONS_MAX) {
    throw new RangeError(`iterations is ${iterations}; allowed: ${ITERATIONS_MIN} to ${ITERATIONS_MAX}`);
  }
  const saltedPassword = await derive(prepared(password), salt, iterations, KEY_BYTES, 'sha256');
  return {
    salt,
    iterations,
    storedKey: sha256(hmacSha256(saltedPassword, 'Client Key')),
    serverKey: hmacSha256(saltedPassword, 'Server Key'),
  };
}

/** HMAC-SHA-256. */
export function hmacSha256(key: Uint8Array, data: string | Uint8Array): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

/** SHA-256. */
export function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

function prepared(password: string): string {
  try {
    return saslprep(password);
  } catch (error) {
    throw new RangeError('the password has characters that SASLprep forbids', { cause: error });
  }
}

const derive = promisify(pbkdf2);
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** RFC 7677. */
const ITERATIONS_MIN = 4096;
/** Beyond this a login takes a client minutes. */
const ITERATIONS_MAX = 10_000_000;
/** What OWASP asks for of PBKDF2 with SHA-256. */
export const DEFAULT_ITERATIONS: number = 600_000;
