import { packetTypeOf } from '../../harness/mutations.ts';
import { hears, keepsBack } from '../client-mutations.ts';
import type { ClientTestContext } from '../client-test-context.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';
import type { BrokerConnection } from '../broker-connection.ts';

/** Sections 3.1.2.10 and 3.2.2.3.14: Keep Alive. */
export const KEEP_ALIVE_CLIENT_TESTS: readonly ClientTest[] = [
  ...defineClientTest({
    id: 'keep-alive/pingreq',
    title: 'A client that has nothing to say says PINGREQ within each Keep Alive',
    statements: ['MQTT-3.1.2-20', 'v3 MQTT-3.1.2-23'],
    run: async (test) => {
      const connection = await test.connect({ keepAlive: 2 });
      await expectPings(test, connection, 2);
    },
    mutants: [
      keepsBack(
        'never says PINGREQ',
        ['MQTT-3.1.2-20', 'v3 MQTT-3.1.2-23'],
        (sent) => packetTypeOf(sent) === 'pingreq',
      ),
    ],
  }),
  ...defineClientTest({
    id: 'keep-alive/of-the-server',
    title: 'The Server Keep Alive takes the place of the Keep Alive of the client',
    statements: ['MQTT-3.1.2-21', 'MQTT-3.2.2-21'],
    run: async (test) => {
      const connection = await test.connect({ keepAlive: 60 }, { properties: { serverKeepAlive: 2 } });
      await expectPings(test, connection, 2);
    },
    mutants: [
      hears('does not look at Server Keep Alive', ['MQTT-3.1.2-21', 'MQTT-3.2.2-21'], 'connack', (connack) => ({
        ...connack,
        properties: { ...connack.properties, serverKeepAlive: undefined },
      })),
    ],
  }),
];

/** Two in a row: the first may have been due anyway. Clocks and networks may be late by an eighth. */
async function expectPings(test: ClientTestContext, connection: BrokerConnection, keepAlive: number): Promise<void> {
  for (const which of ['first', 'second']) {
    const packet = await connection.nextFrame(keepAlive * 1125);
    test.check(packet !== undefined && !connection.closed, `the ${which} Keep Alive passes without a packet`);
    if (packet?.packet.type === 'pingreq') connection.send({ type: 'pingresp' });
  }
}
