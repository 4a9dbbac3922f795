import type { PacketType } from '@skua/codec';
import type { MutantConnection } from '../harness/mutant.ts';
import { mutant, packetTypeOf } from '../harness/mutations.ts';
import type { StatementId } from '../statements/statement.ts';
import type { ClientEvent } from './client-adapter.ts';
import type { ClientMutant, ClientMutantFilter } from './client-mutant.ts';

export { changesReceived as sends, changesSent as hears } from '../harness/mutations.ts';

/** A broken client whose filter remembers: `create` is called once for each test run. */
export function remembers(
  name: string,
  breaks: readonly StatementId[],
  create: () => ClientMutantFilter,
): ClientMutant {
  return { name, breaks, create };
}

/** Packets of one type are written anew, byte by byte, which allows what no encoder would write. */
export function writes(
  name: string,
  breaks: readonly StatementId[],
  type: PacketType,
  rewrite: (body: Uint8Array, firstByte: number, connection: MutantConnection) => Uint8Array,
): ClientMutant {
  return mutant(name, breaks, {
    fromClient: (sent, connection) => {
      if (packetTypeOf(sent) !== type) return [sent];
      return [rewrite(sent.subarray(bodyOffset(sent)), sent[0] ?? 0, connection)];
    },
  });
}

/** The client does not send packets for which `isVictim` holds. */
export function keepsBack(
  name: string,
  breaks: readonly StatementId[],
  isVictim: (frame: Uint8Array, connection: MutantConnection) => boolean,
): ClientMutant {
  return mutant(name, breaks, {
    fromClient: (sent, connection) => (isVictim(sent, connection) ? [] : [sent]),
  });
}

/** After packets of its own of one type the client sends others that it should not. */
export function adds(
  name: string,
  breaks: readonly StatementId[],
  after: PacketType,
  more: (frame: Uint8Array, connection: MutantConnection) => readonly Uint8Array[],
): ClientMutant {
  return mutant(name, breaks, {
    fromClient: (sent, connection) => (packetTypeOf(sent) === after ? [sent, ...more(sent, connection)] : [sent]),
  });
}

/** What the client tells its program is changed. */
export function tells(
  name: string,
  breaks: readonly StatementId[],
  change: (event: ClientEvent) => readonly ClientEvent[],
): ClientMutant {
  return { name, breaks, create: () => ({ reported: change }) };
}

/** Whatever happens, the client neither says DISCONNECT nor closes. */
export function staysOpen(breaks: readonly StatementId[]): ClientMutant {
  return {
    name: 'never closes a connection',
    breaks,
    create: () => ({
      fromClient: (sent) => (packetTypeOf(sent) === 'disconnect' ? [] : [sent]),
      clientClosed: () => false,
    }),
  };
}

/** Where the variable header of a frame begins. */
export function bodyOffset(frame: Uint8Array): number {
  let offset = 1;
  while ((frame[offset] ?? 0) >= 0x80) offset += 1;
  return offset + 1;
}
