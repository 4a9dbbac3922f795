import { changesReceived, changesSent, neverCloses, statefulMutant, packetTypeOf } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { scramClient } from '../../wire/scram-sha-256.ts';
import { beginAgain, connectByScram, proof, SCRAM } from './scram-fixture.ts';

/** Section 4.12.1 of 5.0. */
export const REAUTHENTICATION_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'authentication/again',
    title: 'A client may prove itself again; every AUTH of that names the method of CONNECT',
    statements: ['MQTT-4.12.0-5', 'MQTT-3.15.2-1'],
    profile: 'scram',
    run: async (test) => {
      const { client } = await connectByScram(test, 'alice');
      const exchange = await beginAgain(test, client);
      test.checkEqual(exchange.auth.reasonCode, 0x18, 'Reason Code of the challenge');
      test.checkEqual(exchange.auth.properties.authenticationMethod, SCRAM, 'method of the challenge');
      client.send(await proof(exchange));
      const last = await client.expect('auth');
      test.checkEqual(last.reasonCode, 0, 'Reason Code of the last AUTH');
      // Section 3.15.2.1 lets a Success be as short as it can, which leaves no room for a method.
      const method = last.properties.authenticationMethod;
      test.choice('the last AUTH', method === undefined ? 'has no properties' : 'names the method');
      if (method !== undefined) test.checkEqual(method, SCRAM, 'method of the last AUTH');
      await client.expectNothing();
    },
    mutants: [
      statefulMutant('names another method in the second exchange', ['MQTT-4.12.0-5'], () => {
        let connected = false;
        const renames = changesSent('', [], 'auth', (packet) => ({
          ...packet,
          properties: { ...packet.properties, authenticationMethod: 'SCRAM-SHA-1' },
        })).create();
        return {
          fromBroker: (sent, connection) => {
            if (packetTypeOf(sent) === 'connack') connected = true;
            return connected ? (renames.fromBroker?.(sent, connection) ?? []) : [sent];
          },
        };
      }),
      changesSent('never comes to an end', ['MQTT-3.15.2-1'], 'auth', (packet) => ({ ...packet, reasonCode: 0x18 })),
    ],
  }),
  defineTest({
    id: 'authentication/again-by-another-method',
    title: 'A re-authentication by another method than that of CONNECT ends the connection',
    statements: ['MQTT-4.12.1-1'],
    profile: 'scram',
    run: async (test) => {
      const { client } = await connectByScram(test, 'alice');
      const authenticationData = scramClient('skua', 'guillemot', test.clientIdentifier('again')).first;
      const properties = { authenticationMethod: 'SCRAM-SHA-1', authenticationData };
      client.send({ type: 'auth', reasonCode: 0x19, properties });
      const reasonCode = await client.expectClose();
      const answer = reasonCode === undefined ? 'bare close' : `DISCONNECT 0x${reasonCode.toString(16)}`;
      test.choice('re-authentication by another method', answer);
    },
    mutants: [
      neverCloses(['MQTT-4.12.1-1']),
      changesReceived('takes no notice of the method of AUTH', ['MQTT-4.12.1-1'], 'auth', (packet) => ({
        ...packet,
        properties: { ...packet.properties, authenticationMethod: SCRAM },
      })),
    ],
  }),
  defineTest({
    id: 'authentication/again-rejected',
    title: 'A client that cannot prove itself again loses its connection',
    statements: ['MQTT-4.12.1-2'],
    profile: 'scram',
    run: async (test) => {
      const { client } = await connectByScram(test, 'alice');
      const exchange = await beginAgain(test, client, 'razorbill');
      client.send(await proof(exchange));
      const reasonCode = await client.expectClose();
      const answer = reasonCode === undefined ? 'bare close' : `DISCONNECT 0x${reasonCode.toString(16)}`;
      test.choice('a wrong proof in a re-authentication', answer);
    },
    mutants: [
      neverCloses(['MQTT-4.12.1-2']),
      statefulMutant('takes a failed re-authentication for none', ['MQTT-4.12.1-2'], () => {
        let proofs = 0;
        return {
          fromClient: (received) => {
            if (packetTypeOf(received) === 'auth') proofs += 1;
            return packetTypeOf(received) === 'auth' && proofs === 3 ? [] : [received];
          },
        };
      }),
    ],
  }),
];
