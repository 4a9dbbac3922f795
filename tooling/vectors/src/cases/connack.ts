import { frame, type Bytes } from '../bytes.ts';
import { CaseList, type CaseContext } from '../case-list.ts';
import { malformed, optional, refused, UNPARSABLE, VIOLATION } from '../fault.ts';
import type { VectorPacket, VectorVersion } from '../vector.ts';

/** CONNACK: flags, Session Present, return codes of 3.1.1 (section 3.2). Reason codes of 5.0 are with the others. */
export function connackCases(): CaseList {
  const list = new CaseList('connack');
  for (const version of [3, 4, 5] as const) {
    acknowledgeFlags(list, version);
    list.invalid(
      'trailing-byte',
      at(version, '3.2.3'),
      frame(0x20, [0, 0], version === 5 ? [0] : [], [0]),
      version === 5 ? malformed(UNPARSABLE) : refused(VIOLATION),
    );
  }
  returnCodes(list);
  list.invalid(
    'authentication-data-without-method',
    at(5, '3.2.2.3.18'),
    frame(0x20, [0, 0, 4, 0x16, 0, 1, 7]),
    optional(
      refused(['MQTT-4.12.0-6', 'MQTT-4.12.0-5', 'U-3.1.2.11.10-1', ...UNPARSABLE]),
      connack(false, 0, { authenticationData: '07' }),
    ),
  );
  return list;
}

function at(version: VectorVersion, section: string): CaseContext {
  return { version, role: 'client', section };
}

function connack(
  sessionPresent: boolean,
  reasonCode: number,
  properties: VectorPacket['properties'] = {},
): VectorPacket {
  return { type: 'connack', sessionPresent, reasonCode, properties };
}

function bytes(version: VectorVersion, flags: number, code: number): Bytes {
  return frame(0x20, [flags, code], version === 5 ? [0] : []);
}

function acknowledgeFlags(list: CaseList, version: VectorVersion): void {
  list.valid('session-present-0', at(version, '3.2.2.1'), bytes(version, 0, 0), connack(false, 0));
  for (const flags of [0x02, 0x03, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x81, 0xfe, 0xff]) {
    const name = `flags-${flags.toString(2).padStart(8, '0')}`;
    if (version === 5) {
      list.invalid(name, at(5, '3.2.2.1'), bytes(5, flags, 0), refused(['MQTT-3.2.2-1']));
    } else if (version === 4) {
      list.invalid(name, at(4, '3.2.2.1'), bytes(4, flags, 0), refused(['v3 U-3.2.2.1-1', ...VIOLATION]));
    } else {
      // In 3.1 the whole byte is "reserved, not used".
      list.invalid(
        name,
        at(3, '3.2.2.1'),
        bytes(3, flags, 0),
        optional(refused(['v3 U-3.2.2.1-1', ...VIOLATION]), connack(false, 0)),
      );
    }
  }
  if (version === 3) {
    const fault = refused(['v3 U-3.2.2.1-1', ...VIOLATION]);
    list.invalid('session-present-1', at(3, '3.2.2.2'), bytes(3, 1, 0), {
      outcomes: [{ packet: connack(true, 0) }, { packet: connack(false, 0) }, ...fault.outcomes],
      statements: fault.statements,
    });
  } else {
    list.valid(
      'session-present-1',
      at(version, version === 5 ? '3.2.2.1.1' : '3.2.2.2'),
      bytes(version, 1, 0),
      connack(true, 0),
    );
  }
  if (version === 5) {
    list.invalid('session-present-1-refused', at(5, '3.2.2.1.1'), bytes(5, 1, 0x87), refused(['MQTT-3.2.2-6']));
  }
  if (version === 4) {
    list.invalid(
      'session-present-1-refused',
      at(4, '3.2.2.2'),
      bytes(4, 1, 5),
      refused(['v3 MQTT-3.2.2-4', ...VIOLATION]),
    );
  }
}

/** The return codes of 3.1.1 become the Reason Codes of 5.0 that mean the same. */
function returnCodes(list: CaseList): void {
  const meaning = [0x00, 0x84, 0x85, 0x88, 0x86, 0x87];
  for (const version of [3, 4] as const) {
    for (const [code, reasonCode] of meaning.entries()) {
      list.valid(`return-code-${code}`, at(version, '3.2.2.3'), bytes(version, 0, code), connack(false, reasonCode));
    }
    for (const code of [6, 7, 0x7f, 0x80, 0x84, 0x87, 0xff]) {
      list.invalid(
        `return-code-${code}-reserved`,
        at(version, '3.2.2.3'),
        bytes(version, 0, code),
        refused(['v3 MQTT-3.2.2-6', ...VIOLATION]),
      );
    }
  }
}
