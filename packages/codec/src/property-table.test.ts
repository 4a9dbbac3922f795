import { describe, expect, test } from 'vitest';
import * as places from './property-place.ts';
import { findProperty } from './property-table.ts';
import { ReasonCode } from './reason-code.ts';
import {
  AUTH,
  AUTH_OF_CLIENT,
  AUTH_OF_SERVER,
  CONNACK,
  DISCONNECT,
  DISCONNECT_OF_CLIENT,
  DISCONNECT_OF_SERVER,
  isReasonCodeFor,
  PUBACK,
  PUBREL,
  SUBACK,
  UNSUBACK,
} from './reason-code-table.ts';

const PLACES: readonly (readonly [string, number])[] = Object.entries(places).flatMap(([name, bit]) =>
  typeof bit === 'number' && name !== 'EVERYWHERE' ? [[name.toLowerCase(), bit] as const] : [],
);

// Table 2-4, copied by hand a second time: identifier, and the places in the order of the packet types, Will last.
const TABLE_2_4: readonly [identifier: number, places: string][] = [
  [0x01, 'publish will'],
  [0x02, 'publish will'],
  [0x03, 'publish will'],
  [0x08, 'publish will'],
  [0x09, 'publish will'],
  [0x0b, 'publish subscribe'],
  [0x11, 'connect connack disconnect'],
  [0x12, 'connack'],
  [0x13, 'connack'],
  [0x15, 'connect connack auth'],
  [0x16, 'connect connack auth'],
  [0x17, 'connect'],
  [0x18, 'will'],
  [0x19, 'connect'],
  [0x1a, 'connack'],
  [0x1c, 'connack disconnect'],
  [0x1f, 'connack puback pubrec pubrel pubcomp suback unsuback disconnect auth'],
  [0x21, 'connect connack'],
  [0x22, 'connect connack'],
  [0x23, 'publish'],
  [0x24, 'connack'],
  [0x25, 'connack'],
  [
    0x26,
    'connect connack publish puback pubrec pubrel pubcomp subscribe suback unsubscribe unsuback disconnect auth will',
  ],
  [0x27, 'connect connack'],
  [0x28, 'connack'],
  [0x29, 'connack'],
  [0x2a, 'connack'],
];

describe('properties', () => {
  test.each(TABLE_2_4)('%i stands where Table 2-4 says', (identifier, packets) => {
    const property = findProperty(identifier);
    const found = PLACES.filter(([, bit]) => ((property?.places ?? 0) & bit) !== 0);
    expect(found.map(([name]) => name).toSorted()).toEqual(packets.split(' ').toSorted());
  });

  test('there are 27, each with a name and a bit of its own', () => {
    const found = Array.from({ length: 256 }, (_, identifier) => findProperty(identifier)).filter(
      (property) => property !== undefined,
    );
    expect(found.map(({ identifier }) => identifier)).toEqual(TABLE_2_4.map(([identifier]) => identifier));
    expect(new Set(found.map(({ bit }) => bit)).size).toBe(27);
    for (const property of found) {
      expect(findProperty(property.name)).toBe(property);
      expect(findProperty(property.listName)).toBe(property);
    }
  });

  test('only User Property, and Subscription Identifier in PUBLISH, may be repeated', () => {
    const repeatable = TABLE_2_4.map(([identifier]) => findProperty(identifier)).filter(
      (property) => property?.listPlaces !== 0,
    );
    expect(repeatable.map((property) => property?.name)).toEqual(['subscriptionIdentifier', 'userProperty']);
    expect(findProperty(0x0b)?.listPlaces).toBe(places.PUBLISH);
  });

  test('what is no name of a property is none', () => {
    for (const name of ['', 'constructor', 'toString', 'willTopic']) expect(findProperty(name)).toBeUndefined();
  });
});

describe('Reason Codes', () => {
  test('each that has a name can be used somewhere, and no other', () => {
    const anywhere = CONNACK | PUBACK | PUBREL | SUBACK | UNSUBACK | DISCONNECT | AUTH;
    const named = new Set<number>(Object.values(ReasonCode));
    for (let code = 0; code < 256; code++) expect(isReasonCodeFor(code, anywhere)).toBe(named.has(code));
  });

  test.each([
    ['connack', CONNACK, 22],
    ['puback', PUBACK, 9],
    ['pubrel', PUBREL, 2],
    ['suback', SUBACK, 12],
    ['unsuback', UNSUBACK, 7],
    ['disconnectClient', DISCONNECT_OF_CLIENT, 15],
    ['disconnectServer', DISCONNECT_OF_SERVER, 29],
    ['authClient', AUTH_OF_CLIENT, 2],
    ['authServer', AUTH_OF_SERVER, 2],
  ] as const)('%s has as many as its table', (_name, use, count) => {
    const codes = Array.from({ length: 256 }, (_, code) => code).filter((code) => isReasonCodeFor(code, use));
    expect(codes).toHaveLength(count);
  });
});
