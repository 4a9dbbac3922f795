import { ProtocolError } from '@skua/codec';
import { describe, expect, test } from 'vitest';

import { Receiver } from './receiver.ts';

function connectedReceiver(receiveMaximum = 10): Receiver {
  const receiver = new Receiver();
  receiver.connect(receiveMaximum);
  return receiver;
}

function reconnect(receiver: Receiver, receiveMaximum = 10): void {
  receiver.disconnect();
  receiver.connect(receiveMaximum);
}

describe('Receiver: QoS 1', () => {
  test('a PUBLISH is new, and new again after its PUBACK', () => {
    const receiver = connectedReceiver();
    expect(receiver.handlePublish(1, 1)).toBe('new');
    expect(receiver.unacknowledgedCount).toBe(1);
    receiver.sendPuback(1);
    expect(receiver.unacknowledgedCount).toBe(0);
    expect(receiver.handlePublish(1, 1)).toBe('new');
  });

  test('a PUBLISH that comes again before its PUBACK is told apart', () => {
    const receiver = connectedReceiver();
    receiver.handlePublish(1, 1);
    expect(receiver.handlePublish(1, 1)).toBe('repeated');
    expect(receiver.unacknowledgedCount).toBe(1);
  });

  test('is forgotten with the connection, and its late PUBACK does nothing', () => {
    const receiver = connectedReceiver();
    receiver.handlePublish(1, 1);
    reconnect(receiver);
    expect(receiver.exportState()).toEqual([]);
    receiver.sendPuback(1);
    expect(receiver.unacknowledgedCount).toBe(0);
    expect(receiver.handlePublish(1, 1)).toBe('new');
  });

  test('PUBREL for it is a Protocol Error and changes nothing', () => {
    const receiver = connectedReceiver();
    receiver.handlePublish(1, 1);
    expect(() => receiver.handlePubrel(1)).toThrow(ProtocolError);
    expect(receiver.handlePublish(1, 1)).toBe('repeated');
  });
});

describe('Receiver: QoS 2', () => {
  test('a PUBLISH is new, then a duplicate until PUBREL, then new', () => {
    const receiver = connectedReceiver();
    expect(receiver.handlePublish(1, 2)).toBe('new');
    expect(receiver.handlePublish(1, 2)).toBe('duplicate');
    receiver.sendPubrec(1, 0x10);
    expect(receiver.handlePublish(1, 2)).toBe('duplicate');
    expect(receiver.unacknowledgedCount).toBe(1);
    expect(receiver.handlePubrel(1)).toBe('released');
    expect(receiver.unacknowledgedCount).toBe(0);
    expect(receiver.handlePubrel(1)).toBe('unknown');
    expect(receiver.handlePublish(1, 2)).toBe('new');
  });

  test('a PUBREC of 0x80 or greater makes the next PUBLISH a new one', () => {
    const receiver = connectedReceiver();
    receiver.handlePublish(1, 2);
    receiver.sendPubrec(1, 0x80);
    expect(receiver.unacknowledgedCount).toBe(0);
    expect(receiver.handlePubrel(1)).toBe('unknown');
    expect(receiver.handlePublish(1, 2)).toBe('new');
  });

  test('survives the connection', () => {
    const receiver = connectedReceiver();
    receiver.handlePublish(3, 2);
    receiver.handlePublish(2, 2);
    reconnect(receiver);
    expect(receiver.exportState()).toEqual([3, 2]);
    expect(receiver.handlePublish(3, 2)).toBe('duplicate');
    expect(receiver.handlePubrel(2)).toBe('released');
    expect(receiver.handlePubrel(3)).toBe('released');
    expect(receiver.unacknowledgedCount).toBe(0);
  });
});

test('an identifier of the other QoS is in use and stays what it is', () => {
  const receiver = connectedReceiver();
  receiver.handlePublish(1, 1);
  receiver.handlePublish(2, 2);
  expect(receiver.handlePublish(1, 2)).toBe('identifierInUse');
  expect(receiver.handlePublish(2, 1)).toBe('identifierInUse');
  receiver.sendPuback(2);
  receiver.sendPubrec(1, 0x91);
  expect(receiver.unacknowledgedCount).toBe(2);
  reconnect(receiver);
  expect(receiver.handlePublish(2, 1)).toBe('identifierInUse');
});

describe('Receiver: Receive Maximum', () => {
  test('one more is a Protocol Error 0x93 and changes nothing', () => {
    const receiver = connectedReceiver(2);
    receiver.handlePublish(1, 1);
    receiver.handlePublish(2, 2);
    expect(() => receiver.handlePublish(3, 1)).toThrow(
      expect.objectContaining({ name: 'ProtocolError', reasonCode: 0x93 }),
    );
    expect(receiver.handlePublish(2, 2)).toBe('duplicate');
    receiver.sendPuback(1);
    expect(receiver.handlePublish(3, 1)).toBe('new');
    expect(() => receiver.handlePublish(4, 2)).toThrow(ProtocolError);
    expect(receiver.exportState()).toEqual([2]);
  });

  test('what came on an earlier connection counts when it comes again', () => {
    const receiver = connectedReceiver(2);
    receiver.handlePublish(1, 2);
    receiver.handlePublish(2, 2);
    reconnect(receiver, 1);
    expect(receiver.unacknowledgedCount).toBe(0);
    expect(receiver.handlePublish(1, 2)).toBe('duplicate');
    expect(receiver.handlePublish(1, 2)).toBe('duplicate');
    expect(() => receiver.handlePublish(2, 2)).toThrow(ProtocolError);
    expect(receiver.handlePubrel(1)).toBe('released');
    expect(receiver.handlePublish(2, 2)).toBe('duplicate');
  });

  test.each([0, 65_536, 1.5])('refuses a Receive Maximum of %s', (receiveMaximum) => {
    expect(() => new Receiver().connect(receiveMaximum)).toThrow(RangeError);
  });
});

describe('Receiver: stored state', () => {
  test('is the identifiers that wait for PUBREL', () => {
    const receiver = new Receiver();
    receiver.restore([9, 4]);
    expect(receiver.exportState()).toEqual([9, 4]);
    receiver.connect(1);
    expect(receiver.handlePublish(4, 2)).toBe('duplicate');
    expect(receiver.handlePubrel(9)).toBe('released');
  });

  test.each([[[0]], [[65_536]], [[1, 1]]])('refuses to restore %j', (identifiers) => {
    expect(() => new Receiver().restore(identifiers)).toThrow(RangeError);
  });

  test('is not for a Receiver that is in use', () => {
    expect(() => connectedReceiver().restore([1])).toThrow('before it is used');
  });
});
