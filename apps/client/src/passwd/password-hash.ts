import { createHash, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/** The hashes of mosquitto 2.0: `$7$iterations$salt$hash` and `$6$salt$hash`, salt and hash in base64. */
export type HashType = 'sha512-pbkdf2' | 'sha512';

/** How a password is hashed. */
export interface HashOptions {
  readonly type: HashType;
  /** Of PBKDF2, 1 or more; 101 is what mosquitto uses. */
  readonly iterations: number;
  /** Random unless given. */
  readonly salt?: Uint8Array;
}

/** The hash of a password as it stands behind the colon of a password file. */
export function hashPassword(password: string, options: HashOptions): string {
  const salt = options.salt ?? randomBytes(SALT_BYTES);
  const encodedSalt = Buffer.from(salt).toString('base64');
  const hash = rawHash(password, options.type, salt, options.iterations).toString('base64');
  return options.type === 'sha512' ? `$6$${encodedSalt}$${hash}` : `$7$${options.iterations}$${encodedSalt}$${hash}`;
}

/** Whether a hash of a password file is that of a password; undefined when it is none that can be read. */
export function verifyPassword(password: string, hash: string): boolean | undefined {
  const [, iterations, salt, digest] = /^\$(?:6|7\$([1-9]\d*))\$([A-Za-z\d+/=]+)\$([A-Za-z\d+/=]+)$/.exec(hash) ?? [];
  if (salt === undefined || digest === undefined) return undefined;
  const type = iterations === undefined ? 'sha512' : 'sha512-pbkdf2';
  const expected = Buffer.from(digest, 'base64');
  const found = rawHash(password, type, Buffer.from(salt, 'base64'), Number(iterations ?? 1));
  return expected.length === found.length && timingSafeEqual(expected, found);
}

/** Whether the text behind the colon is a hash rather than a password. */
export function isHash(text: string): boolean {
  return /^\$(?:6|7\$\d+)\$[A-Za-z\d+/=]+\$[A-Za-z\d+/=]+$/.test(text);
}

function rawHash(password: string, type: HashType, salt: Uint8Array, iterations: number): Buffer {
  if (type === 'sha512') return createHash('sha512').update(password).update(salt).digest();
  return pbkdf2Sync(password, salt, iterations, DIGEST_BYTES, 'sha512');
}

const SALT_BYTES = 12;
const DIGEST_BYTES = 64;
