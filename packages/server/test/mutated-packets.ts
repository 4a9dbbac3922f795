import { encodePacket, type EncodablePacket, type ProtocolVersion } from '@skua/codec';
import { connect, publish, subscribe } from './packets.ts';

/** Numbers from 0 (included) to 1 (excluded); the same seed gives the same numbers. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What one hostile connection sends: a CONNECT, mostly a good one, and damaged packets behind it. */
export function hostileStream(random: () => number, packets: number, client: number): Uint8Array {
  const version = pick(random, [3, 4, 5] as const);
  const frames = validFrames(version);
  const connectFrame = encodePacket(
    connect({
      protocolVersion: version,
      clientIdentifier: `hostile-${client % 50}`,
      cleanStart: random() < 0.8,
      will: { topicName: 'hostile/will', payload: Uint8Array.of(1), qos: 1, retain: false, properties: {} },
    }),
    version,
  );
  const stream = [random() < 0.1 ? mutate(connectFrame, random) : connectFrame];
  for (let count = 0; count < packets; count += 1) stream.push(mutate(pick(random, frames), random));
  return Buffer.concat(stream);
}

/** Damages a frame in one to three ways, every second time behind the fixed header, so that many pass for whole packets. */
function mutate(frame: Uint8Array, random: () => number): Uint8Array {
  let bytes = [...frame];
  const below = (limit: number): number => Math.floor(random() * limit);
  for (let rounds = pick(random, [1, 1, 1, 2, 3]); rounds > 0; rounds -= 1) {
    const behindHeader = bytes.length > 2 && random() < 0.5;
    const at = behindHeader ? 2 + below(bytes.length - 2) : below(bytes.length);
    switch (below(behindHeader ? 3 : 8)) {
      case 0: // one bit
        bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
        break;
      case 1: // one byte
        bytes[at] = below(256);
        break;
      case 2: // a byte that is a limit somewhere
        bytes[at] = pick(random, [0, 1, 2, 0x7f, 0x80, 0xff]);
        break;
      case 3: // cut off
        bytes = bytes.slice(0, Math.max(1, at));
        break;
      case 4: // something inserted
        bytes.splice(at, 0, ...Array.from({ length: 1 + below(8) }, () => below(256)));
        break;
      case 5: // something left out
        bytes.splice(at, 1 + below(4));
        if (bytes.length === 0) bytes = [0];
        break;
      case 6: // another packet type or other flags
        bytes[0] = below(256);
        break;
      default: // another Remaining Length
        bytes.splice(1, 1, ...pick(random, [[0], [1], [0x7f], [0x80, 0x01], [0xff, 0x7f], [0xff, 0xff, 0xff, 0xff]]));
    }
  }
  return Uint8Array.from(bytes);
}

function pick<T>(random: () => number, values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

function validFrames(version: ProtocolVersion): Uint8Array[] {
  const acknowledgement = { packetIdentifier: 7, reasonCode: 0, properties: {} } as const;
  const five: EncodablePacket[] = [
    publish('hostile/alias', 'x', { properties: { topicAlias: 1, messageExpiryInterval: 60 } }),
    publish('', 'x', { properties: { topicAlias: 1 } }),
    publish('hostile/properties', 'x', {
      qos: 1,
      packetIdentifier: 9,
      properties: {
        payloadFormatIndicator: 1,
        contentType: 'text/plain',
        responseTopic: 'hostile/answers',
        correlationData: Uint8Array.of(1, 2, 3),
        userProperties: [['name', 'value']],
      },
    }),
    { ...subscribe('hostile/+/x', 1, 4), properties: { subscriptionIdentifier: 5, userProperties: [['a', 'b']] } },
    { type: 'disconnect', reasonCode: 4, properties: { sessionExpiryInterval: 0 } },
    { type: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'none' } },
  ];
  const all: EncodablePacket[] = [
    connect({ protocolVersion: version, clientIdentifier: 'second' }),
    publish('hostile/0', 'some payload'),
    publish('hostile/1', 'some payload', { qos: 1, packetIdentifier: 1, retain: true }),
    publish('hostile/2', 'some payload', { qos: 2, packetIdentifier: 2 }),
    { type: 'puback', ...acknowledgement },
    { type: 'pubrec', ...acknowledgement },
    { type: 'pubrel', ...acknowledgement, packetIdentifier: 2 },
    { type: 'pubcomp', ...acknowledgement },
    subscribe('hostile/#', 2, 3),
    subscribe('$share/group/hostile/+', 1, 4),
    { type: 'unsubscribe', packetIdentifier: 5, topicFilters: ['hostile/#', 'a/b'], properties: {} },
    { type: 'pingreq' },
    { type: 'disconnect', reasonCode: 0, properties: {} },
    ...(version === 5 ? five : []),
  ];
  return all.map((packet) => encodePacket(packet, version));
}
