import { codePoints, frame, str, u16, type Bytes } from '../bytes.ts';
import { CaseList, type CaseContext } from '../case-list.ts';
import { malformed, protocolError, refused, UNPARSABLE, VIOLATION } from '../fault.ts';
import type { VectorPacket, VectorVersion } from '../vector.ts';
import { BAD_FILTERS, BAD_SHARED_FILTERS, filterFault, GOOD_FILTERS, GOOD_SHARED_FILTERS } from './topic-filters.ts';

/** UNSUBSCRIBE: identifier and Topic Filters (section 3.10). */
export function unsubscribeCases(): CaseList {
  const list = new CaseList('unsubscribe');
  for (const version of [3, 4, 5] as const) {
    for (const packetIdentifier of [1, 255, 256, 65_535]) {
      list.valid(
        `packet-identifier-${packetIdentifier}`,
        at(version, '3.10.2'),
        bytes(version, packetIdentifier, str('a')),
        packet(packetIdentifier, 'a'),
      );
    }
    const zero = refused(version === 5 ? ['MQTT-2.2.1-3'] : ['v3 MQTT-2.3.1-1', ...VIOLATION]);
    list.invalid('packet-identifier-0', at(version, '3.10.2'), bytes(version, 0, str('a')), zero);
    filters(list, version);
    payloads(list, version);
  }
  return list;
}

function at(version: VectorVersion, section: string): CaseContext {
  return { version, role: 'server', section };
}

function bytes(version: VectorVersion, packetIdentifier: number, ...payload: readonly Bytes[]): Bytes {
  return frame(0xa2, u16(packetIdentifier), version === 5 ? [0] : [], ...payload);
}

function packet(packetIdentifier: number, ...topicFilters: readonly string[]): VectorPacket {
  return { type: 'unsubscribe', packetIdentifier, topicFilters, properties: {} };
}

function filters(list: CaseList, version: VectorVersion): void {
  const good =
    version === 5 ? [...GOOD_FILTERS, ...GOOD_SHARED_FILTERS] : [...GOOD_FILTERS, ...GOOD_SHARED_FILTERS, '$share/a'];
  for (const filter of good) {
    list.valid(
      `filter-${codePoints(filter)}`,
      at(version, '3.10.3'),
      bytes(version, 10, str(filter)),
      packet(10, filter),
    );
  }
  const bad = version === 5 ? [...BAD_FILTERS, ...BAD_SHARED_FILTERS] : BAD_FILTERS;
  for (const { filter, five, three } of bad) {
    list.invalid(
      `filter-${codePoints(filter)}`,
      at(version, '3.10.3'),
      bytes(version, 10, str(filter)),
      filterFault(version, five, three),
    );
  }
}

function payloads(list: CaseList, version: VectorVersion): void {
  list.valid(
    'two-filters',
    at(version, '3.10.3'),
    bytes(version, 10, str('a/b'), str('c/d')),
    packet(10, 'a/b', 'c/d'),
  );
  list.valid('same-filter-twice', at(version, '3.10.3'), bytes(version, 10, str('a'), str('a')), packet(10, 'a', 'a'));
  const none =
    version === 5 ? protocolError(['U-3.10.3-2', 'MQTT-3.10.3-2']) : refused(['v3 MQTT-3.10.3-2', ...VIOLATION]);
  list.invalid('no-filter', at(version, '3.10.3'), bytes(version, 10), none);
  const cut = version === 5 ? malformed(['MQTT-3.10.3-1', ...UNPARSABLE]) : refused(['v3 MQTT-3.10.3-1', ...VIOLATION]);
  list.invalid('trailing-byte', at(version, '3.10.3'), bytes(version, 10, str('a/b'), [0]), cut);
  list.invalid('trailing-options', at(version, '3.10.3'), bytes(version, 10, str('a/b'), [1]), cut);
}
