import { packetTypeOf } from '../../harness/mutations.ts';
import type { ConnackProperties } from '@skua/codec';
import { hears, keepsBack } from '../client-mutations.ts';
import type { BrokerConnection } from '../broker-connection.ts';
import type { ClientMutant } from '../client-mutant.ts';
import type { ClientTestContext } from '../client-test-context.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';

/** Section 4.9: flow control. */
export const FLOW_CONTROL_CLIENT_TESTS: readonly ClientTest[] = [
  ...defineClientTest({
    id: 'flow/receive-maximum',
    title: 'Never more QoS 1 and 2 messages are under way than the Receive Maximum of the server',
    statements: ['MQTT-3.3.4-7', 'MQTT-4.9.0-1', 'MQTT-4.9.0-2'],
    run: async (test) => {
      const connection = await test.connect({}, { properties: { receiveMaximum: 2 } });
      for (const qos of [1, 2, 2, 1] as const) test.publish({ topicName: 'skua/a', qos });
      const one = await connection.expect('publish');
      const two = await connection.expect('publish');
      await checkNoPublish(test, connection, 'Receive Maximum is 2 and two are under way');
      connection.send({ type: 'pubrec', packetIdentifier: two.packetIdentifier, reasonCode: 0, properties: {} });
      await connection.expect('pubrel');
      await checkNoPublish(test, connection, 'PUBCOMP has not come yet');
      connection.send({ type: 'pubcomp', packetIdentifier: two.packetIdentifier, reasonCode: 0, properties: {} });
      const three = await connection.expect('publish');
      await checkNoPublish(test, connection, 'one place was free');
      connection.send({ type: 'pubrec', packetIdentifier: three.packetIdentifier, reasonCode: 0x97, properties: {} });
      await connection.expect('publish');
      connection.send({ type: 'puback', packetIdentifier: one.packetIdentifier, reasonCode: 0, properties: {} });
      await connection.settle();
    },
    mutants: [
      hearsReceiveMaximum('does not look at Receive Maximum', undefined, ['MQTT-3.3.4-7', 'MQTT-4.9.0-2']),
      hearsReceiveMaximum('begins with a place too many', 3, ['MQTT-4.9.0-1']),
    ],
  }),
  ...defineClientTest({
    id: 'flow/other-packets',
    title: 'Without quota a client still subscribes and acknowledges',
    statements: ['MQTT-3.3.4-8', 'MQTT-4.9.0-3'],
    run: async (test) => {
      const connection = await test.connect({}, { properties: { receiveMaximum: 1 } });
      test.publish({ topicName: 'skua/a', qos: 1 });
      test.publish({ topicName: 'skua/a', qos: 1 });
      await connection.expect('publish');
      test.subscribe([{ topicFilter: 'skua/b' }]);
      await connection.expectAmong('subscribe');
      test.deliver(connection, { qos: 1, packetIdentifier: 3 });
      await connection.expectAmong('puback');
      test.deliver(connection, { qos: 2, packetIdentifier: 4 });
      await connection.expectAmong('pubrec');
      connection.send({ type: 'pubrel', packetIdentifier: 4, reasonCode: 0, properties: {} });
      await connection.expectAmong('pubcomp');
    },
    mutants: [
      keepsBack('holds SUBSCRIBE back', ['MQTT-3.3.4-8'], (sent) => packetTypeOf(sent) === 'subscribe'),
      keepsBack('holds PUBACK back', ['MQTT-3.3.4-8', 'MQTT-4.9.0-3'], (sent) => packetTypeOf(sent) === 'puback'),
      keepsBack('holds PUBCOMP back', ['MQTT-4.9.0-3'], (sent) => packetTypeOf(sent) === 'pubcomp'),
    ],
  }),
];

async function checkNoPublish(test: ClientTestContext, connection: BrokerConnection, why: string): Promise<void> {
  const more = (await connection.settle()).filter(({ type }) => type === 'publish');
  test.check(more.length === 0, `another PUBLISH of QoS 1 or 2 came although ${why}`);
}

function hearsReceiveMaximum(
  name: string,
  receiveMaximum: ConnackProperties['receiveMaximum'],
  breaks: readonly StatementId[],
): ClientMutant {
  return hears(name, breaks, 'connack', (connack) => ({
    ...connack,
    properties: { ...connack.properties, receiveMaximum },
  }));
}
