// Run in headless Chromium by vitest.browser.config.ts: the codec needs nothing that only Node.js has.
import { describe, expect, test } from 'vitest';
import { encodePacket, MalformedPacketError, PacketReader, type EncodablePacket, type Packet } from '../src/index.ts';

const inBrowser = 'document' in globalThis;
const inBrowserOnly = test.skipIf(!inBrowser);

const VERSIONS = [3, 4, 5] as const;
const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

const CONNECT: EncodablePacket = {
  type: 'connect',
  protocolVersion: 5,
  cleanStart: true,
  keepAlive: 60,
  clientIdentifier: 'täst-🐦',
  properties: {},
};
const PUBLISH: EncodablePacket = {
  type: 'publish',
  dup: false,
  qos: 1,
  retain: true,
  topicName: 'räume/küche/🌡',
  packetIdentifier: 0x1234,
  payload: new Uint8Array(1000).fill(0xa5),
  properties: {},
};

function readAll(reader: PacketReader, chunk: Uint8Array): readonly Packet[] {
  const packets: Packet[] = [];
  reader.push(chunk);
  for (let packet = reader.next(); packet !== undefined; packet = reader.next()) packets.push(packet);
  return packets;
}

describe(inBrowser ? 'in a browser' : 'in a browser: Chromium is not installed', () => {
  inBrowserOnly('there is no Buffer to lean on', () => {
    expect('Buffer' in globalThis).toBe(false);
  });

  inBrowserOnly.each(VERSIONS)('version %i: packets come back as they went, at every chunk size', (protocolVersion) => {
    const connect = { ...CONNECT, protocolVersion };
    const stream = [connect, PUBLISH].map((packet) => encodePacket(packet, protocolVersion));
    const joined = bytes(...stream.flatMap((frame) => [...frame]));
    for (const size of [1, 7, joined.length]) {
      const reader = new PacketReader({ role: 'server' });
      const packets: Packet[] = [];
      for (let start = 0; start < joined.length; start += size) {
        packets.push(...readAll(reader, joined.slice(start, start + size)));
      }
      expect(packets).toMatchObject([connect, PUBLISH]);
    }
  });

  inBrowserOnly('ill-formed UTF-8 is refused', () => {
    const reader = new PacketReader({ role: 'server', protocolVersion: 5 });
    reader.push(bytes(0x30, 0x04, 0x00, 0x01, 0xff, 0x00));
    expect(() => reader.next()).toThrow(MalformedPacketError);
  });
});
