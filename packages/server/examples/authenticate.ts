import { scrypt, timingSafeEqual } from 'node:crypto';
import { createServer, type Server } from '@skua/server';

/** A password as it is stored: salted and hashed, never itself. */
interface StoredPassword {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

/** A server that lets in who knows the password of a User Name. */
export function serverWithPasswords(passwords: ReadonlyMap<string, StoredPassword>): Server {
  return createServer({
    authenticator: {
      async authenticate({ userName = '', password = new Uint8Array() }) {
        const given = password.slice(); // what comes later than the first `await` needs a copy
        const stored = passwords.get(userName);
        // 0x86 Bad User Name or Password; without a reason code it would be 0x87 Not authorized.
        if (stored === undefined) return { outcome: 'reject', reasonCode: 0x86 };
        const matches = timingSafeEqual(await hashPassword(given, stored.salt), stored.hash);
        return matches ? { outcome: 'accept' } : { outcome: 'reject', reasonCode: 0x86 };
      },
    },
  });
}

/** What to store of a password. */
export function hashPassword(password: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, 32, (error, hash) => (error === null ? resolve(hash) : reject(error)));
  });
}
