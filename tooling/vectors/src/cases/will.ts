import { codePoints, properties } from '../bytes.ts';
import { CaseList, type CaseContext } from '../case-list.ts';
import { optional, refused, VIOLATION_CONNECT } from '../fault.ts';
import { connectBytes, connectPacket, willPacket } from './connect-bytes.ts';

/** The Will in a CONNECT payload: topic, payload and the format that it claims (sections 3.1.2.5 and 3.1.3.2). */
export function willCases(): CaseList {
  const list = new CaseList('will');
  for (const version of [3, 4, 5] as const) {
    const at: CaseContext = { version, role: 'server', section: '3.1.3.3' };
    for (const topic of ['/', 'a', 'a//b', '/a/', '$SYS/x', 'a b', 'ä/😀', '$share/g/a']) {
      list.valid(
        `topic-${codePoints(topic)}`,
        at,
        connectBytes(version, { flags: 0x06, will: { topic } }),
        connectPacket(version, willPacket({ topicName: topic })),
      );
    }
    const wildcard =
      version === 5 ? refused(['MQTT-4.7.0-1'], [0x90]) : refused(['v3 MQTT-4.7.1-1', ...VIOLATION_CONNECT], [0x90]);
    for (const [label, topic] of [
      ['plus', '+'],
      ['hash', '#'],
      ['level-plus', 'a/+/b'],
      ['level-hash', 'a/#'],
      ['inside-plus', 'a+b'],
      ['inside-hash', 'a#'],
    ] as const) {
      list.invalid(`topic-wildcard-${label}`, at, connectBytes(version, { flags: 0x06, will: { topic } }), wildcard);
    }
    const empty =
      version === 5 ? refused(['MQTT-4.7.3-1'], [0x90]) : refused(['v3 MQTT-4.7.3-1', ...VIOLATION_CONNECT], [0x90]);
    list.invalid('topic-empty', at, connectBytes(version, { flags: 0x06, will: { topic: '' } }), empty);
    for (const [label, payload, hex] of [
      ['empty', [], ''],
      ['binary', [0, 0xff, 0xc0], '00ffc0'],
    ] as const) {
      list.valid(
        `payload-${label}`,
        { ...at, section: '3.1.3.4' },
        connectBytes(version, { flags: 0x06, will: { payload } }),
        connectPacket(version, willPacket({ payload: hex })),
      );
    }
  }
  const at: CaseContext = { version: 5, role: 'server', section: '3.1.3.2.3' };
  const text = properties([0x01, 1]);
  const decoded = { payloadFormatIndicator: 1 };
  list.valid(
    'payload-text',
    at,
    connectBytes(5, { flags: 0x06, will: { set: text, payload: [0xc3, 0xa4] } }),
    connectPacket(5, willPacket({ payload: 'c3a4', properties: decoded })),
  );
  // The server MAY validate the payload.
  list.invalid(
    'payload-text-ill-formed',
    at,
    connectBytes(5, { flags: 0x06, will: { set: text, payload: [0xc0, 0x80] } }),
    optional(
      refused(['U-3.1.3.2.3-1'], [0x99]),
      connectPacket(5, willPacket({ payload: 'c080', properties: decoded })),
    ),
  );
  return list;
}
