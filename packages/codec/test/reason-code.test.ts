import { expect, test } from 'vitest';
import { ReasonCode } from '../src/index.ts';

/** Table 2-6 of section 2.4, names as they stand there. */
const TABLE: Readonly<Record<string, number>> = {
  Success: 0,
  'Normal disconnection': 0,
  'Granted QoS 0': 0,
  'Granted QoS 1': 1,
  'Granted QoS 2': 2,
  'Disconnect with Will Message': 4,
  'No matching subscribers': 16,
  'No subscription existed': 17,
  'Continue authentication': 24,
  'Re-authenticate': 25,
  'Unspecified error': 128,
  'Malformed Packet': 129,
  'Protocol Error': 130,
  'Implementation specific error': 131,
  'Unsupported Protocol Version': 132,
  'Client Identifier not valid': 133,
  'Bad User Name or Password': 134,
  'Not authorized': 135,
  'Server unavailable': 136,
  'Server busy': 137,
  Banned: 138,
  'Server shutting down': 139,
  'Bad authentication method': 140,
  'Keep Alive timeout': 141,
  'Session taken over': 142,
  'Topic Filter invalid': 143,
  'Topic Name invalid': 144,
  'Packet Identifier in use': 145,
  'Packet Identifier not found': 146,
  'Receive Maximum exceeded': 147,
  'Topic Alias invalid': 148,
  'Packet too large': 149,
  'Message rate too high': 150,
  'Quota exceeded': 151,
  'Administrative action': 152,
  'Payload format invalid': 153,
  'Retain not supported': 154,
  'QoS not supported': 155,
  'Use another server': 156,
  'Server moved': 157,
  'Shared Subscriptions not supported': 158,
  'Connection rate exceeded': 159,
  'Maximum connect time': 160,
  'Subscription Identifiers not supported': 161,
  'Wildcard Subscriptions not supported': 162,
};

test('each Reason Code of the table has its name and its value, and there are no others', () => {
  const words = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const wanted = Object.entries(TABLE).map(([name, value]) => [words(name), value] as const);
  const actual = Object.entries(ReasonCode).map(([name, value]) => [words(name), value] as const);
  expect(Object.fromEntries(actual)).toEqual(Object.fromEntries(wanted));
});
