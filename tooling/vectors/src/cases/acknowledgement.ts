import { frame, join, str, u16 } from '../bytes.ts';
import { CaseList, type CaseContext } from '../case-list.ts';
import { malformed, refused, UNPARSABLE, VIOLATION } from '../fault.ts';
import type { VectorPacket } from '../vector.ts';

const PACKETS = [
  { type: 'puback', firstByte: 0x40, failure: 0x87, section: '3.4' },
  { type: 'pubrec', firstByte: 0x50, failure: 0x87, section: '3.5' },
  { type: 'pubrel', firstByte: 0x62, failure: 0x92, section: '3.6' },
  { type: 'pubcomp', firstByte: 0x70, failure: 0x92, section: '3.7' },
] as const;

/** PUBACK, PUBREC, PUBREL and PUBCOMP: the identifier and the three lengths that 5.0 allows (sections 3.4 to 3.7). */
export function acknowledgementCases(): CaseList {
  const list = new CaseList('acknowledgement');
  for (const { type, firstByte, failure, section } of PACKETS) {
    const packet = (fields: Partial<VectorPacket> = {}): VectorPacket => ({
      type,
      packetIdentifier: 10,
      reasonCode: 0,
      properties: {},
      ...fields,
    });
    for (const version of [3, 4, 5] as const) {
      for (const role of ['server', 'client'] as const) {
        const at: CaseContext = { version, role, section: `${section}.2` };
        for (const packetIdentifier of [1, 255, 256, 65_535]) {
          list.valid(
            `${type}/packet-identifier-${packetIdentifier}/${role}`,
            at,
            frame(firstByte, u16(packetIdentifier)),
            packet({ packetIdentifier }),
          );
        }
        const zero =
          version === 5
            ? ['MQTT-2.2.1-5', 'MQTT-2.2.1-3', 'MQTT-2.2.1-4']
            : ['v3 MQTT-2.3.1-6', 'v3 MQTT-2.3.1-1', ...VIOLATION];
        list.invalid(`${type}/packet-identifier-0/${role}`, at, frame(firstByte, u16(0)), refused(zero));
      }
      const at: CaseContext = { version, role: 'server', section: `${section}.2` };
      const cut = version === 5 ? malformed(UNPARSABLE) : refused(VIOLATION);
      list.invalid(`${type}/empty`, at, frame(firstByte), cut);
      list.invalid(`${type}/half-an-identifier`, at, frame(firstByte, [0]), cut);
      if (version !== 5) {
        list.invalid(`${type}/trailing-byte`, at, frame(firstByte, u16(10), [0]), cut);
        list.invalid(`${type}/trailing-properties`, at, frame(firstByte, u16(10), [0, 0]), cut);
      }
    }
    const at: CaseContext = { version: 5, role: 'server', section: `${section}.2.1` };
    list.valid(`${type}/reason-code-0-alone`, at, frame(firstByte, u16(10), [0]), packet(), { canonical: false });
    list.valid(`${type}/reason-code-0-no-properties`, at, frame(firstByte, u16(10), [0, 0]), packet(), {
      canonical: false,
    });
    list.valid(`${type}/failure-alone`, at, frame(firstByte, u16(10), [failure]), packet({ reasonCode: failure }));
    list.valid(
      `${type}/failure-no-properties`,
      at,
      frame(firstByte, u16(10), [failure, 0]),
      packet({ reasonCode: failure }),
      { canonical: false },
    );
    list.invalid(`${type}/trailing-byte`, at, frame(firstByte, u16(10), [0, 0, 0]), malformed(UNPARSABLE));
    list.invalid(
      `${type}/trailing-string`,
      at,
      frame(firstByte, u16(10), [failure, 0], str('x')),
      malformed(UNPARSABLE),
    );
    list.invalid(`${type}/properties-too-long`, at, frame(firstByte, u16(10), [0, 1]), malformed(UNPARSABLE));
    const short = join([0x1f], str('because'));
    list.invalid(
      `${type}/properties-too-short`,
      at,
      frame(firstByte, u16(10), [0, short.length - 1], short),
      malformed(['U-2.2.2.2-1', ...UNPARSABLE]),
    );
  }
  return list;
}
