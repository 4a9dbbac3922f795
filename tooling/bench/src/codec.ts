// The codec beside mqtt-packet, in the same process and the same rounds: `pnpm --filter @skua/bench run bench:codec`.
//
// Both get the same chunk (a Buffer, as a socket gives it) and hand every packet to a listener or loop that looks at
// it. mqtt-packet's encoder is `generate`, which gives bytes as ours does. The rounds of both alternate, so that what
// the machine does meanwhile hits both. Figures are medians over the rounds, the ratio too: each round of ours is
// compared with the round of mqtt-packet that followed it.

import assert from 'node:assert/strict';
import { encodePacket, PacketReader, PublishTemplate, type Packet, type ProtocolVersion, type Role } from '@skua/codec';
import { generate, parser as createParser } from 'mqtt-packet';
import { codecCases, type CodecCase } from './codec-cases.ts';

const ROUNDS = 15;
const ROUND_MS = 60;
const COALESCED = 400;

interface Row {
  readonly name: string;
  readonly oursNs: number;
  readonly peerNs: number;
  /** How many times as long mqtt-packet takes. */
  readonly ratio: number;
  readonly floor: number;
}

let sink = 0;

const rows: Row[] = [];
for (const codecCase of codecCases) {
  rows.push(decodeRow(codecCase), encodeRow(codecCase));
}
rows.push(coalescedRow(codecCases[0]!));
print(rows);
printTemplate(codecCases[0]!);
const missed = rows.filter(({ ratio, floor }) => ratio < floor);
if (missed.length > 0) {
  console.log(`below the floor: ${missed.map(({ name }) => name).join('; ')}`);
  process.exitCode = 1;
}

function decodeRow({ name, version, role, ours }: CodecCase): Row {
  const chunk = toBuffer(encodePacket(ours, version));
  const decodeOurs = ourDecoder(chunk, role, version);
  const decodePeer = peerDecoder(chunk, version);
  const floor = version === 5 && ours.type === 'publish' ? 4 : 3;
  return measure(`decode ${name}`, decodeOurs, decodePeer, 1, floor);
}

function encodeRow({ name, version, ours, peer }: CodecCase): Row {
  const options = { protocolVersion: version };
  // The figures mean nothing if the two do not write the same bytes.
  assert.deepEqual(toBuffer(encodePacket(ours, version)), generate(peer, options));
  return measure(
    `encode ${name}`,
    () => void (sink += encodePacket(ours, version).length),
    () => void (sink += generate(peer, options).length),
    1,
    3,
  );
}

function coalescedRow({ version, role, ours }: CodecCase): Row {
  const one = encodePacket(ours, version);
  const chunk = Buffer.concat(Array.from({ length: COALESCED }, () => one));
  const name = `decode ${COALESCED} of them in one chunk, each`;
  return measure(name, ourDecoder(chunk, role, version), peerDecoder(chunk, version), COALESCED, 3);
}

function ourDecoder(chunk: Uint8Array, role: Role, protocolVersion: ProtocolVersion): () => void {
  const reader = new PacketReader({ role, protocolVersion });
  return () => {
    reader.push(chunk);
    for (let packet: Packet | undefined; (packet = reader.next()) !== undefined;) sink += packet.type.length;
  };
}

function peerDecoder(chunk: Buffer, protocolVersion: ProtocolVersion): () => void {
  const parser = createParser({ protocolVersion });
  parser.on('packet', (packet) => void (sink += packet.cmd.length));
  parser.on('error', (error) => {
    throw error;
  });
  return () => void parser.parse(chunk);
}

/** Times both in turn; `packets` is how many packets one call handles. */
function measure(name: string, ours: () => void, peer: () => void, packets: number, floor: number): Row {
  const oursRounds: number[] = [];
  const peerRounds: number[] = [];
  round(ours);
  round(peer);
  for (let i = 0; i < ROUNDS; i++) {
    oursRounds.push(round(ours));
    peerRounds.push(round(peer));
  }
  const ratios = oursRounds.map((oursNs, i) => (peerRounds[i] ?? 0) / oursNs);
  const oursNs = median(oursRounds) / packets;
  return { name, oursNs, peerNs: median(peerRounds) / packets, ratio: median(ratios), floor };
}

/** Nanoseconds a call, over about {@link ROUND_MS}. */
function round(call: () => void): number {
  const start = process.hrtime.bigint();
  const end = start + BigInt(ROUND_MS) * 1_000_000n;
  let calls = 0;
  let now = start;
  do {
    for (let i = 0; i < 200; i++) call();
    calls += 200;
    now = process.hrtime.bigint();
  } while (now < end);
  return Number(now - start) / calls;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function print(table: readonly Row[]): void {
  console.log(`@skua/codec beside mqtt-packet 9.0.2, Node ${process.version}, median of ${ROUNDS} rounds each\n`);
  console.log(
    `${''.padEnd(42)}${'skua'.padStart(9)}${'mqtt-packet'.padStart(14)}${'ratio'.padStart(9)}${'floor'.padStart(8)}`,
  );
  for (const { name, oursNs, peerNs, ratio, floor } of table) {
    console.log(
      `${name.padEnd(42)}${`${oursNs.toFixed(0)} ns`.padStart(9)}${`${peerNs.toFixed(0)} ns`.padStart(14)}${ratio.toFixed(1).padStart(9)}${String(floor).padStart(8)}`,
    );
  }
}

/** What a fan-out pays for each receiver: no peer has this, so there is no ratio. */
function printTemplate({ version, ours }: CodecCase): void {
  if (ours.type !== 'publish') return;
  const template = new PublishTemplate(ours, version, 1, false);
  let identifier = 0;
  const stamp = (): void => {
    identifier = (identifier % 0xffff) + 1;
    template.stamp(identifier, false);
    sink += template.head[1]!;
  };
  const make = (): void => void (sink += new PublishTemplate(ours, version, 1, false).length);
  round(stamp);
  round(make);
  console.log(`\nPublishTemplate: make ${round(make).toFixed(0)} ns, stamp ${round(stamp).toFixed(1)} ns`);
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
