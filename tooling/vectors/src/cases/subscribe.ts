import { codePoints, frame, join, str, u16, type Bytes } from '../bytes.ts';
import { CaseList, type CaseContext } from '../case-list.ts';
import { malformed, protocolError, refused, VIOLATION, type Fault } from '../fault.ts';
import type { VectorPacket, VectorVersion } from '../vector.ts';
import { GOOD_FILTERS, GOOD_SHARED_FILTERS, filterFault, BAD_FILTERS, BAD_SHARED_FILTERS } from './topic-filters.ts';

/** SUBSCRIBE: identifier, Topic Filters, all 256 Subscription Options (section 3.8). */
export function subscribeCases(): CaseList {
  const list = new CaseList('subscribe');
  for (const version of [3, 4, 5] as const) {
    identifiers(list, version);
    options(list, version);
    filters(list, version);
    payloads(list, version);
  }
  noLocalOnShared(list);
  return list;
}

function at(version: VectorVersion, section: string): CaseContext {
  return { version, role: 'server', section };
}

function bytes(version: VectorVersion, packetIdentifier: number, ...payload: readonly Bytes[]): Bytes {
  return frame(0x82, u16(packetIdentifier), version === 5 ? [0] : [], ...payload);
}

function packet(packetIdentifier: number, ...subscriptions: readonly VectorPacket['x'][]): VectorPacket {
  return { type: 'subscribe', packetIdentifier, subscriptions, properties: {} };
}

function subscription(topicFilter: string, option: number): VectorPacket['x'] {
  return {
    topicFilter,
    qos: option & 3,
    noLocal: (option & 4) !== 0,
    retainAsPublished: (option & 8) !== 0,
    retainHandling: (option >> 4) & 3,
  };
}

function identifiers(list: CaseList, version: VectorVersion): void {
  const section = version === 5 ? '2.2.1' : '2.3.1';
  for (const packetIdentifier of [1, 255, 256, 65_535]) {
    list.valid(
      `packet-identifier-${packetIdentifier}`,
      at(version, section),
      bytes(version, packetIdentifier, str('a'), [0]),
      packet(packetIdentifier, subscription('a', 0)),
    );
  }
  const zero = refused(version === 5 ? ['MQTT-2.2.1-3'] : ['v3 MQTT-2.3.1-1', ...VIOLATION]);
  list.invalid('packet-identifier-0', at(version, section), bytes(version, 0, str('a'), [0]), zero);
}

function options(list: CaseList, version: VectorVersion): void {
  for (let value = 0; value < 256; value += 1) {
    const name = `options-${value.toString(2).padStart(8, '0')}`;
    const wire = bytes(version, 10, str('a/b'), [value]);
    const fault =
      version === 5
        ? optionFault(value)
        : (value & 0xfc) !== 0 || value === 3
          ? refused(['v3 MQTT-3.8.3-4', ...VIOLATION])
          : undefined;
    // 3.1 says of the upper six bits only that they are not used, so only its three values are tested there.
    if (version === 3 && (value & 0xfc) !== 0) continue;
    if (fault === undefined) list.valid(name, at(version, '3.8.3.1'), wire, packet(10, subscription('a/b', value)));
    else list.invalid(name, at(version, version === 5 ? '3.8.3.1' : '3.8.3'), wire, fault);
  }
}

/** Reserved bits are malformed, a QoS or Retain Handling of 3 is a Protocol Error; of several a receiver picks one. */
function optionFault(value: number): Fault | undefined {
  const faults: Fault[] = [];
  if ((value & 0xc0) !== 0) faults.push(malformed(['MQTT-3.8.3-5']));
  if ((value & 0x03) === 3) faults.push(protocolError(['U-3.8.3.1-1']));
  if ((value & 0x30) === 0x30) faults.push(protocolError(['U-3.8.3.1-2']));
  if (faults.length === 0) return undefined;
  return {
    outcomes: faults.flatMap((fault) => fault.outcomes),
    statements: faults.flatMap((fault) => fault.statements),
  };
}

