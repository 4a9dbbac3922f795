import type { ProtocolVersion } from '@skua/codec';
import { MARKER_TOPIC, type BrokerConnection } from './broker-connection.ts';
import type { AuthenticationRequest } from './client-adapter.ts';
import type { ClientTestContext } from './client-test-context.ts';
import type { ClientTest } from './client-test-definition.ts';

/** Bytes that a client must refuse. */
export interface HostileCase {
  /** Unique. */
  readonly name: string;
  readonly version: ProtocolVersion;
  readonly bytes: Uint8Array;
  /** The Reason Codes with which a client of 5.0 may say so, in DISCONNECT; any of an error when empty. */
  readonly reasonCodes: readonly number[];
  /** What the client says in CONNECT, where the case is about it. */
  readonly maximumPacketSize?: number | undefined;
}

/** When a hostile broker strikes. */
export type HostileMoment = 'instead of CONNACK' | 'after CONNACK' | 'in the middle';

/** All of them. */
export const HOSTILE_MOMENTS: readonly HostileMoment[] = ['instead of CONNACK', 'after CONNACK', 'in the middle'];

/**
 * A test in which the broker sends bytes that no client may take. The client passes when it ends the connection, says no
 * wrong reason, tells its program that and why the connection has ended but nothing of what the bytes say, and is as good
 * as new on the next connection. Whether it says a reason, and what it tells, is noted as a choice.
 */
export function hostileTest(
  { name, version, bytes, reasonCodes, maximumPacketSize }: HostileCase,
  moment: HostileMoment,
): ClientTest {
  return {
    id: `client/hostile/${name} ${moment}`,
    title: `${name} ${moment} ends the connection`,
    version,
    statements: [],
    mutants: [],
    run: async (test) => {
      const isAuth = (bytes[0] ?? 0) >> 4 === 15;
      const fields = {
        authentication: isAuth ? AUTHENTICATION : undefined,
        cleanStart: false,
        properties: { sessionExpiryInterval: 3600, ...(maximumPacketSize === undefined ? {} : { maximumPacketSize }) },
      };
      const { connection, attempt } = await test.open(fields);
      if (moment !== 'instead of CONNACK') {
        const properties = isAuth ? { authenticationMethod: AUTHENTICATION.method } : {};
        test.sendConnack(connection, { properties });
        // Without a pause the bytes may come together with the CONNACK.
        if (moment === 'in the middle') await begin(test, connection);
      }
      connection.sendBytes(bytes);
      const disconnect = await connection.expectClose();
      checkReason(test, disconnect?.reasonCode, moment === 'instead of CONNACK' ? [...reasonCodes, 0x82] : reasonCodes);
      await test.until(() => test.closes.length > 0 || attempt.state === 'refused');
      const told = test.closes.at(-1)?.error ?? attempt.error;
      test.check(told instanceof Error, 'the program is not told why the connection has ended');
      test.choice('what the program is told', told instanceof Error ? told.name : '');
      test.check(test.messages.length === 0, 'the program is told a message');
      if (isAuth) return;
      await (await test.reconnect(fields, { sessionPresent: false })).settle();
    },
  };
}

function checkReason(test: ClientTestContext, said: number | undefined, allowed: readonly number[]): void {
  if (test.version !== 5) return;
  test.choice('what the broker is told', said === undefined ? 'nothing' : 'a reason');
  const isAllowed = said === undefined || (said >= 0x80 && (allowed.length === 0 || allowed.includes(said)));
  test.check(
    isAllowed,
    `DISCONNECT says 0x${said?.toString(16)}; allowed: ${allowed.map((code) => `0x${code.toString(16)}`).join(', ')}`,
  );
}

/** Something of everything is under way. */
async function begin(test: ClientTestContext, connection: BrokerConnection): Promise<void> {
  await connection.settle();
  test.publish({ topicName: 'skua/a', qos: 1 });
  await connection.expect('publish');
  test.publish({ topicName: 'skua/a', qos: 2 });
  await connection.expect('publish');
  test.subscribe([{ topicFilter: 'skua/a', qos: 2 }]);
  await connection.expect('subscribe');
  test.deliver(connection, { qos: 2, packetIdentifier: 3, topicName: MARKER_TOPIC, payload: '' });
  await connection.expect('pubrec');
}

const AUTHENTICATION: AuthenticationRequest = {
  method: 'GULLS',
  start: () => new Uint8Array([1]),
  continue: () => new Uint8Array([2]),
};
