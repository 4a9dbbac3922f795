import type { Packet } from '@skua/codec';
import { packetTypeOf } from '../../harness/mutations.ts';
import type { BrokerConnection } from '../broker-connection.ts';
import type { ClientMutantFilter } from '../client-mutant.ts';

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
