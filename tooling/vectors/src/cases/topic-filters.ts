import { refused, VIOLATION, type Fault } from '../fault.ts';
import type { VectorVersion } from '../vector.ts';

/** A Topic Filter that breaks a rule, with the statements of 5.0 and of 3.1.1. */
export interface BadFilter {
  readonly filter: string;
  readonly five: readonly string[];
  readonly three: readonly string[];
}

/** Filters that both versions allow (section 4.7). */
export const GOOD_FILTERS: readonly string[] = [
  '#',
  '+',
  '/',
  '//',
  '+/+',
  '/+',
  '+/#',
  '/#',
  'a/#',
  'a/+/b',
  '+/a/#',
  'a//b',
  '$SYS/#',
  '$SYS/+',
  '$share',
  '$sharex/a',
  'a b',
  'ä/😀/#',
  'a$b',
  '/$share/a',
];

/** Shared Subscriptions of 5.0 (section 4.8.2); to 3.1.1 they are filters like any other. */
export const GOOD_SHARED_FILTERS: readonly string[] = [
  '$share/g/a',
  '$share/g/#',
  '$share/g/+/b',
  '$share/g//finance',
  '$share/g//',
  '$share/$x/a',
  '$share/ä/a',
];

const MULTI: readonly string[] = ['MQTT-4.7.1-1'];
const SINGLE: readonly string[] = ['MQTT-4.7.1-2'];
const OLD_MULTI: readonly string[] = ['v3 MQTT-4.7.1-2'];
const OLD_SINGLE: readonly string[] = ['v3 MQTT-4.7.1-3'];

/** Filters that both versions forbid. */
export const BAD_FILTERS: readonly BadFilter[] = [
  { filter: '', five: ['MQTT-4.7.3-1'], three: ['v3 MQTT-4.7.3-1'] },
  ...['a#', '#a', '#/', '#/a', 'a/#/b', 'a/#b', 'a/b#', '##', 'a/##', '/#/'].map((filter) => ({
    filter,
    five: MULTI,
    three: OLD_MULTI,
  })),
  ...['a+', '+a', 'a/+b', 'a/b+/c', '++', '++/a', 'a/++'].map((filter) => ({
    filter,
    five: SINGLE,
    three: OLD_SINGLE,
  })),
  ...['+#', '#+', 'a/+#'].map((filter) => ({
    filter,
    five: [...MULTI, ...SINGLE],
    three: [...OLD_MULTI, ...OLD_SINGLE],
  })),
];

/** Shared Subscription filters that 5.0 forbids. */
export const BAD_SHARED_FILTERS: readonly BadFilter[] = [
  ...['$share/', '$share//', '$share//a', '$share///a'].map((filter) => ({
    filter,
    five: ['MQTT-4.8.2-1', 'MQTT-4.8.2-2'],
    three: [],
  })),
  ...['$share/g', '$share/g/'].map((filter) => ({ filter, five: ['MQTT-4.8.2-2', 'MQTT-4.7.3-1'], three: [] })),
  ...['$share/+/a', '$share/#/a', '$share/g+/a', '$share/#', '$share/+', '$share/g#/a'].map((filter) => ({
    filter,
    five: ['MQTT-4.8.2-2', 'MQTT-4.8.2-1', ...MULTI, ...SINGLE],
    three: [],
  })),
  ...['$share/g/a#', '$share/g/#/a', '$share/g/##'].map((filter) => ({ filter, five: MULTI, three: [] })),
  ...['$share/g/a+', '$share/g/+a/b'].map((filter) => ({ filter, five: SINGLE, three: [] })),
];

/** The fault of a bad filter; 0x8F (Topic Filter invalid) fits too. */
export function filterFault(version: VectorVersion, five: readonly string[], three: readonly string[]): Fault {
  return version === 5 ? refused(five, [0x8f]) : refused([...three, ...VIOLATION], [0x8f]);
}
