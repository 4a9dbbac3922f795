import { packetTypeOf, mutant } from '../../harness/mutations.ts';
import { bytes, concatenate, fourByteInteger, frame, property, string, twoByteInteger } from '../../wire/frame.ts';
import { bodyOffset } from '../client-mutations.ts';
import type { ClientMutant } from '../client-mutant.ts';
import type { ConnectFields } from '../client-test-context.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';
import { connectLayout, mayConnect, withFlags } from './connect-fixture.ts';

/** Sections 3.1.2.11 and 3.1.3.2 of 5.0: the properties of CONNECT and of the will. */
export const CONNECT_PROPERTIES_CLIENT_TESTS: readonly ClientTest[] = [
  ...defineClientTest({
    id: 'connect/properties',
    title: 'Each property of CONNECT is there once, with a value that it may have',
    statements: [
      'U-3.1.2.3-1',
      'U-3.1.2.11.2-1',
      'U-3.1.2.11.3-1',
      'U-3.1.2.11.4-1',
      'U-3.1.2.11.5-1',
      'U-3.1.2.11.6-1',
      'U-3.1.2.11.7-1',
      'U-3.1.2.11.9-1',
      'U-3.1.2.11.10-1',
      'U-3.1.2.11.10-2',
    ],
    run: async (test) => {
      const { connect, connection } = await test.open({ properties: PROPERTIES });
      for (const [name, value] of Object.entries(PROPERTIES)) {
        test.checkEqual(Object.entries(connect.properties).find(([key]) => key === name)?.[1], value, name);
      }
      connection.cut();
      const authentication = { method: 'GULLS', start: () => bytes(1), continue: () => bytes(2) };
      await mayConnect(test, { authentication });
    },
    mutants: [
      connectMutant('sets the reserved flag', 'U-3.1.2.3-1', (sent) => withFlags(sent, (flags) => flags | 0x01)),
      twice('Session Expiry Interval', 'U-3.1.2.11.2-1', property(0x11, fourByteInteger(30))),
      twice('Receive Maximum', 'U-3.1.2.11.3-1', property(0x21, twoByteInteger(30))),
      twice('Maximum Packet Size', 'U-3.1.2.11.4-1', property(0x27, fourByteInteger(3000))),
      twice('Topic Alias Maximum', 'U-3.1.2.11.5-1', property(0x22, twoByteInteger(3))),
      twice('Request Response Information', 'U-3.1.2.11.6-1', property(0x19, bytes(1))),
      twice('Request Problem Information', 'U-3.1.2.11.7-1', property(0x17, bytes(0))),
      twice('Authentication Method', 'U-3.1.2.11.9-1', property(0x15, string('GULLS'))),
      once('has Authentication Data without a method', 'U-3.1.2.11.10-1', property(0x16, string('data'))),
      twice('Authentication Data', 'U-3.1.2.11.10-2', property(0x16, string('data'))),
    ],
  }),
  ...defineClientTest({
    id: 'connect/maximum-of-0',
    title: 'Neither Receive Maximum nor Maximum Packet Size of CONNECT is 0, even when the program asks for it',
    statements: ['U-3.1.2.11.3-1', 'U-3.1.2.11.4-1'],
    run: async (test) => {
      for (const maximum of [0, 30]) {
        await mayConnect(test, { properties: { receiveMaximum: maximum } });
        await mayConnect(test, { properties: { maximumPacketSize: maximum } });
      }
    },
    mutants: [
      once('has Receive Maximum 0', 'U-3.1.2.11.3-1', property(0x21, twoByteInteger(0))),
      once('has Maximum Packet Size 0', 'U-3.1.2.11.4-1', property(0x27, fourByteInteger(0))),
    ],
  }),
  ...defineClientTest({
    id: 'connect/will-properties',
    title: 'Each property of the will is there once, with its value',
    statements: [
      'U-3.1.2.6-1',
      'U-3.1.3.2.2-1',
      'U-3.1.3.2.3-2',
      'U-3.1.3.2.4-1',
      'U-3.1.3.2.5-1',
      'U-3.1.3.2.6-1',
      'U-3.1.3.2.7-1',
    ],
    run: async (test) => {
      const { connect } = await test.open({ will: WILL });
      for (const [name, value] of Object.entries(WILL?.properties ?? {})) {
        test.checkEqual(Object.entries(connect.will?.properties ?? {}).find(([key]) => key === name)?.[1], value, name);
      }
    },
    mutants: [
      connectMutant('has Will QoS 3', 'U-3.1.2.6-1', (sent) => withFlags(sent, (flags) => flags | 0x18)),
      willTwice('Will Delay Interval', 'U-3.1.3.2.2-1', property(0x18, fourByteInteger(3))),
      willTwice('Payload Format Indicator', 'U-3.1.3.2.3-2', property(0x01, bytes(1))),
      willTwice('Message Expiry Interval', 'U-3.1.3.2.4-1', property(0x02, fourByteInteger(3))),
      willTwice('Content Type', 'U-3.1.3.2.5-1', property(0x03, string('text'))),
      willTwice('Response Topic', 'U-3.1.3.2.6-1', property(0x08, string('a'))),
      willTwice('Correlation Data', 'U-3.1.3.2.7-1', property(0x09, string('a'))),
    ],
  }),
];

function connectMutant(name: string, breaks: StatementId, change: (sent: Uint8Array) => Uint8Array): ClientMutant {
  return mutant(name, [breaks], {
    fromClient: (sent) => [packetTypeOf(sent) === 'connect' ? change(sent) : sent],
  });
}

function once(name: string, breaks: StatementId, extra: Uint8Array): ClientMutant {
  return connectMutant(name, breaks, (sent) => withMore(sent, connectLayout(sent).flagsAt + 3, extra));
}

function twice(what: string, breaks: StatementId, extra: Uint8Array): ClientMutant {
  return once(`has ${what} twice`, breaks, concatenate([extra, extra]));
}

function willTwice(what: string, breaks: StatementId, extra: Uint8Array): ClientMutant {
  return connectMutant(`has ${what} twice in its will`, breaks, (sent) =>
    withMore(sent, connectLayout(sent).clientIdentifierEnd, concatenate([extra, extra])),
  );
}

/** Adds properties to the section that begins here; its length is one byte before and after. */
function withMore(sent: Uint8Array, at: number, extra: Uint8Array): Uint8Array {
  const length = bytes((sent[at] ?? 0) + extra.length);
  return frame(sent[0] ?? 0, sent.subarray(bodyOffset(sent), at), length, extra, sent.subarray(at + 1));
}

const PROPERTIES = {
  sessionExpiryInterval: 30,
  receiveMaximum: 30,
  maximumPacketSize: 3000,
  topicAliasMaximum: 3,
  requestResponseInformation: true,
  requestProblemInformation: false,
} as const;

const WILL: ConnectFields['will'] = {
  topicName: 'skua/will',
  payload: bytes(0x61),
  qos: 0,
  retain: false,
  properties: {
    willDelayInterval: 3,
    payloadFormatIndicator: 1,
    messageExpiryInterval: 3,
    contentType: 'text',
    responseTopic: 'a',
    correlationData: bytes(1),
  },
};
