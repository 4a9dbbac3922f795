import type { ServerEvent } from '@skua/server';
import { expect, test } from 'vitest';
import { eventLine } from './event-line.ts';

const at = { remoteAddress: '192.0.2.7', listener: 'mqtt://0.0.0.0:1883' };
const connected = {
  type: 'connected',
  clientIdentifier: 'pump',
  userName: undefined,
  protocolVersion: 4,
  cleanStart: true,
  sessionPresent: false,
  keepAlive: 60,
  ...at,
} as const;
const disconnected = { type: 'disconnected', clientIdentifier: 'pump', ...at } as const;

test.each<[ServerEvent, string, string]>([
  [connected, 'notice', 'New client connected from 192.0.2.7 as pump (p2, c1, k60).'],
  [
    { ...connected, userName: 'bob', protocolVersion: 5, cleanStart: false },
    'notice',
    "New client connected from 192.0.2.7 as pump (p5, c0, k60, u'bob').",
  ],
  [
    {
      type: 'connectRefused',
      clientIdentifier: undefined,
      userName: undefined,
      reasonCode: 0x87,
      explanation: 'not authorized.',
      ...at,
    },
    'notice',
    'Client <unknown> from 192.0.2.7 was refused: not authorized (0x87).',
  ],
  [{ ...disconnected, by: 'client', reasonCode: 0, explanation: '' }, 'notice', 'Client pump disconnected.'],
  [
    { ...disconnected, by: 'client', reasonCode: 4, explanation: 'with will' },
    'notice',
    'Client pump disconnected: with will (0x04).',
  ],
  [
    { ...disconnected, by: 'network', reasonCode: 0x80, explanation: 'closed' },
    'notice',
    'Client pump closed its connection without DISCONNECT.',
  ],
  [
    { ...disconnected, by: 'broker', reasonCode: 0x8e, explanation: 'session taken over' },
    'notice',
    'Client pump was disconnected: session taken over (0x8E).',
  ],
  [{ type: 'sessionEnded', clientIdentifier: 'pump', cause: 'expired' }, 'debug', 'Session of pump ended (expired).'],
  [
    { type: 'subscribed', clientIdentifier: 'pump', subscriptionFilter: 'a/#', reasonCode: 1 },
    'subscribe',
    'pump 1 a/#',
  ],
  [
    { type: 'subscribed', clientIdentifier: 'pump', subscriptionFilter: 'a/#', reasonCode: 0x87 },
    'subscribe',
    'pump refused (0x87) a/#',
  ],
  [
    { type: 'unsubscribed', clientIdentifier: 'pump', subscriptionFilter: 'a/#', reasonCode: 0 },
    'unsubscribe',
    'pump a/#',
  ],
  [
    { type: 'messageDropped', reason: 'queueFull', clientIdentifier: 'pump', topicName: 'a', qos: 1 },
    'debug',
    'Dropped a QoS 1 message on a for pump (queueFull).',
  ],
  [
    {
      type: 'protocolError',
      clientIdentifier: 'pump',
      reasonCode: 0x81,
      statement: 'MQTT-1.5.4-1',
      explanation: 'ill-formed UTF-8',
      ...at,
    },
    'notice',
    'Client pump from 192.0.2.7 broke the protocol: ill-formed UTF-8 (0x81) [MQTT-1.5.4-1].',
  ],
  [
    { type: 'hookFailed', hook: 'authenticate', clientIdentifier: 'pump', error: 'no database' },
    'error',
    'The authenticate hook failed: no database',
  ],
  [{ type: 'internalError', clientIdentifier: undefined, error: 'oops' }, 'error', 'Defect in the broker: oops'],
])('%j', (event, type, text) => {
  expect(eventLine(event)).toEqual({ type, text });
});

test('a defect comes with its stack', () => {
  const error = new Error('oops');
  const { text } = eventLine({ type: 'internalError', clientIdentifier: 'pump', error });
  expect(text).toContain(`Defect in the broker, met by client pump: ${error.stack}`);
});