function filters(list: CaseList, version: VectorVersion): void {
  const good =
    version === 5 ? [...GOOD_FILTERS, ...GOOD_SHARED_FILTERS] : [...GOOD_FILTERS, ...GOOD_SHARED_FILTERS, '$share/a'];
  for (const filter of good) {
    list.valid(
      `filter-${codePoints(filter)}`,
      at(version, '4.7.1'),
      bytes(version, 10, str(filter), [1]),
      packet(10, subscription(filter, 1)),
    );
  }
  const bad = version === 5 ? [...BAD_FILTERS, ...BAD_SHARED_FILTERS] : BAD_FILTERS;
  for (const { filter, five, three } of bad) {
    list.invalid(
      `filter-${codePoints(filter)}`,
      at(version, '4.7.1'),
      bytes(version, 10, str(filter), [1]),
      filterFault(version, five, three),
    );
    list.invalid(
      `filter-${codePoints(filter)}-second`,
      at(version, '4.7.1'),
      bytes(version, 10, str('a'), [1], str(filter), [1]),
      filterFault(version, five, three),
    );
  }
}

function payloads(list: CaseList, version: VectorVersion): void {
  const two = packet(10, subscription('a/b', 1), subscription('c/d', 2));
  list.valid('two-filters', at(version, '3.8.3'), bytes(version, 10, str('a/b'), [1], str('c/d'), [2]), two);
  list.valid(
    'same-filter-twice',
    at(version, '3.8.3'),
    bytes(version, 10, str('a'), [1], str('a'), [0]),
    packet(10, subscription('a', 1), subscription('a', 0)),
  );
  const many = Array.from({ length: 40 }, (_, index) => `f/${index}`);
  list.valid(
    'forty-filters',
    at(version, '3.8.3'),
    bytes(version, 10, ...many.map((text) => join(str(text), [0]))),
    packet(10, ...many.map((text) => subscription(text, 0))),
  );
  const none =
    version === 5 ? protocolError(['U-3.8.3-1', 'MQTT-3.8.3-2']) : refused(['v3 MQTT-3.8.3-3', ...VIOLATION]);
  list.invalid('no-filter', at(version, '3.8.3'), bytes(version, 10), none);
  const noOptions =
    version === 5
      ? malformed(['MQTT-3.8.3-2', 'U-4.13.1-9', 'U-4.13.1-12', 'MQTT-4.13.1-1'])
      : refused(['v3 MQTT-3.8.3-3', ...VIOLATION]);
  list.invalid('no-options', at(version, '3.8.3'), bytes(version, 10, str('a/b')), noOptions);
  list.invalid('no-options-second', at(version, '3.8.3'), bytes(version, 10, str('a/b'), [0], str('c/d')), noOptions);
  list.invalid('trailing-byte', at(version, '3.8.3'), bytes(version, 10, str('a/b'), [0], [0]), noOptions);
}

function noLocalOnShared(list: CaseList): void {
  const fault = protocolError(['MQTT-3.8.3-4']);
  list.invalid('no-local-shared', at(5, '3.8.3.1'), bytes(5, 10, str('$share/g/a'), [0x05]), fault);
  list.invalid(
    'no-local-shared-second',
    at(5, '3.8.3.1'),
    bytes(5, 10, str('a'), [0x04], str('$share/g/#'), [0x06]),
    fault,
  );
  list.valid(
    'no-local-not-shared',
    at(5, '3.8.3.1'),
    bytes(5, 10, str('$shared/g/a'), [0x05]),
    packet(10, subscription('$shared/g/a', 5)),
  );
  list.valid(
    'retain-options-shared',
    at(5, '3.8.3.1'),
    bytes(5, 10, str('$share/g/a'), [0x29]),
    packet(10, subscription('$share/g/a', 0x29)),
  );
}
