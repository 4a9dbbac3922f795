import { mutant, packetTypeOf } from '../../harness/mutations.ts';
import { bytes } from '../../wire/frame.ts';
import type { ClientMutant } from '../client-mutant.ts';
import type { ConnectFields } from '../client-test-context.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';
import { LONE_SURROGATE, SURROGATE, WIDE_TEXT, withText } from './byte-fixture.ts';
import { mayConnect } from './connect-fixture.ts';

/** Section 1.5.4: strings, as CONNECT carries them. */
export const CONNECT_STRINGS_CLIENT_TESTS: readonly ClientTest[] = [
  ...defineClientTest({
    id: 'connect/strings',
    title: 'The strings of CONNECT are well-formed UTF-8 and arrive as they were given',
    statements: [
      'MQTT-1.5.4-1',
      'MQTT-1.5.7-1',
      'MQTT-3.1.3-4',
      'MQTT-3.1.3-11',
      'MQTT-3.1.3-12',
      'v3 MQTT-1.5.3-1',
      'v3 MQTT-3.1.3-4',
      'v3 MQTT-3.1.3-10',
      'v3 MQTT-3.1.3-11',
    ],
    run: async (test) => {
      const { connect, connection } = await test.open(fieldsWith('-id', '-user', '-will', '-key', '-value'));
      test.checkEqual(connect.clientIdentifier, `${WIDE_TEXT}-id`, 'the Client Identifier');
      test.checkEqual(connect.userName, `${WIDE_TEXT}-user`, 'the User Name');
      test.checkEqual(connect.will?.topicName, `${WIDE_TEXT}-will`, 'the Will Topic');
      if (test.version === 5) {
        test.checkEqual(
          connect.properties.userProperties,
          [[`${WIDE_TEXT}-key`, `${WIDE_TEXT}-value`]],
          'the String Pair',
        );
      }
      connection.cut();
      for (let place = 0; place < 5; place += 1) {
        await mayConnect(test, fieldsWith(...atPlace(place, LONE_SURROGATE)));
      }
    },
    mutants: [
      bad('the Client Identifier', '-id', ['MQTT-1.5.4-1', 'MQTT-3.1.3-4', 'v3 MQTT-1.5.3-1', 'v3 MQTT-3.1.3-4']),
      bad('the Will Topic', '-will', ['MQTT-3.1.3-11', 'v3 MQTT-3.1.3-10']),
      bad('the User Name', '-user', ['MQTT-3.1.3-12', 'v3 MQTT-3.1.3-11']),
      bad('the name of a String Pair', '-key', ['MQTT-1.5.7-1']),
      bad('the value of a String Pair', '-value', ['MQTT-1.5.7-1']),
    ],
  }),
  ...defineClientTest({
    id: 'connect/null-character',
    title: 'No string of CONNECT has U+0000 in it, even when the program asks for it',
    statements: ['MQTT-1.5.4-2', 'v3 MQTT-1.5.3-2'],
    run: async (test) => {
      await mayConnect(test, fieldsWith('-id', '-user', '-will', '-key', '-value'));
      for (let place = 0; place < 5; place += 1) await mayConnect(test, fieldsWith(...atPlace(place, '\0')));
    },
    mutants: [
      mutant('writes U+0000 into the User Name', ['MQTT-1.5.4-2', 'v3 MQTT-1.5.3-2'], {
        fromClient: (sent) => [
          packetTypeOf(sent) === 'connect' ? withText(sent, '-user', bytes(0, 65, 65, 65, 65)) : sent,
        ],
      }),
    ],
  }),
];

/** A broken client that writes a surrogate over a piece of text of the same length. */
function bad(what: string, text: string, breaks: readonly StatementId[]): ClientMutant {
  const filler = bytes(...Array.from({ length: text.length - SURROGATE.length }, () => 0x41));
  return mutant(`writes ill-formed UTF-8 into ${what}`, breaks, {
    fromClient: (sent) => [
      packetTypeOf(sent) === 'connect' ? withText(sent, text, Uint8Array.from([...SURROGATE, ...filler])) : sent,
    ],
  });
}

function fieldsWith(identifier: string, user: string, will: string, key: string, value: string): ConnectFields {
  return {
    clientIdentifier: `${WIDE_TEXT}${identifier}`,
    userName: `${WIDE_TEXT}${user}`,
    will: { topicName: `${WIDE_TEXT}${will}`, payload: bytes(1), qos: 0, retain: false, properties: {} },
    properties: { userProperties: [[`${WIDE_TEXT}${key}`, `${WIDE_TEXT}${value}`]] },
  };
}

function atPlace(place: number, text: string): [string, string, string, string, string] {
  const at = (index: number): string => (index === place ? text : '');
  return [at(0), at(1), at(2), at(3), at(4)];
}
