import type { AuthenticationAnswer, AuthenticationRequest, Connection } from '@skua/broker';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deriveScramCredentials,
  scramAuthenticator,
  SCRAM_SHA_256,
  type ScramAuthenticator,
  type ScramCredentials,
} from '../src/index.ts';
import { ScramClient } from '../test-support/scram-client.ts';

/** A connection is only a key for an authenticator. */
function connection(): Connection {
  return {
    info: { remoteAddress: '192.0.2.1', listener: 'test', anonymousAllowed: false },
    state: 'authenticating',
    clientIdentifier: '',
    userName: undefined,
    protocolVersion: 5,
    isPending: false,
  };
}

function connecting(
  client: Connection,
  authenticationData: Uint8Array | undefined,
  authenticationMethod: string | undefined = SCRAM_SHA_256,
): AuthenticationRequest {
  return {
    connection: client,
    clientIdentifier: 'c',
    userName: undefined,
    password: undefined,
    packet: {
      type: 'connect',
      protocolVersion: 5,
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier: 'c',
      properties: { authenticationMethod, authenticationData },
    },
  };
}

function next(
  authenticator: ScramAuthenticator,
  client: Connection,
  authenticationData: Uint8Array | undefined,
  reauthentication = false,
): AuthenticationAnswer {
  const step = { connection: client, authenticationMethod: SCRAM_SHA_256, authenticationData, reauthentication };
  return authenticator.continueAuthentication(step);
}

function dataOf(answer: AuthenticationAnswer): Uint8Array {
  if (answer.outcome === 'reject') throw new Error('refused');
  return answer.authenticationData ?? new Uint8Array(0);
}

async function known(users: Readonly<Record<string, string>>): Promise<Map<string, ScramCredentials>> {
  const entries = Object.entries(users).map(
    async ([name, password]) => [name, await deriveScramCredentials(password, { iterations: 4096 })] as const,
  );
  return new Map(await Promise.all(entries));
}

const REFUSED = { outcome: 'reject', reasonCode: 0x87 };

