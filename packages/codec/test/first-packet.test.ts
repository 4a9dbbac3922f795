import { describe, expect, test } from 'vitest';
import { encodePacket, PacketReader } from '../src/index.ts';
import { attempt, joined } from './read-all.ts';

const CONNECTS = {
  3: '100f00064d5149736470 03 02 003c 00016b',
  4: '100d00044d515454 04 02 003c 00016b',
  5: '100e00044d515454 05 02 003c 00 00016b',
} as const;

describe('a server that does not know the version yet', () => {
  test.each([3, 4, 5] as const)('learns version %i from CONNECT and reads what follows by it', (version) => {
    const reader = new PacketReader({ role: 'server' });
    const disconnect = encodePacket({ type: 'disconnect', reasonCode: 0, properties: {} }, version);
    const puback = encodePacket(
      { type: 'puback', packetIdentifier: 7, reasonCode: version === 5 ? 0x87 : 0, properties: {} },
      version,
    );
    reader.push(joined(bytes(CONNECTS[version]), puback, disconnect));
    const connect = reader.next();
    expect(connect?.type === 'connect' && connect.protocolVersion).toBe(version);
    expect(reader.protocolVersion).toBe(version);
    expect(reader.next()).toMatchObject({ type: 'puback', packetIdentifier: 7, reasonCode: version === 5 ? 0x87 : 0 });
    expect(reader.next()?.type).toBe('disconnect');
    expect(reader.next()).toBeUndefined();
  });

  // [MQTT-3.1.0-1]
  test.each(['c000', '300400016161', '40020001', '8206000100016100', 'e000', 'f000'])(
    'refuses %s before CONNECT',
    (hex) => {
      const reader = new PacketReader({ role: 'server' });
      const failed = attempt(() => {
        reader.push(bytes(hex));
        reader.next();
      });
      expect(failed).toMatch(/^(ProtocolError 130|MalformedPacketError 129) (v3 )?MQTT-3\.1\.0-1 /);
    },
  );

  test('reads AUTH by 5.0 and refuses it after a CONNECT of 3.1.1', () => {
    const reader = new PacketReader({ role: 'server' });
    reader.push(bytes(`${CONNECTS[4]} f000`));
    expect(reader.next()?.type).toBe('connect');
    expect(attempt(() => reader.next())).toMatch(/^(ProtocolError|MalformedPacketError) /);
  });
});

function bytes(hex: string): Uint8Array {
  const digits = hex.replaceAll(' ', '').match(/../g) ?? [];
  return Uint8Array.from(digits, (pair) => Number.parseInt(pair, 16));
}
