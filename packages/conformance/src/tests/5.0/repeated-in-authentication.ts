import { decodeFrame, mutant, neverCloses, packetTypeOf } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';
import { connectFrame } from '../../wire/connect-frame.ts';
import { binary, bytes, concatenate, frame, properties, property, string } from '../../wire/frame.ts';
import { scramClient } from '../../wire/scram-sha-256.ts';
import {
  addsProperties,
  positionOf,
  Sample,
  toldAs,
  twice,
  withoutRepetition,
  withProperties,
} from './property-fixture.ts';
import { beginScram, connectByScram, proof } from './scram-fixture.ts';

/** A property, and the packet's properties when it stands twice, given the right Authentication Data. */
interface Repetition {
  readonly name: string;
  readonly statement: StatementId;
  readonly twice: (data: Uint8Array) => Uint8Array;
}

const METHOD = Sample.authenticationMethod;

const IN_CONNECT: readonly Repetition[] = [
  {
    name: 'Authentication Method',
    statement: 'U-3.1.2.11.9-1',
    twice: (data) => concatenate([twice(METHOD), data]),
  },
  {
    name: 'Authentication Data',
    statement: 'U-3.1.2.11.10-2',
    twice: (data) => concatenate([twice(data), METHOD]),
  },
];

const IN_AUTH: readonly (Repetition & { readonly added: Uint8Array })[] = [
  {
    name: 'Authentication Method',
    statement: 'U-3.15.2.2.2-1',
    twice: (data) => concatenate([twice(METHOD), data]),
    added: METHOD,
  },
  {
    name: 'Authentication Data',
    statement: 'U-3.15.2.2.3-1',
    twice: (data) => concatenate([twice(data), METHOD]),
    added: Sample.authenticationData,
  },
  {
    name: 'Reason String',
    statement: 'U-3.15.2.2.4-2',
    twice: (data) => concatenate([twice(Sample.reasonString), METHOD, data]),
    added: twice(Sample.reasonString),
  },
];

/** Properties that stand twice where clients and brokers prove who they are: all would be right if they stood once. */
export const REPEATED_IN_AUTHENTICATION_TESTS: readonly ConformanceTest[] = [
  ...IN_CONNECT.map((what) =>
    defineTest({
      id: `repeated/connect/${slug(what.name)}`,
      title: `A CONNECT with two of ${what.name} is refused`,
      statements: [what.statement],
      profile: 'scram',
      run: async (test) => {
        // With one of each the exchange begins.
        await beginScram(test, 'alice');
        const identifier = test.clientIdentifier('bob');
        const data = property(0x16, binary(scramClient('skua', 'guillemot', identifier).first));
        const bob = await test.open('bob');
        bob.sendBytes(connectFrame({ properties: properties(what.twice(data)) }, string(identifier)));
        test.choice(`two of ${what.name} in CONNECT`, toldAs(await bob.expectRefusal()));
      },
      mutants: [neverCloses([what.statement]), takesOne('connect', 10, what)],
    }),
  ),
  ...IN_AUTH.map((what) =>
    defineTest({
      id: `repeated/auth/${slug(what.name)}`,
      title: `An AUTH with two of ${what.name} proves nothing, and the broker sends none`,
      statements: [what.statement],
      profile: 'scram',
      run: async (test) => {
        const exchange = await beginScram(test, 'alice');
        const { authenticationData } = (await proof(exchange)).properties;
        const data = property(0x16, binary(authenticationData ?? new Uint8Array(0)));
        exchange.client.sendBytes(frame(0xf0, bytes(0x18), properties(what.twice(data))));
        test.choice(`two of ${what.name} in AUTH`, toldAs(await exchange.client.expectRefusal()));
      },
      mutants: [
        neverCloses([what.statement]),
        takesOne('auth', 1, what),
        addsProperties(`sends ${what.name} twice in AUTH`, [what.statement], 'auth', 1, what.added),
      ],
    }),
  ),
  defineTest({
    id: 'repeated/auth/no-authentication-method',
    title: 'An AUTH without Authentication Method proves nothing, and the broker sends none',
    statements: ['U-3.15.2.2.2-1'],
    profile: 'scram',
    run: async (test) => {
      const exchange = await beginScram(test, 'alice');
      const { authenticationData } = (await proof(exchange)).properties;
      const data = property(0x16, binary(authenticationData ?? new Uint8Array(0)));
      exchange.client.sendBytes(frame(0xf0, bytes(0x18), properties(data)));
      test.choice('AUTH without Authentication Method', toldAs(await exchange.client.expectRefusal()));
    },
    mutants: [
      neverCloses(['U-3.15.2.2.2-1']),
      mutant('remembers the method and does not ask for it', ['U-3.15.2.2.2-1'], {
        fromClient: (received) =>
          packetTypeOf(received) === 'auth' && positionOf(received, METHOD) < 0
            ? [withProperties(received, 1, METHOD)]
            : [received],
      }),
      mutant('leaves the method out of AUTH', ['U-3.15.2.2.2-1'], {
        fromBroker: (sent, connection) => {
          const packet = packetTypeOf(sent) === 'auth' ? decodeFrame(sent, 'client', connection) : undefined;
          if (packet?.type !== 'auth') return [sent];
          const data = property(0x16, binary(packet.properties.authenticationData ?? new Uint8Array(0)));
          return [frame(0xf0, bytes(packet.reasonCode), properties(data))];
        },
      }),
    ],
  }),
  ...(
    [
      ['Authentication Method', 'U-3.2.2.3.17-1', METHOD],
      ['Authentication Data', 'U-3.2.2.3.18-1', Sample.authenticationData],
    ] as const
  ).map(([name, statement, one]) =>
    defineTest({
      id: `repeated/connack/${slug(name)}`,
      title: `CONNACK has ${name} at most once`,
      statements: [statement],
      profile: 'scram',
      run: async (test) => {
        const { connack } = await connectByScram(test, 'alice');
        const key = one === METHOD ? 'authenticationMethod' : 'authenticationData';
        test.choice(`${name} in CONNACK`, connack.properties[key] === undefined ? 'absent' : 'present');
      },
      mutants: [addsProperties(`sends ${name} twice in CONNACK`, [statement], 'connack', 2, twice(one))],
    }),
  ),
];

/** The broker reads two equal properties as one. */
function takesOne(type: 'connect' | 'auth', start: number, { name, statement }: Repetition): Mutant {
  return mutant(`takes ${name} where it stands twice`, [statement], {
    fromClient: (received) => [packetTypeOf(received) === type ? withoutRepetition(received, start) : received],
  });
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-');
}
