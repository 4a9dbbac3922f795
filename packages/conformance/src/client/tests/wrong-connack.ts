import { bytes, fourByteInteger, frame, properties, property, string, twoByteInteger } from '../../wire/frame.ts';
import type { StatementId } from '../../statements/statement.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';
import { closesAsItShould, overlooks } from './wrong-packet-fixture.ts';

/** Section 3.2.2.3 of 5.0: CONNACK with a property twice, or with a value that it cannot have. */
export const WRONG_CONNACK_CLIENT_TESTS: readonly ClientTest[] = [
  ...connackTest('U-3.2.2.3.2-1', 'Session Expiry Interval', property(0x11, fourByteInteger(5))),
  ...connackTest(
    'U-3.2.2.3.3-1',
    'Receive Maximum',
    property(0x21, twoByteInteger(5)),
    property(0x21, twoByteInteger(0)),
  ),
  ...connackTest('U-3.2.2.3.4-1', 'Maximum QoS', property(0x24, bytes(1)), property(0x24, bytes(2))),
  ...connackTest('U-3.2.2.3.5-1', 'Retain Available', property(0x25, bytes(1)), property(0x25, bytes(2))),
  ...connackTest(
    'U-3.2.2.3.6-1',
    'Maximum Packet Size',
    property(0x27, fourByteInteger(500)),
    property(0x27, fourByteInteger(0)),
  ),
  ...connackTest('U-3.2.2.3.7-1', 'Assigned Client Identifier', property(0x12, string('a'))),
  ...connackTest('U-3.2.2.3.8-1', 'Topic Alias Maximum', property(0x22, twoByteInteger(5))),
  ...connackTest('U-3.2.2.3.9-2', 'Reason String', property(0x1f, string('a'))),
  ...connackTest(
    'U-3.2.2.3.11-1',
    'Wildcard Subscription Available',
    property(0x28, bytes(1)),
    property(0x28, bytes(2)),
  ),
  ...connackTest(
    'U-3.2.2.3.12-1',
    'Subscription Identifiers Available',
    property(0x29, bytes(1)),
    property(0x29, bytes(2)),
  ),
  ...connackTest('U-3.2.2.3.13-1', 'Shared Subscription Available', property(0x2a, bytes(1)), property(0x2a, bytes(2))),
  ...connackTest('U-3.2.2.3.14-1', 'Server Keep Alive', property(0x13, twoByteInteger(500))),
  ...connackTest('U-3.2.2.3.15-1', 'Response Information', property(0x1a, string('a'))),
  ...connackTest('U-3.2.2.3.16-1', 'Server Reference', property(0x1c, string('a'))),
  ...connackTest('U-3.2.2.3.17-1', 'Authentication Method', property(0x15, string('GULLS'))),
  ...connackTest('U-3.2.2.3.18-1', 'Authentication Data', property(0x16, string('a'))),
];

function connackTest(id: StatementId, what: string, good: Uint8Array, wrongValue?: Uint8Array): readonly ClientTest[] {
  const twice = connack(good, good);
  const cases = wrongValue === undefined ? [twice] : [twice, connack(wrongValue)];
  const authentication = what.startsWith('Authentication')
    ? { method: 'GULLS', start: () => bytes(1), continue: () => bytes(2) }
    : undefined;
  const right = authentication === undefined ? connack() : connack(property(0x15, string('GULLS')));
  return defineClientTest({
    id: `wrong/connack-${what.toLowerCase().replaceAll(' ', '-')}`,
    title: `A CONNACK with ${what} twice${wrongValue === undefined ? '' : ', or with a value that it cannot have,'} is not taken`,
    statements: [id],
    run: async (test) => {
      for (const wrong of cases) {
        const { connection, attempt } = await test.open({ authentication });
        connection.sendBytes(wrong);
        await test.until(() => attempt.state !== 'pending' || connection.closed, connection.quietMs);
        test.check(attempt.state !== 'done', 'the client takes the CONNACK');
        closesAsItShould(test, connection.closed);
        connection.cut();
      }
    },
    mutants: cases.map((wrong) => overlooks(id, wrong, right)),
  });
}

function connack(...parts: readonly Uint8Array[]): Uint8Array {
  return frame(0x20, bytes(0, 0), properties(...parts));
}
