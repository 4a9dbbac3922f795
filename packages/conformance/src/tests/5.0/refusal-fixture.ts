import type { ConnackPacket } from '@skua/codec';
import type { RawClient } from '../../harness/raw-client.ts';
import type { ConnectFields, TestContext } from '../../harness/test-context.ts';
import { Inconclusive } from '../../harness/verdict.ts';

/** A client that was refused, and what it was told: nothing where the broker just closed. */
export interface Refusal {
  readonly client: RawClient;
  readonly connack: ConnackPacket | undefined;
}

/** Sends a well-formed CONNECT that no broker can accept, because its Authentication Method exists nowhere. */
export async function provokeRefusal(
  test: TestContext,
  name: string,
  properties: ConnectFields['properties'] = {},
): Promise<Refusal> {
  const client = await test.open(name);
  client.send(
    test.connectPacket(name, {
      cleanStart: false,
      properties: { ...properties, authenticationMethod: 'SKUA-UNKNOWN' },
    }),
  );
  const answer = await client.next();
  if (answer?.type === 'connack' && answer.reasonCode >= REFUSAL_MIN) return { client, connack: answer };
  if (answer === undefined && client.closed) return { client, connack: undefined };
  throw new Inconclusive('the broker does not refuse an unknown Authentication Method');
}

/** Reason Codes from here on are errors (section 2.4). */
const REFUSAL_MIN = 0x80;
