import { describe, expect, test } from 'vitest';

import { MessageQueue } from './message-queue.ts';
import { Receiver } from './receiver.ts';
import { Sender } from './sender.ts';
import {
  exportDeliveryState,
  restoreDeliveryState,
  sessionExpiresAt,
  willDueAt,
  type DeliveryParts,
} from './session-state.ts';

interface Message {
  readonly name: string;
}

function makeParts(): DeliveryParts<Message> {
  const limits = { messagesMax: 10, bytesMax: 100, overflow: 'dropNewest', queueQos0Messages: true } as const;
  const reader = { bytes: () => 1, expiresAt: () => undefined, topicName: () => 't', qos: () => 1 as const };
  return {
    sender: new Sender<Message>(),
    queue: new MessageQueue<Message>(limits, reader, { messageDropped: () => expect.unreachable() }),
    receiver: new Receiver(),
  };
}

test('the state of a session goes through JSON and continues where it was', () => {
  const before = makeParts();
  before.sender.connect(10);
  before.receiver.connect(10);
  before.sender.publish({ name: 'a' }, 1);
  const { packetIdentifier } = before.sender.publish({ name: 'b' }, 2);
  before.sender.handlePubrec(packetIdentifier, 0);
  before.receiver.handlePublish(7, 2);
  before.receiver.handlePublish(8, 1);
  before.queue.push({ name: 'c' }, 0);

  const after = makeParts();
  restoreDeliveryState(after, JSON.parse(JSON.stringify(exportDeliveryState(before))));
  expect(exportDeliveryState(after)).toEqual({
    inflight: [
      { packetIdentifier: 2, state: 'awaitingPubcomp', message: { name: 'b' } },
      { packetIdentifier: 1, state: 'awaitingPuback', message: { name: 'a' } },
    ],
    queue: [{ name: 'c' }],
    awaitingPubrel: [7],
  });
  after.receiver.connect(10);
  expect(after.receiver.handlePublish(7, 2)).toBe('duplicate');
  expect(after.receiver.handlePublish(8, 1)).toBe('new');
});

describe('deadlines', () => {
  test('a session ends its Session Expiry Interval after the connection', () => {
    expect(sessionExpiresAt(0, 5000)).toBe(5000);
    expect(sessionExpiresAt(60, 5000)).toBe(65_000);
    expect(sessionExpiresAt(0xfffffffe, 0)).toBe(4_294_967_294_000);
    expect(sessionExpiresAt(0xffffffff, 5000)).toBe(Infinity);
  });

  test('a will is due after its delay or with the end of the session, whichever is first', () => {
    expect(willDueAt(10, 60, 5000)).toBe(15_000);
    expect(willDueAt(60, 10, 5000)).toBe(15_000);
    expect(willDueAt(0, 0xffffffff, 5000)).toBe(5000);
  });
});
