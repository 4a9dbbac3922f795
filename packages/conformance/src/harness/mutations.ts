import { encodePacket, PacketReader, type EncodablePacket, type Packet, type PacketType } from '@skua/codec';
import type { StatementId } from '../statements/statement.ts';
import type { Mutant, MutantConnection, MutantFilter } from './mutant.ts';
import { isPacketOf, type PacketOf } from './raw-client.ts';

/** A mutant made of a filter without memory. */
export function mutant(name: string, breaks: readonly StatementId[], filter: MutantFilter): Mutant {
  return { name, breaks, create: () => filter };
}

/** A mutant whose filter remembers: `create` is called once for each test run. */
export function statefulMutant(name: string, breaks: readonly StatementId[], create: () => MutantFilter): Mutant {
  return { name, breaks, create };
}

/** The broker never gets frames for which `isVictim` holds, so it cannot react to them. */
export function ignores(
  what: string,
  breaks: readonly StatementId[],
  isVictim: (frame: Uint8Array, connection: MutantConnection) => boolean,
): Mutant {
  return mutant(`ignores ${what}`, breaks, {
    fromClient: (frame, connection) => (isVictim(frame, connection) ? [] : [frame]),
  });
}

/** The broker never closes a connection, and never says DISCONNECT. */
export function neverCloses(breaks: readonly StatementId[]): Mutant {
  return mutant('never closes a connection', breaks, {
    fromBroker: (frame) => (packetTypeOf(frame) === 'disconnect' ? [] : [frame]),
    brokerClosed: () => false,
  });
}

/** Whatever claims to be a CONNECT is replaced by a right one, so that the broker accepts it. */
export function acceptsAnyConnect(breaks: readonly StatementId[]): Mutant {
  return mutant('takes anything for a valid CONNECT', breaks, {
    fromClient: (frame, { index, version }) => {
      if (packetTypeOf(frame) !== 'connect') return [frame];
      const clientIdentifier = `lenient${index}`;
      return [
        encodePacket(
          {
            type: 'connect',
            protocolVersion: version,
            cleanStart: true,
            keepAlive: 0,
            clientIdentifier,
            properties: {},
          },
          version,
        ),
      ];
    },
  });
}

/** Packets of one type from the broker are changed before the client sees them; undefined loses the packet. */
export function changesSent<Type extends PacketType>(
  name: string,
  breaks: readonly StatementId[],
  type: Type,
  change: (packet: PacketOf<Type>, connection: MutantConnection) => EncodablePacket | undefined,
): Mutant {
  return mutant(name, breaks, { fromBroker: changing(type, 'client', change) });
}

/** Packets of one type from the client are changed before the broker sees them; undefined loses the packet. */
export function changesReceived<Type extends PacketType>(
  name: string,
  breaks: readonly StatementId[],
  type: Type,
  change: (packet: PacketOf<Type>, connection: MutantConnection) => EncodablePacket | undefined,
): Mutant {
  return mutant(name, breaks, { fromClient: changing(type, 'server', change) });
}

/** Packets of one type from the broker are written anew, byte by byte, which allows what no encoder would write. */
export function rewritesSent(
  name: string,
  breaks: readonly StatementId[],
  type: PacketType,
  rewrite: (body: Uint8Array, firstByte: number) => Uint8Array,
): Mutant {
  return mutant(name, breaks, {
    fromBroker: (sent) => {
      if (packetTypeOf(sent) !== type) return [sent];
      let lengthEnd = 1;
      while ((sent[lengthEnd] ?? 0) >= 0x80) lengthEnd += 1;
      return [rewrite(sent.subarray(lengthEnd + 1), sent[0] ?? 0)];
    },
  });
}

/** The packet type of a frame by its first byte, undefined for the reserved type 0. */
export function packetTypeOf(frame: Uint8Array): PacketType | undefined {
  return PACKET_TYPES[(frame[0] ?? 0) >> 4];
}

/** Reads one frame, undefined when it is not valid. */
export function decodeFrame(
  frame: Uint8Array,
  role: 'client' | 'server',
  connection: MutantConnection,
): Packet | undefined {
  try {
    const reader = new PacketReader({ role, protocolVersion: connection.version });
    reader.push(frame);
    return reader.next();
  } catch {
    return undefined;
  }
}

function changing<Type extends PacketType>(
  type: Type,
  reader: 'client' | 'server',
  change: (packet: PacketOf<Type>, connection: MutantConnection) => EncodablePacket | undefined,
): (frame: Uint8Array, connection: MutantConnection) => readonly Uint8Array[] {
  return (frame, connection) => {
    if (packetTypeOf(frame) !== type) return [frame];
    const packet = decodeFrame(frame, reader, connection);
    if (packet === undefined || !isPacketOf(packet, type)) return [frame];
    const changed = change(packet, connection);
    return changed === undefined ? [] : [encodePacket(changed, connection.version)];
  };
}

const PACKET_TYPES: readonly (PacketType | undefined)[] = [
  undefined,
  'connect',
  'connack',
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'subscribe',
  'suback',
  'unsubscribe',
  'unsuback',
  'pingreq',
  'pingresp',
  'disconnect',
  'auth',
];