describe('SCRAM-SHA-256', () => {
  it('gives the messages of the example in RFC 7677', async () => {
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
    const credentials = await deriveScramCredentials('pencil', { salt, iterations: 4096 });
    const authenticator = scramAuthenticator({
      credentials: (userName) => (userName === 'user' ? credentials : undefined),
      nonce: () => '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
    });
    const client = connection();
    const challenge = authenticator.authenticate(connecting(client, Buffer.from('n,,n=user,r=rOprNGfwEbeRWgbNEkqO')));
    expect(Buffer.from(dataOf(challenge)).toString()).toBe(
      'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    );
    const answer = next(
      authenticator,
      client,
      Buffer.from(
        'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
      ),
    );
    expect(answer).toMatchObject({ outcome: 'accept', userName: 'user' });
    expect(Buffer.from(dataOf(answer)).toString()).toBe('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
  });

  it('lets in whoever knows the password, proves itself, and nobody else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.stringMatching(/^[ -~]{1,20}$/),
        fc.stringMatching(/^[!-~]{1,20}$/),
        fc.stringMatching(/^[!-~]{1,20}$/),
        fc.constantFrom('n,,', 'y,,'),
        async (userName, password, typed, gs2Header) => {
          const users = await known({ [userName]: password });
          const authenticator = scramAuthenticator({ credentials: (name) => users.get(name) });
          const client = new ScramClient(userName, typed, 'fyko+d2lbbFgONRv9qkxdawL', gs2Header);
          const on = connection();
          const challenge = dataOf(authenticator.authenticate(connecting(on, client.first())));
          const answer = next(authenticator, on, client.final(challenge));
          if (typed === password) {
            expect(answer).toMatchObject({ outcome: 'accept', userName });
            expect(client.trusts(dataOf(answer))).toBe(true);
          } else {
            expect(answer).toEqual(REFUSED);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('does not tell an unknown user from a wrong password', async () => {
    const users = await known({ alice: 'secret' });
    const authenticator = scramAuthenticator({ credentials: (name) => users.get(name), iterations: 4096 });
    const salts = new Set<string>();
    for (const userName of ['bob', 'bob', 'carol', 'alice']) {
      const client = new ScramClient(userName, 'wrong', 'abc');
      const on = connection();
      const challenge = dataOf(authenticator.authenticate(connecting(on, client.first())));
      expect(Buffer.from(challenge).toString()).toMatch(/^r=abc.{32},s=.{22}==,i=4096$/);
      salts.add(/s=([^,]+)/.exec(Buffer.from(challenge).toString())?.[1] ?? '');
      expect(next(authenticator, on, client.final(challenge))).toEqual(REFUSED);
    }
    expect(salts.size).toBe(3);
  });

  it('takes a proof once, and only for the challenge that it answers', async () => {
    const users = await known({ alice: 'secret' });
    const authenticator = scramAuthenticator({ credentials: (name) => users.get(name) });
    const client = new ScramClient('alice', 'secret', 'abc');
    const first = connection();
    const challenge = dataOf(authenticator.authenticate(connecting(first, client.first())));
    const proof = client.final(challenge);
    const second = connection();
    authenticator.authenticate(connecting(second, client.first()));
    expect(next(authenticator, second, proof)).toEqual(REFUSED);
    expect(next(authenticator, first, proof)).toMatchObject({ outcome: 'accept' });
    expect(next(authenticator, first, proof)).toEqual(REFUSED);
  });

  it('authenticates again, and only as the same user', async () => {
    const users = await known({ alice: 'secret', bob: 'other' });
    const authenticator = scramAuthenticator({ credentials: (name) => users.get(name) });
    const on = connection();
    const login = (userName: string, password: string, again: boolean) => {
      const client = new ScramClient(userName, password, 'abc');
      const begun = again
        ? next(authenticator, on, client.first(), true)
        : authenticator.authenticate(connecting(on, client.first()));
      return next(authenticator, on, client.final(dataOf(begun)), again);
    };
    expect(login('alice', 'secret', false)).toMatchObject({ outcome: 'accept' });
    expect(login('alice', 'secret', true)).toMatchObject({ outcome: 'accept' });
    expect(login('bob', 'other', true)).toEqual(REFUSED);
  });

  it.each([
    ['nothing', undefined],
    ['no GS2 header', 'n=alice,r=abc'],
    ['channel binding', 'p=tls-unique,,n=alice,r=abc'],
    ['a mandatory extension', 'n,,m=x,n=alice,r=abc'],
    ['no nonce', 'n,,n=alice,r='],
    ['a wrong escape', 'n,,n=al=ice,r=abc'],
    ['a forbidden character', 'n,,n=al\u{7}ice,r=abc'],
    ['bytes that are not UTF-8', Buffer.from([0x6e, 0x2c, 0x2c, 0xff])],
    ['far too much', `n,,n=${'a'.repeat(5000)},r=abc`],
  ])('refuses a first message with %s', async (_what, message) => {
    const users = await known({ alice: 'secret' });
    const authenticator = scramAuthenticator({ credentials: (name) => users.get(name) });
    const data = typeof message === 'string' ? Buffer.from(message) : message;
    expect(authenticator.authenticate(connecting(connection(), data))).toEqual(REFUSED);
  });

  it('never throws, whatever a client sends', () => {
    const authenticator = scramAuthenticator({ credentials: () => undefined });
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 4 }), (messages) => {
        const on = connection();
        authenticator.authenticate(connecting(on, messages[0]));
        for (const message of messages.slice(1)) next(authenticator, on, message);
      }),
    );
  });

  it('leaves clients without a method to another authenticator, and refuses other methods [MQTT-4.12.0-1]', () => {
    const authenticator = scramAuthenticator({
      credentials: () => undefined,
      otherwise: () => ({ outcome: 'accept' }),
    });
    const without: AuthenticationRequest = { ...connecting(connection(), undefined) };
    const packet = { ...without.packet, properties: {} };
    expect(authenticator.authenticate({ ...without, packet })).toEqual({ outcome: 'accept' });
    expect(authenticator.authenticate(connecting(connection(), undefined, 'PLAIN'))).toMatchObject({
      reasonCode: 0x8c,
    });
    const alone = scramAuthenticator({ credentials: () => undefined });
    expect(alone.authenticate({ ...without, packet })).toEqual(REFUSED);
  });
});

describe('deriving credentials', () => {
  it.each([4095, 10_000_001, 4096.5, Number.NaN])('refuses %d iterations', async (iterations) => {
    await expect(deriveScramCredentials('secret', { iterations })).rejects.toThrow('allowed: 4096 to 10000000');
  });

  it('prepares passwords as clients do', async () => {
    const salt = new Uint8Array(16);
    const [composed, decomposed] = await Promise.all(
      ['caf\u{e9}\u{a0}', 'cafe\u{301} '].map((password) =>
        deriveScramCredentials(password, { salt, iterations: 4096 }),
      ),
    );
    expect(composed).toEqual(decomposed);
    await expect(deriveScramCredentials('a\u{7}b', { iterations: 4096 })).rejects.toThrow('SASLprep');
  });
});
