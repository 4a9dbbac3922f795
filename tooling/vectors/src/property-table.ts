import { bin, str, u16, u32, utf8, vbi, join, type Bytes } from './bytes.ts';
import { malformed, protocolError, refused, type Fault } from './fault.ts';
import type { PropertyContextName } from './property-context.ts';
import type { Json } from './vector.ts';

/** The data types of Table 2-4. */
export type PropertyType = 'byte' | 'twoByte' | 'fourByte' | 'variableByte' | 'utf8' | 'binary' | 'pair';

/** A value of a property: its bytes without the identifier, and what it decodes to. */
export interface Sample {
  readonly label: string;
  readonly bytes: Bytes;
  readonly decoded: Json;
}

/** A row of Table 2-4 with the rules of section 3 for each packet that may carry the property. */
export interface PropertyRow {
  readonly identifier: number;
  /** The name of the field in the decoded packet. */
  readonly name: string;
  readonly type: PropertyType;
  /** Where it is allowed, with the statement on including it twice (undefined: the text has none). */
  readonly contexts: Readonly<Partial<Record<PropertyContextName, string | undefined>>>;
  /** Where it may be repeated. */
  readonly repeatable: readonly PropertyContextName[];
  readonly samples: readonly Sample[];
  /** Well-formed values that are out of range. */
  readonly outOfRange: readonly {
    readonly label: string;
    readonly bytes: Bytes;
    readonly fault: (statement: string | undefined) => Fault;
  }[];
}

type Contexts = PropertyRow['contexts'];

const FALSE_OR_TRUE: readonly Sample[] = [
  { label: 'value-0', bytes: [0], decoded: false },
  { label: 'value-1', bytes: [1], decoded: true },
];
const ZERO_OR_ONE: PropertyRow['outOfRange'] = [2, 0x7f, 0x80, 0xff].map((value) => ({
  label: `value-${value}`,
  bytes: [value],
  fault: (statement) => (statement === undefined ? refused(NOT_IN_LIST) : protocolError([statement])),
}));
const NOT_ZERO_TWO: PropertyRow['outOfRange'] = [{ label: 'value-0', bytes: u16(0), fault: named }];
const NOT_ZERO_FOUR: PropertyRow['outOfRange'] = [{ label: 'value-0', bytes: u32(0), fault: named }];
/** A Payload Format Indicator is "either of" 0 and 1; no sentence names the error for another value. */
const NOT_IN_LIST: readonly string[] = ['U-2.2.2.2-1', 'U-4.13.1-9', 'U-4.13.1-12'];
/** A name that is used as a Topic Name: no wildcards, not empty. 0x90 (Topic Name invalid) fits too. */
const TOPIC_NAME_FAULTS: PropertyRow['outOfRange'] = [
  ...['+', '#', 'a/+', 'a/#', 'a+b', 'a#'].map((text) => ({
    label: `wildcard-${text.replaceAll('/', '.')}`,
    bytes: str(text),
    // The rule on the Response Topic is about PUBLISH; the one on Topic Names also holds in a Will.
    fault: (statement: string | undefined): Fault =>
      refused([...(statement === IN_PUBLISH ? ['MQTT-3.3.2-14'] : []), 'MQTT-4.7.0-1'], [0x90]),
  })),
  { label: 'empty', bytes: str(''), fault: () => refused(['MQTT-4.7.3-1'], [0x90]) },
];
const IN_PUBLISH = 'U-3.3.2.3.5-1';

