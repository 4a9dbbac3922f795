import { encodePacket, PacketReader, type EncodablePacket, type Packet, type ProtocolVersion } from '@skua/codec';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameScanner, type FrameHandler } from './frame-scanner.ts';
import { readStampField, STAMP_BYTES, writeStamp } from './payload-stamp.ts';

/** Writes down what it is told. */
class Recorder implements FrameHandler {
  readonly events: unknown[] = [];

  handlePublish(...fields: readonly number[]): void {
    this.events.push(['publish', ...fields]);
  }

  handleAcknowledgement(...fields: readonly number[]): void {
    this.events.push(['acknowledgement', ...fields]);
  }

  handleConnack(reasonCode: number): void {
    this.events.push(['connack', reasonCode]);
  }

  handleFailure(reason: string): void {
    this.events.push(['failure', reason]);
  }
}

const UINT32 = fc.nat({ max: 0xffffffff });
const IDENTIFIER = fc.integer({ min: 1, max: 65_535 });
const PUBLISH = fc
  .record({
    qos: fc.constantFrom(0, 1, 2),
    identifier: IDENTIFIER,
    topicName: fc.constantFrom('a', 'bench/0/value', 'x'.repeat(200)),
    stamp: fc.tuple(UINT32, UINT32, UINT32),
    more: fc.oneof(fc.nat({ max: 60 }), fc.constantFrom(100, 2_000, 20_000)),
    contentType: fc.option(fc.constantFrom('text', 'y'.repeat(150)), { nil: undefined }),
  })
  .map(({ qos, identifier, topicName, stamp, more, contentType }): EncodablePacket => {
    const payload = new Uint8Array(STAMP_BYTES + more);
    writeStamp(payload, 0, ...stamp);
    return {
      type: 'publish',
      dup: false,
      qos,
      retain: false,
      topicName,
      packetIdentifier: qos === 0 ? 0 : identifier,
      payload,
      properties: contentType === undefined ? {} : { contentType },
    };
  });
const ACKNOWLEDGEMENT = fc
  .record({ type: fc.constantFrom('puback', 'pubrec', 'pubrel', 'pubcomp'), packetIdentifier: IDENTIFIER })
  .map(({ type, packetIdentifier }): EncodablePacket => ({ type, packetIdentifier, reasonCode: 0, properties: {} }));
const OTHER = fc.constantFrom<EncodablePacket>(
  { type: 'connack', sessionPresent: false, reasonCode: 0, properties: {} },
  { type: 'suback', packetIdentifier: 7, reasonCodes: [0, 1], properties: {} },
  { type: 'pingresp' },
);
const PACKETS = fc.array(fc.oneof({ weight: 3, arbitrary: PUBLISH }, ACKNOWLEDGEMENT, OTHER), { maxLength: 8 });

it('finds what the decoder finds, wherever the chunks end', () => {
  fc.assert(
    fc.property(
      PACKETS,
      fc.constantFrom<ProtocolVersion>(4, 5),
      fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5_000 })), { minLength: 1 }),
      (packets, version, cuts) => {
        const bytes = Buffer.concat(packets.map((packet) => encodePacket(packet, version)));
        const recorder = new Recorder();
        const scanner = new FrameScanner(recorder, { hasProperties: version === 5 });
        // One buffer for all chunks, as for all sockets: what is still needed must have been copied.
        const shared = new Uint8Array(bytes.length + 8);
        for (let position = 0, i = 0; position < bytes.length; i++) {
          const chunk = bytes.subarray(position, position + (cuts[i % cuts.length] ?? 1));
          shared.fill(0xff);
          shared.set(chunk, 3);
          scanner.scan(shared, 3, 3 + chunk.length);
          position += chunk.length;
        }
        expect(recorder.events).toEqual(decoded(bytes, version));
      },
    ),
    { numRuns: 300 },
  );
});

it('reports a DISCONNECT and what no server sends', () => {
  const recorder = new Recorder();
  const scanner = new FrameScanner(recorder, { hasProperties: true });
  scanner.scan(Uint8Array.of(0xe0, 2, 0x8e, 0, 0x10, 0), 0, 6);
  expect(recorder.events).toEqual([
    ['failure', 'DISCONNECT with 0x8e'],
    ['failure', 'a packet of type 1'],
  ]);
});

function decoded(bytes: Uint8Array, version: ProtocolVersion): unknown[] {
  const reader = new PacketReader({ role: 'client', protocolVersion: version });
  reader.push(bytes);
  const events: unknown[] = [];
  for (let packet = reader.next(); packet !== undefined; packet = reader.next()) {
    const event = eventOf(packet, version);
    if (event !== undefined) events.push(event);
  }
  return events;
}

function eventOf(packet: Packet, version: ProtocolVersion): readonly unknown[] | undefined {
  if (packet.type === 'publish') {
    const fields = [0, 4, 8].map((offset) => readStampField(packet.payload, offset));
    return ['publish', ...fields, packet.qos, packet.packetIdentifier, encodePacket(packet, version).length];
  }
  if (packet.type === 'connack') return ['connack', packet.reasonCode];
  const type = TYPES.get(packet.type);
  return type === undefined || !('packetIdentifier' in packet)
    ? undefined
    : ['acknowledgement', type, packet.packetIdentifier];
}

const TYPES = new Map<string, number>([
  ['puback', 4],
  ['pubrec', 5],
  ['pubrel', 6],
  ['pubcomp', 7],
  ['suback', 9],
]);
