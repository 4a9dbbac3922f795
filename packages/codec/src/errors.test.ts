import { expect, test } from 'vitest';
import { EncodeError, MalformedPacketError, MqttError, ProtocolError, ReasonCode } from './index.ts';

test('a peer’s fault carries its Reason Code, which each class has a default for', () => {
  const malformed = new MalformedPacketError('too short', { byteOffset: 3, statement: 'MQTT-1.5.4-1' });
  expect(malformed).toBeInstanceOf(MqttError);
  expect(malformed).toMatchObject({
    name: 'MalformedPacketError',
    reasonCode: 0x81,
    byteOffset: 3,
    statement: 'MQTT-1.5.4-1',
  });
  expect(new ProtocolError('twice')).toMatchObject({
    name: 'ProtocolError',
    message: 'twice',
    reasonCode: 0x82,
    byteOffset: undefined,
    statement: undefined,
  });
  expect(new ProtocolError('large', { reasonCode: ReasonCode.PacketTooLarge }).reasonCode).toBe(0x95);
  expect(new MqttError('other').reasonCode).toBe(0x80);
});

test.each([
  ['a text', 'x'.repeat(50), `"${'x'.repeat(40)}"`],
  ['bytes', new Uint8Array(3), 'object'],
  ['a number', 7, '7'],
  ['an object', { a: 1 }, 'object'],
  ['nothing', undefined, 'undefined'],
])('the caller’s fault says what was found, here %s', (_name, found, shown) => {
  const error = new EncodeError({ field: 'will.qos', found, allowed: '0, 1 or 2' });
  expect(error).not.toBeInstanceOf(MqttError);
  expect(error.message).toBe(`will.qos is ${shown}; allowed: 0, 1 or 2`);
  expect(error).toMatchObject({ name: 'EncodeError', field: 'will.qos', found, statement: undefined });
});
