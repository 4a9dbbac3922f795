import { encodePacket, type Packet } from '@skua/codec';
import { decodeFrame, statefulMutant } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import type { StatementId } from '../../statements/statement.ts';

/** How a {@link countsOtherwise | broker that counts otherwise} counts. */
export interface SendWindow {
  /** How many deliveries may be under way; the client's Receive Maximum unless given. */
  readonly size?: (receiveMaximum: number) => number;
  /** Whether an answer of the client makes room for another delivery; as section 4.9 says unless given. */
  readonly ends?: (answer: Packet) => boolean;
}

/** A broker with a send quota of its own: it takes whatever the client's Receive Maximum lets it for another one. */
export function countsOtherwise(name: string, breaks: readonly StatementId[], window: SendWindow): Mutant {
  const { size = (receiveMaximum: number) => receiveMaximum, ends = endsDelivery } = window;
  return statefulMutant(name, breaks, () => {
    const states = new Map<number, { quota: number; readonly held: Uint8Array[] }>();
    return {
      fromClient: (received, connection) => {
        const packet = decodeFrame(received, 'server', connection);
        if (packet?.type === 'connect') {
          const quota = size(packet.properties.receiveMaximum ?? 0xffff);
          states.set(connection.index, { quota, held: [] });
          return [encodePacket({ ...packet, properties: { ...packet.properties, receiveMaximum: undefined } }, 5)];
        }
        const state = states.get(connection.index);
        if (packet !== undefined && state !== undefined && ends(packet)) {
          const next = state.held.shift();
          if (next === undefined) state.quota += 1;
          else connection.sendToClient(next);
        }
        return [received];
      },
      fromBroker: (sent, connection) => {
        const state = states.get(connection.index);
        const packet = decodeFrame(sent, 'client', connection);
        if (packet?.type !== 'publish' || packet.qos === 0 || state === undefined) return [sent];
        if (state.quota > 0) {
          state.quota -= 1;
          return [sent];
        }
        state.held.push(sent);
        return [];
      },
    };
  });
}

/** Whether section 4.9 gives the quota back for an answer. */
export function endsDelivery(answer: Packet): boolean {
  return (
    answer.type === 'puback' || answer.type === 'pubcomp' || (answer.type === 'pubrec' && answer.reasonCode >= 0x80)
  );
}
