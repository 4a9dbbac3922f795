import { encodePacket, MqttError, PacketReader, ProtocolError, type EncodablePacket, type Packet } from '@skua/codec';
import { expect, test } from 'vitest';
import { fromHex, loadVectors, packetFromJson, packetToJson, toHex, type Outcome, type Vector } from '../src/index.ts';
import { KNOWN_FAILURES } from './known-failures.ts';

const vectors = loadVectors();

/** What the codec made of a vector, in the terms of the corpus. */
type Verdict =
  | { readonly packet: unknown }
  | { readonly error: string; readonly reasonCode: number; readonly statement: string | undefined };

function readerFor(vector: Vector): PacketReader {
  // A server learns the version from CONNECT; for every other packet the connection has told it already.
  const isConnect = vector.role === 'server' && vector.hex.startsWith('1');
  return new PacketReader({
    role: vector.role,
    protocolVersion: isConnect ? undefined : vector.version,
    maximumPacketSize: vector.maximumPacketSize,
  });
}

function verdictOf(vector: Vector): Verdict {
  const result = resultOf(vector);
  if (!(result instanceof MqttError)) return { packet: packetToJson(result ?? null) };
  const name = result instanceof ProtocolError ? 'ProtocolError' : 'MalformedPacket';
  return { error: name, reasonCode: result.reasonCode, statement: result.statement };
}

function resultOf(vector: Vector): Packet | MqttError | undefined {
  const reader = readerFor(vector);
  try {
    reader.push(fromHex(vector.hex));
    return reader.next();
  } catch (error) {
    if (!(error instanceof MqttError)) throw new Error(`${vector.name} threw ${String(error)}`, { cause: error });
    return error;
  }
}

function agrees(outcome: Outcome, verdict: Verdict): boolean {
  if ('packet' in outcome) {
    return 'packet' in verdict && expectEqual(verdict.packet, outcome.packet);
  }
  return 'error' in verdict && verdict.error === outcome.error && outcome.reasonCodes.includes(verdict.reasonCode);
}

function expectEqual(actual: unknown, expected: unknown): boolean {
  try {
    expect(actual).toEqual(expected);
    return true;
  } catch {
    return false;
  }
}

test('the codec makes of every vector what the specification allows, and cites a statement that fits', () => {
  const failures = new Map<string, string>();
  for (const vector of vectors) {
    const verdict = verdictOf(vector);
    const agreed = vector.expect.some((outcome) => agrees(outcome, verdict));
    const cited = 'packet' in verdict || vector.statements.includes(verdict.statement ?? 'none');
    if (!agreed || !cited) failures.set(vector.name, report(vector, verdict));
  }
  const unknown = [...failures].filter(([name]) => !KNOWN_FAILURES.some(({ vector }) => vector.test(name)));
  expect(
    unknown.map(([, text]) => text),
    `${unknown.length} of ${vectors.length} vectors`,
  ).toEqual([]);
  const stale = KNOWN_FAILURES.filter(({ vector }) => ![...failures.keys()].some((name) => vector.test(name)));
  expect(stale, 'known failures that are none any more').toEqual([]);
});

test('the codec says at which byte of the packet the offending field starts', () => {
  for (const vector of vectors) {
    const result = resultOf(vector);
    if (!(result instanceof MqttError)) continue;
    const offset = result.byteOffset ?? -1;
    if (!Number.isInteger(offset) || offset < 0 || offset > vector.hex.length / 2) {
      expect(offset, `${vector.name} ${vector.hex}`).toBeUndefined();
    }
    const first = FIRST_OFFSETS.find(({ name }) => name.test(vector.name));
    if (first !== undefined) expect(offset, vector.name).toBe(first.offset);
  }
});

/** Where it is plain from the name of a vector which field is wrong. */
const FIRST_OFFSETS: readonly { readonly name: RegExp; readonly offset: number }[] = [
  { name: /^fixed-header\/v\d\/(flags|type-0|wrong-side)\//, offset: 0 },
  { name: /^publish\/v\d\/flags-/, offset: 0 },
  { name: /^fixed-header\/v\d\/(remaining-length|too-large)\//, offset: 1 },
  { name: /^acknowledgement\/v\d\/\w+\/packet-identifier-0\//, offset: 2 },
  { name: /^connack\/v\d\/flags-/, offset: 2 },
  { name: /^connect\/v\d\/protocol-name-(?!mqtt$|mqisdp$)/, offset: 2 },
  { name: /^connect\/v[45]\/protocol-version-/, offset: 8 },
  { name: /^connect\/v[45]\/flags-/, offset: 9 },
  { name: /^publish\/v\d\/topic-(wildcard|empty)/, offset: 2 },
];

test('the codec encodes every canonical packet to the bytes of the vector', () => {
  const mismatches: string[] = [];
  const canonical = vectors.filter((vector) => vector.canonical === true);
  for (const vector of canonical) {
    const outcome = vector.expect[0];
    if (outcome === undefined || !('packet' in outcome))
      throw new Error(`${vector.name} is canonical and has no packet`);
    const packet = packetFromJson(outcome.packet);
    assertEncodable(packet);
    const hex = encodedHex(packet, vector);
    if (hex !== vector.hex) mismatches.push(`${vector.name}\n  wanted ${short(vector.hex)}\n  got    ${short(hex)}`);
  }
  expect(canonical.length).toBeGreaterThan(1000);
  expect(mismatches, `${mismatches.length} of ${canonical.length} canonical vectors`).toEqual([]);
});

/** The corpus is data: that its packets have the codec's shape is what this file finds out. */
function assertEncodable(packet: unknown): asserts packet is EncodablePacket {
  expect(packet).toHaveProperty('type');
}

function encodedHex(packet: EncodablePacket, vector: Vector): string {
  try {
    return toHex(encodePacket(packet, vector.version));
  } catch (error) {
    return String(error);
  }
}

function report(vector: Vector, verdict: Verdict): string {
  const lines = [
    `${vector.name} (${vector.role}, section ${vector.section})`,
    `  hex    ${short(vector.hex)}`,
    `  wanted ${vector.expect.map((outcome) => short(JSON.stringify(outcome))).join(' or ')}`,
  ];
  return [...lines, `  cites  ${vector.statements.join(', ')}`, `  got    ${short(JSON.stringify(verdict))}`].join(
    '\n',
  );
}

function short(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
