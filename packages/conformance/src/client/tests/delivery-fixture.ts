import type { Packet } from '@skua/codec';
import { packetTypeOf } from '../../harness/mutations.ts';
import type { BrokerConnection } from '../broker-connection.ts';
import type { ClientMutantFilter } from '../client-mutant.ts';
import type { ClientTestContext, DeliverFields } from '../client-test-context.ts';

/** A payload as text. */
export function textOf({ payload }: { readonly payload: Uint8Array }): string {
  return new TextDecoder().decode(payload);
}

/** Answers what a client sends as a broker does; what needs no answer gets none. */
export function acknowledge(connection: BrokerConnection, packet: Packet): void {
  if (packet.type === 'publish' && packet.qos > 0) {
    const type = packet.qos === 1 ? 'puback' : 'pubrec';
    connection.send({ type, packetIdentifier: packet.packetIdentifier, reasonCode: 0, properties: {} });
  }
  if (packet.type === 'pubrel') {
    connection.send({ type: 'pubcomp', packetIdentifier: packet.packetIdentifier, reasonCode: 0, properties: {} });
  }
}

/** Sends a message at QoS 2 and completes its handshake: only then must every client have told its program. */
export async function deliverQos2(
  test: ClientTestContext,
  connection: BrokerConnection,
  fields: DeliverFields & { readonly packetIdentifier: number },
): Promise<void> {
  const { packetIdentifier } = fields;
  const isIt = (packet: { readonly packetIdentifier: number }): boolean => packet.packetIdentifier === packetIdentifier;
  test.deliver(connection, { ...fields, qos: 2 });
  await connection.expectAmong('pubrec', isIt);
  connection.send({ type: 'pubrel', packetIdentifier, reasonCode: 0, properties: {} });
  await connection.expectAmong('pubcomp', isIt);
}

/** Everything that a client sends, each packet answered as a broker does, until it has nothing more to say. */
export async function takeAll(connection: BrokerConnection): Promise<Packet[]> {
  const all: Packet[] = [];
  for (let quiet = 0, rounds = 0; quiet < 2 && rounds < ROUNDS_MAX; rounds += 1) {
    const packets = await connection.settle();
    quiet = packets.length === 0 ? quiet + 1 : 0;
    all.push(...packets);
    for (const packet of packets) acknowledge(connection, packet);
  }
  return all;
}

/** A filter that swaps the first two packets of a type, on one connection. */
export function swapsFirstTwo(type: string, index: number): ClientMutantFilter {
  let held: Uint8Array | undefined;
  let swapped = false;
  return {
    fromClient: (sent, connection) => {
      if (swapped || connection.index !== index || packetTypeOf(sent) !== type) return [sent];
      if (held === undefined) {
        held = sent.slice();
        return [];
      }
      swapped = true;
      return [sent, held];
    },
  };
}

/** No script of the kit takes as many. */
const ROUNDS_MAX = 20;
