import { frame } from '../bytes.ts';
import { CaseList } from '../case-list.ts';
import {
  malformed,
  protocolError,
  refused,
  UNPARSABLE,
  UNPARSABLE_CONNECT,
  VIOLATION,
  VIOLATION_CONNECT,
  type Fault,
} from '../fault.ts';
import { samplePackets, type SamplePacket } from '../sample-packets.ts';

/**
 * A full packet of each type, its body cut after every byte. The Remaining Length is honest, so the packet is complete
 * and it is the fields that are cut. Lengths at which the rest happens to be a right packet are left out.
 */
export function truncationCases(): CaseList {
  const list = new CaseList('truncation');
  for (const version of [3, 4, 5] as const) {
    for (const sample of samplePackets(version)) {
      const body = sample.bytes.slice(2);
      if (frame(sample.bytes[0] ?? 0, body).length !== sample.bytes.length) throw new Error('a sample must be short');
      for (let length = 0; length < body.length; length += 1) {
        if (sample.alsoValidAt.includes(length)) continue;
        list.invalid(
          `${sample.type}/${String(length).padStart(2, '0')}-of-${body.length}`,
          { version, role: sample.roles[0] ?? 'server', section: '4.13.1' },
          frame(sample.bytes[0] ?? 0, body.slice(0, length)),
          fault(sample, body.length, length),
        );
      }
    }
  }
  return list;
}

/** Where the cut falls between fields, a rule on what must be present is broken as well. */
function fault(sample: SamplePacket, whole: number, length: number): Fault {
  const { type, version } = sample;
  if (type === 'connect') {
    // Cut before the Protocol Version, it may be any: then the rules of 5.0 are as good.
    const unknown = length < (version === 3 ? 9 : 7) ? UNPARSABLE_CONNECT : [];
    return version === 5
      ? malformed([...UNPARSABLE_CONNECT, 'U-2.2.2.2-1', ...CONNECT_FIELDS])
      : refused([...VIOLATION_CONNECT, ...CONNECT_FIELDS_3, ...unknown]);
  }
  if (version !== 5) return refused([...VIOLATION, ...(LIST_RULES_3[type] ?? [])]);
  const statements = [...UNPARSABLE, 'U-2.2.2.2-1', 'MQTT-2.2.2-1', ...(LIST_RULES[type] ?? [])];
  const emptyList = EMPTY_LIST[type];
  // Cut right before the list: no payload at all, which has a name of its own.
  if (emptyList !== undefined && length === emptyList.bodyLength(whole)) {
    const none = protocolError(emptyList.statements);
    return emptyList.named
      ? none
      : {
          outcomes: [...none.outcomes, ...malformed(emptyList.statements).outcomes],
          statements: [...none.statements, ...statements],
        };
  }
  return malformed(statements);
}

const CONNECT_FIELDS: readonly string[] = [
  'MQTT-3.1.3-3',
  'MQTT-3.1.2-9',
  'MQTT-3.1.2-17',
  'MQTT-3.1.2-19',
  'MQTT-3.1.2-1',
  'MQTT-2.2.2-1',
];
const CONNECT_FIELDS_3: readonly string[] = [
  'v3 MQTT-3.1.3-3',
  'v3 MQTT-3.1.2-9',
  'v3 MQTT-3.1.2-19',
  'v3 MQTT-3.1.2-21',
  'v3 MQTT-3.1.2-1',
];
const LIST_RULES: Readonly<Record<string, readonly string[]>> = {
  publish: ['MQTT-3.3.2-1'],
  subscribe: ['MQTT-3.8.3-2', 'MQTT-3.8.3-1'],
  unsubscribe: ['MQTT-3.10.3-1'],
};
const LIST_RULES_3: Readonly<Record<string, readonly string[]>> = {
  publish: ['v3 MQTT-3.3.2-1', 'v3 MQTT-2.3.1-1'],
  subscribe: ['v3 MQTT-3.8.3-3', 'v3 MQTT-3.8.3-1', 'v3 MQTT-2.3.1-1'],
  suback: ['v3 MQTT-3.8.4-5', 'v3 MQTT-3.9.3-1', 'v3 MQTT-3.9.3-2'],
  unsubscribe: ['v3 MQTT-3.10.3-2', 'v3 MQTT-3.10.3-1', 'v3 MQTT-2.3.1-1'],
};

interface EmptyList {
  /** The length of the body without its list, from the length of the whole. */
  readonly bodyLength: (whole: number) => number;
  readonly statements: readonly string[];
  /** True when the text says Protocol Error. */
  readonly named: boolean;
}

const EMPTY_LIST: Readonly<Record<string, EmptyList>> = {
  subscribe: { bodyLength: (whole) => whole - 12, statements: ['U-3.8.3-1', 'MQTT-3.8.3-2'], named: true },
  unsubscribe: { bodyLength: (whole) => whole - 10, statements: ['U-3.10.3-2', 'MQTT-3.10.3-2'], named: true },
  suback: {
    bodyLength: (whole) => whole - 3,
    statements: ['MQTT-3.8.4-6', 'MQTT-3.9.3-1', 'MQTT-3.9.3-2'],
    named: false,
  },
  unsuback: { bodyLength: (whole) => whole - 2, statements: ['MQTT-3.11.3-1', 'MQTT-3.11.3-2'], named: false },
};