/** The 27 properties of Table 2-4. */
export const PROPERTIES: readonly PropertyRow[] = [
  row(
    0x01,
    'payloadFormatIndicator',
    'byte',
    { publish: undefined, will: 'U-3.1.3.2.3-2' },
    bytesOf(0, 1),
    ZERO_OR_ONE.map((bad) => ({ ...bad, fault: () => refused(NOT_IN_LIST, [0x99]) })),
  ),
  row(
    0x02,
    'messageExpiryInterval',
    'fourByte',
    { publish: undefined, will: 'U-3.1.3.2.4-1' },
    fours(0, 1, 0xffffffff),
  ),
  row(0x03, 'contentType', 'utf8', { publish: 'U-3.3.2.3.9-1', will: 'U-3.1.3.2.5-1' }, texts('text/plain', '')),
  row(
    0x08,
    'responseTopic',
    'utf8',
    { publish: 'U-3.3.2.3.5-1', will: 'U-3.1.3.2.6-1' },
    texts('reply/to', '/', '$SYS/x', 'a b'),
    TOPIC_NAME_FAULTS,
  ),
  row(
    0x09,
    'correlationData',
    'binary',
    { publish: 'U-3.3.2.3.6-1', will: 'U-3.1.3.2.7-1' },
    binaries([0, 0xff, 0xc0], []),
  ),
  row(
    0x0b,
    'subscriptionIdentifier',
    'variableByte',
    { publish: undefined, subscribe: 'U-3.8.2.1.2-2' },
    variables(1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455),
    [
      { label: 'value-0', bytes: [0], fault: () => protocolError(['U-3.8.2.1.2-1', 'U-3.3.2.3.8-1']) },
      { label: 'not-minimal', bytes: vbi(1, 2), fault: () => refused(['MQTT-1.5.5-1', 'U-2.2.2.2-1']) },
      { label: 'not-minimal-4', bytes: vbi(127, 4), fault: () => refused(['MQTT-1.5.5-1', 'U-2.2.2.2-1']) },
      {
        label: 'five-bytes',
        bytes: vbi(268_435_456),
        fault: () => malformed(['MQTT-1.5.5-1', 'U-2.2.2.2-1', 'U-4.13.1-9']),
      },
    ],
    ['publish'],
  ),
  row(
    0x11,
    'sessionExpiryInterval',
    'fourByte',
    { connect: 'U-3.1.2.11.2-1', connack: 'U-3.2.2.3.2-1', disconnect: 'U-3.14.2.2.2-1' },
    fours(0, 1, 0xffffffff),
  ),
  row(0x12, 'assignedClientIdentifier', 'utf8', { connack: 'U-3.2.2.3.7-1' }, texts('server-1')),
  row(0x13, 'serverKeepAlive', 'twoByte', { connack: 'U-3.2.2.3.14-1' }, twos(0, 1, 0xffff)),
  row(
    0x15,
    'authenticationMethod',
    'utf8',
    { connect: 'U-3.1.2.11.9-1', connack: 'U-3.2.2.3.17-1', auth: 'U-3.15.2.2.2-1' },
    texts('SCRAM-SHA-1', ''),
  ),
  row(
    0x16,
    'authenticationData',
    'binary',
    { connect: 'U-3.1.2.11.10-2', connack: 'U-3.2.2.3.18-1', auth: 'U-3.15.2.2.3-1' },
    binaries([1, 2, 3], []),
  ),
  row(0x17, 'requestProblemInformation', 'byte', { connect: 'U-3.1.2.11.7-1' }, FALSE_OR_TRUE, ZERO_OR_ONE),
  row(0x18, 'willDelayInterval', 'fourByte', { will: 'U-3.1.3.2.2-1' }, fours(0, 1, 0xffffffff)),
  row(0x19, 'requestResponseInformation', 'byte', { connect: 'U-3.1.2.11.6-1' }, FALSE_OR_TRUE, ZERO_OR_ONE),
  row(0x1a, 'responseInformation', 'utf8', { connack: 'U-3.2.2.3.15-1' }, texts('clients/7', '')),
  row(
    0x1c,
    'serverReference',
    'utf8',
    { connack: 'U-3.2.2.3.16-1', disconnect: 'U-3.14.2.2.5-1' },
    texts('other.example:1883', ''),
  ),
  row(
    0x1f,
    'reasonString',
    'utf8',
    {
      connack: 'U-3.2.2.3.9-2',
      puback: 'U-3.4.2.2.2-1',
      pubrec: 'U-3.5.2.2.2-2',
      pubrel: 'U-3.6.2.2.2-2',
      pubcomp: 'U-3.7.2.2.2-2',
      suback: 'U-3.9.2.1.2-2',
      unsuback: 'U-3.11.2.1.2-2',
      disconnect: 'U-3.14.2.2.3-2',
      auth: 'U-3.15.2.2.4-2',
    },
    texts('because', ''),
  ),
  row(
    0x21,
    'receiveMaximum',
    'twoByte',
    { connect: 'U-3.1.2.11.3-1', connack: 'U-3.2.2.3.3-1' },
    twos(1, 0xffff),
    NOT_ZERO_TWO,
  ),
  row(
    0x22,
    'topicAliasMaximum',
    'twoByte',
    { connect: 'U-3.1.2.11.5-1', connack: 'U-3.2.2.3.8-1' },
    twos(0, 1, 0xffff),
  ),
  row(0x23, 'topicAlias', 'twoByte', { publish: 'U-3.3.2.3.4-1' }, twos(1, 0xffff), [
    { label: 'value-0', bytes: u16(0), fault: () => protocolError(['U-3.3.4-3', 'MQTT-3.3.2-8'], [0x94]) },
  ]),
  row(0x24, 'maximumQos', 'byte', { connack: 'U-3.2.2.3.4-1' }, bytesOf(0, 1), ZERO_OR_ONE),
  row(0x25, 'retainAvailable', 'byte', { connack: 'U-3.2.2.3.5-1' }, FALSE_OR_TRUE, ZERO_OR_ONE),
  row(
    0x26,
    'userProperties',
    'pair',
    everywhere(),
    [
      { label: 'one', bytes: join(str('name'), str('value')), decoded: [['name', 'value']] },
      { label: 'empty', bytes: join(str(''), str('')), decoded: [['', '']] },
    ],
    [],
    [
      'connect',
      'will',
      'connack',
      'publish',
      'puback',
      'pubrec',
      'pubrel',
      'pubcomp',
      'subscribe',
      'suback',
      'unsubscribe',
      'unsuback',
      'disconnect',
      'auth',
    ],
  ),
  row(
    0x27,
    'maximumPacketSize',
    'fourByte',
    { connect: 'U-3.1.2.11.4-1', connack: 'U-3.2.2.3.6-1' },
    fours(1, 0xffffffff),
    NOT_ZERO_FOUR,
  ),
  row(0x28, 'wildcardSubscriptionAvailable', 'byte', { connack: 'U-3.2.2.3.11-1' }, FALSE_OR_TRUE, ZERO_OR_ONE),
  row(0x29, 'subscriptionIdentifiersAvailable', 'byte', { connack: 'U-3.2.2.3.12-1' }, FALSE_OR_TRUE, ZERO_OR_ONE),
  row(0x2a, 'sharedSubscriptionAvailable', 'byte', { connack: 'U-3.2.2.3.13-1' }, FALSE_OR_TRUE, ZERO_OR_ONE),
];

