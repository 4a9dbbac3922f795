import { frame, u16, type Bytes } from '../bytes.ts';
import { CaseList, type CaseContext } from '../case-list.ts';
import { malformed, refused, UNPARSABLE, VIOLATION } from '../fault.ts';
import type { VectorPacket, VectorVersion } from '../vector.ts';

/** SUBACK and UNSUBACK: identifier, and the return codes of 3.1.1 (sections 3.9 and 3.11). */
export function subackCases(): CaseList {
  const list = new CaseList('suback');
  for (const version of [3, 4, 5] as const) {
    suback(list, version);
    unsuback(list, version);
  }
  return list;
}

function at(version: VectorVersion, section: string): CaseContext {
  return { version, role: 'client', section };
}

function bytes(
  version: VectorVersion,
  firstByte: number,
  packetIdentifier: number,
  ...codes: readonly number[]
): Bytes {
  return frame(firstByte, u16(packetIdentifier), version === 5 ? [0] : [], codes);
}

function packet(
  type: 'suback' | 'unsuback',
  packetIdentifier: number,
  ...reasonCodes: readonly number[]
): VectorPacket {
  return { type, packetIdentifier, reasonCodes, properties: {} };
}

const ZERO_5: readonly string[] = ['MQTT-2.2.1-6', 'MQTT-2.2.1-3'];
const ZERO_4: readonly string[] = ['v3 MQTT-2.3.1-7', 'v3 MQTT-2.3.1-1', ...VIOLATION];

function suback(list: CaseList, version: VectorVersion): void {
  for (const packetIdentifier of [1, 255, 256, 65_535]) {
    list.valid(
      `packet-identifier-${packetIdentifier}`,
      at(version, '3.9.2'),
      bytes(version, 0x90, packetIdentifier, 0),
      packet('suback', packetIdentifier, 0),
    );
  }
  list.invalid(
    'packet-identifier-0',
    at(version, '3.9.2'),
    bytes(version, 0x90, 0, 0),
    refused(version === 5 ? ZERO_5 : ZERO_4),
  );
  list.valid(
    'several-codes',
    at(version, '3.9.3'),
    bytes(version, 0x90, 10, 0, 2, 0x80, 1),
    packet('suback', 10, 0, 2, 0x80, 1),
  );
  const none =
    version === 5
      ? ['MQTT-3.8.4-6', 'MQTT-3.9.3-1', 'MQTT-3.9.3-2', ...UNPARSABLE]
      : ['v3 MQTT-3.8.4-5', 'v3 MQTT-3.9.3-1', 'v3 MQTT-3.9.3-2', ...VIOLATION];
  list.invalid('no-code', at(version, '3.9.3'), bytes(version, 0x90, 10), refused(none));
  if (version === 5) return;
  for (const code of [0, 1, 2, 0x80]) {
    // 3.1 knows only the three granted QoS levels.
    if (version === 4 || code !== 0x80) {
      list.valid(
        `return-code-${code}`,
        at(version, '3.9.3'),
        bytes(version, 0x90, 10, code),
        packet('suback', 10, code),
      );
    }
  }
  for (const code of [3, 4, 0x7f, 0x81, 0x83, 0x87, 0x8f, 0xff]) {
    if (version === 4) {
      list.invalid(
        `return-code-${code}-reserved`,
        at(4, '3.9.3'),
        bytes(4, 0x90, 10, code),
        refused(['v3 MQTT-3.9.3-2', ...VIOLATION]),
      );
    }
  }
}

function unsuback(list: CaseList, version: VectorVersion): void {
  const codes = version === 5 ? [0] : [];
  for (const packetIdentifier of [1, 255, 256, 65_535]) {
    list.valid(
      `unsuback/packet-identifier-${packetIdentifier}`,
      at(version, '3.11.2'),
      bytes(version, 0xb0, packetIdentifier, ...codes),
      packet('unsuback', packetIdentifier, ...codes),
    );
  }
  list.invalid(
    'unsuback/packet-identifier-0',
    at(version, '3.11.2'),
    bytes(version, 0xb0, 0, ...codes),
    refused(version === 5 ? ZERO_5 : ZERO_4),
  );
  if (version === 5) {
    list.valid(
      'unsuback/several-codes',
      at(5, '3.11.3'),
      bytes(5, 0xb0, 10, 0, 0x11, 0x87),
      packet('unsuback', 10, 0, 0x11, 0x87),
    );
    list.invalid(
      'unsuback/no-code',
      at(5, '3.11.3'),
      bytes(5, 0xb0, 10),
      refused(['MQTT-3.11.3-1', 'MQTT-3.11.3-2', ...UNPARSABLE]),
    );
    list.invalid(
      'unsuback/no-properties',
      at(5, '3.11.2'),
      frame(0xb0, u16(10)),
      malformed(['MQTT-2.2.2-1', ...UNPARSABLE]),
    );
  } else {
    list.invalid('unsuback/trailing-byte', at(version, '3.11.3'), bytes(version, 0xb0, 10, 0), refused(VIOLATION));
  }
}