/** The identifier and a value: a property as it stands in a packet. */
export function encoded(property: PropertyRow, value: Bytes): Bytes {
  return join([property.identifier], value);
}

/** The first sample: a plain value for packets where the value does not matter. */
export function plainSample(property: PropertyRow): Sample {
  const sample = property.samples[0];
  if (sample === undefined) throw new Error(`no sample of ${property.name}`);
  return sample;
}

function row(
  identifier: number,
  name: string,
  type: PropertyType,
  contexts: Contexts,
  samples: readonly Sample[],
  outOfRange: PropertyRow['outOfRange'] = [],
  repeatable: readonly PropertyContextName[] = [],
): PropertyRow {
  return { identifier, name, type, contexts, samples, outOfRange, repeatable };
}

function named(statement: string | undefined): Fault {
  return protocolError([statement ?? 'U-4.13.1-9']);
}

function everywhere(): Contexts {
  return {
    connect: undefined,
    will: undefined,
    connack: undefined,
    publish: undefined,
    puback: undefined,
    pubrec: undefined,
    pubrel: undefined,
    pubcomp: undefined,
    subscribe: undefined,
    suback: undefined,
    unsubscribe: undefined,
    unsuback: undefined,
    disconnect: undefined,
    auth: undefined,
  };
}

function bytesOf(...values: readonly number[]): readonly Sample[] {
  return values.map((value) => ({ label: `value-${value}`, bytes: [value], decoded: value }));
}

function twos(...values: readonly number[]): readonly Sample[] {
  return values.map((value) => ({ label: `value-${value}`, bytes: u16(value), decoded: value }));
}

function fours(...values: readonly number[]): readonly Sample[] {
  return values.map((value) => ({ label: `value-${value}`, bytes: u32(value), decoded: value }));
}

function variables(...values: readonly number[]): readonly Sample[] {
  return values.map((value) => ({ label: `value-${value}`, bytes: vbi(value), decoded: value }));
}

function texts(...values: readonly string[]): readonly Sample[] {
  return values.map((value) => ({
    label: value === '' ? 'empty' : `length-${utf8(value).length}`,
    bytes: str(value),
    decoded: value,
  }));
}

function binaries(...values: readonly Bytes[]): readonly Sample[] {
  return values.map((value) => ({
    label: `length-${value.length}`,
    bytes: bin(value),
    decoded: value.map((byte) => byte.toString(16).padStart(2, '0')).join(''),
  }));
}
