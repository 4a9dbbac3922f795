import { ProtocolError } from '@skua/codec';
import { describe, expect, test } from 'vitest';

import type { Delivery, DeliveryState } from './delivery.ts';
import { PacketIdentifiers } from './packet-identifiers.ts';
import { Sender } from './sender.ts';

function connectedSender(receiveMaximum = 10): Sender<string> {
  const sender = new Sender<string>();
  sender.connect(receiveMaximum);
  return sender;
}

function reconnect(sender: Sender<string>, receiveMaximum = 10): void {
  sender.disconnect();
  sender.connect(receiveMaximum);
}

function resends(sender: Sender<string>): string[] {
  const packets: string[] = [];
  for (let next = sender.nextResend(); next !== undefined; next = sender.nextResend()) {
    packets.push(`${next.state === 'awaitingPubcomp' ? 'PUBREL' : 'PUBLISH'} ${next.message}`);
  }
  return packets;
}

function senderIn(state: DeliveryState): { sender: Sender<string>; delivery: Delivery<string> } {
  const sender = connectedSender();
  const delivery = sender.publish('m', state === 'awaitingPuback' ? 1 : 2);
  if (state === 'awaitingPubcomp') {
    sender.handlePubrec(delivery.packetIdentifier, 0x00);
  }
  return { sender, delivery };
}

const EVENTS = {
  puback: (sender: Sender<string>, identifier: number) => sender.handlePuback(identifier),
  pubrec: (sender: Sender<string>, identifier: number) => sender.handlePubrec(identifier, 0x10),
  pubrecError: (sender: Sender<string>, identifier: number) => sender.handlePubrec(identifier, 0x80),
  pubcomp: (sender: Sender<string>, identifier: number) => sender.handlePubcomp(identifier),
} as const;

describe('Sender: steps of a delivery', () => {
  test.each([
    ['awaitingPuback', 'puback', 'done'],
    ['awaitingPubrec', 'pubrec', 'awaitingPubcomp'],
    ['awaitingPubrec', 'pubrecError', 'done'],
    ['awaitingPubcomp', 'pubrec', 'awaitingPubcomp'],
    ['awaitingPubcomp', 'pubcomp', 'done'],
  ] as const)('%s on %s becomes %s', (state, event, next) => {
    const { sender, delivery } = senderIn(state);
    expect(EVENTS[event](sender, delivery.packetIdentifier)).toBe(delivery);
    expect(delivery.state).toBe(next);
    expect(sender.inflightCount).toBe(next === 'done' ? 0 : 1);
    expect(sender.sendQuota).toBe(next === 'done' ? 10 : 9);
    expect(sender.find(delivery.packetIdentifier)).toBe(next === 'done' ? undefined : delivery);
  });

  test.each([
    ['awaitingPuback', 'pubrec'],
    ['awaitingPuback', 'pubrecError'],
    ['awaitingPuback', 'pubcomp'],
    ['awaitingPubrec', 'puback'],
    ['awaitingPubrec', 'pubcomp'],
    ['awaitingPubcomp', 'puback'],
    ['awaitingPubcomp', 'pubrecError'],
  ] as const)('%s on %s is a Protocol Error and changes nothing', (state, event) => {
    const { sender, delivery } = senderIn(state);
    expect(() => EVENTS[event](sender, delivery.packetIdentifier)).toThrow(ProtocolError);
    expect(delivery.state).toBe(state);
    expect(sender.inflightCount).toBe(1);
    expect(sender.sendQuota).toBe(9);
  });

  test.each(['puback', 'pubrec', 'pubrecError', 'pubcomp'] as const)(
    '%s for an identifier without delivery is unknown',
    (event) => {
      const { sender, delivery } = senderIn('awaitingPubrec');
      expect(EVENTS[event](sender, delivery.packetIdentifier + 1)).toBe('unknown');
      expect(sender.inflightCount).toBe(1);
    },
  );

  test('the second acknowledgement of the same delivery is unknown', () => {
    const { sender, delivery } = senderIn('awaitingPuback');
    sender.handlePuback(delivery.packetIdentifier);
    expect(sender.handlePuback(delivery.packetIdentifier)).toBe('unknown');
    expect(sender.sendQuota).toBe(10);
  });

  test('0x7F is not an error, 0x80 is', () => {
    const sender = connectedSender();
    const first = sender.publish('a', 2);
    const second = sender.publish('b', 2);
    sender.handlePubrec(first.packetIdentifier, 0x7f);
    sender.handlePubrec(second.packetIdentifier, 0x80);
    expect([first.state, second.state]).toEqual(['awaitingPubcomp', 'done']);
  });
});

describe('Sender: send quota', () => {
  test('stops at Receive Maximum and goes on after PUBACK, PUBCOMP or PUBREC with an error, not after PUBREC', () => {
    const sender = connectedSender(3);
    const qos1 = sender.publish('a', 1);
    const qos2 = sender.publish('b', 2);
    const refused = sender.publish('c', 2);
    expect([sender.sendQuota, sender.canPublish]).toEqual([0, false]);
    expect(() => sender.publish('d', 1)).toThrow('canPublish');
    sender.handlePubrec(qos2.packetIdentifier, 0x00);
    expect([sender.sendQuota, sender.canPublish]).toEqual([0, false]);
    sender.handlePubcomp(qos2.packetIdentifier);
    expect([sender.sendQuota, sender.canPublish]).toEqual([1, true]);
    sender.handlePuback(qos1.packetIdentifier);
    sender.handlePubrec(refused.packetIdentifier, 0x97);
    expect(sender.sendQuota).toBe(3);
  });

  test.each([0, 65_536, 1.5, Number.NaN])('refuses a Receive Maximum of %s', (receiveMaximum) => {
    expect(() => new Sender().connect(receiveMaximum)).toThrow(RangeError);
  });

  test('publishes nothing before a connection and after it', () => {
    const sender = new Sender<string>();
    expect(sender.canPublish).toBe(false);
    sender.connect(1);
    expect(sender.canPublish).toBe(true);
    sender.disconnect();
    expect([sender.canPublish, sender.sendQuota]).toEqual([false, 0]);
    expect(() => sender.publish('a', 1)).toThrow('canPublish');
  });

  test('gives every Packet Identifier back', () => {
    const identifiers = new PacketIdentifiers();
    const sender = new Sender<string>(identifiers);
    sender.connect(10);
    sender.handlePuback(sender.publish('a', 1).packetIdentifier);
    sender.handlePubrec(sender.publish('b', 2).packetIdentifier, 0x80);
    const { packetIdentifier } = sender.publish('c', 2);
    sender.handlePubrec(packetIdentifier, 0);
    expect(identifiers.size).toBe(1);
    sender.handlePubcomp(packetIdentifier);
    expect(identifiers.size).toBe(0);
  });

  test('publishes nothing while all identifiers are in use by SUBSCRIBE', () => {
    const identifiers = new PacketIdentifiers();
    const sender = new Sender<string>(identifiers);
    sender.connect(10);
    while (!identifiers.isExhausted) {
      identifiers.allocate();
    }
    expect(sender.canPublish).toBe(false);
    identifiers.release(77);
    expect(sender.publish('a', 1).packetIdentifier).toBe(77);
  });
});

describe('Sender: reconnect', () => {
  test('repeats PUBREL in the order of PUBREC, then PUBLISH in the order first sent', () => {
    const sender = connectedSender();
    const [, b, , d] = (['a', 'b', 'c', 'd', 'e'] as const).map((name) => sender.publish(name, name === 'c' ? 1 : 2));
    sender.handlePubrec(d?.packetIdentifier ?? 0, 0x00);
    sender.handlePubrec(b?.packetIdentifier ?? 0, 0x00);
    reconnect(sender);
    expect(resends(sender)).toEqual(['PUBREL d', 'PUBREL b', 'PUBLISH a', 'PUBLISH c', 'PUBLISH e']);
    expect(resends(sender)).toEqual([]);
    expect(sender.canPublish).toBe(true);
  });

  test('keeps the original Packet Identifiers', () => {
    const sender = connectedSender();
    const { packetIdentifier } = sender.publish('a', 1);
    reconnect(sender);
    expect(sender.nextResend()?.packetIdentifier).toBe(packetIdentifier);
  });

  test('nothing is sent again while there is no connection', () => {
    const { sender } = senderIn('awaitingPubcomp');
    sender.disconnect();
    expect(sender.hasResends).toBe(true);
    expect(sender.nextResend()).toBeUndefined();
  });

  test('sends PUBREL whatever the quota, and PUBLISH as it frees, before anything new', () => {
    const sender = connectedSender();
    const identifiers = ['a', 'b', 'c', 'd'].map((name) => sender.publish(name, 2).packetIdentifier);
    sender.handlePubrec(identifiers[0] ?? 0, 0);
    sender.handlePubrec(identifiers[1] ?? 0, 0);
    reconnect(sender, 1);
    expect(resends(sender)).toEqual(['PUBREL a', 'PUBREL b']);
    expect([sender.sendQuota, sender.canPublish, sender.hasResends]).toEqual([0, false, true]);
    sender.handlePubcomp(identifiers[0] ?? 0);
    expect(resends(sender)).toEqual([]); // The PUBREL of b is still outstanding and takes the only place.
    sender.handlePubcomp(identifiers[1] ?? 0);
    expect([sender.sendQuota, sender.canPublish]).toEqual([1, false]);
    expect(resends(sender)).toEqual(['PUBLISH c']);
    sender.handlePubrec(identifiers[2] ?? 0, 0x80);
    expect(resends(sender)).toEqual(['PUBLISH d']);
    expect([sender.hasResends, sender.canPublish]).toEqual([false, false]);
    sender.handlePubrec(identifiers[3] ?? 0, 0x80);
    expect(sender.canPublish).toBe(true);
  });

  test('what is acknowledged before it was sent again is not sent again', () => {
    const sender = connectedSender();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => sender.publish(name, name === 'b' ? 2 : 1).packetIdentifier);
    reconnect(sender, 1);
    sender.handlePuback(a ?? 0);
    sender.handlePubrec(b ?? 0, 0x00);
    expect(sender.sendQuota).toBe(0); // The PUBREL that answered takes the place.
    expect(resends(sender)).toEqual([]);
    sender.handlePubcomp(b ?? 0);
    expect(resends(sender)).toEqual(['PUBLISH c']);
    sender.handlePuback(c ?? 0);
    expect([sender.hasResends, sender.canPublish, sender.inflightCount]).toEqual([false, true, 0]);
  });

  test('a PUBREL that answered a repeated PUBREC is not repeated as well', () => {
    const { sender, delivery } = senderIn('awaitingPubcomp');
    reconnect(sender);
    sender.handlePubrec(delivery.packetIdentifier, 0x00);
    expect(resends(sender)).toEqual([]);
    expect(sender.sendQuota).toBe(9);
  });

  test('a second reconnect in the middle starts anew', () => {
    const sender = connectedSender();
    for (const name of ['a', 'b', 'c']) {
      sender.publish(name, 1);
    }
    reconnect(sender, 2);
    expect(resends(sender)).toEqual(['PUBLISH a', 'PUBLISH b']);
    reconnect(sender, 3);
    expect(resends(sender)).toEqual(['PUBLISH a', 'PUBLISH b', 'PUBLISH c']);
  });
});

describe('Sender: discard', () => {
  test('ends a delivery of QoS 1', () => {
    const { sender, delivery } = senderIn('awaitingPuback');
    reconnect(sender);
    sender.nextResend();
    expect(sender.discard(delivery.packetIdentifier)).toBe(delivery);
    expect([delivery.state, sender.inflightCount, sender.sendQuota]).toEqual(['done', 0, 10]);
  });

  test('goes on with PUBREL at QoS 2, since the peer may know the identifier', () => {
    const { sender, delivery } = senderIn('awaitingPubrec');
    reconnect(sender);
    sender.nextResend();
    sender.discard(delivery.packetIdentifier);
    expect([delivery.state, sender.sendQuota]).toEqual(['awaitingPubcomp', 9]);
    sender.handlePubcomp(delivery.packetIdentifier);
    expect([delivery.state, sender.sendQuota]).toEqual(['done', 10]);
  });

  test("is the caller's mistake after PUBREC", () => {
    const { sender, delivery } = senderIn('awaitingPubcomp');
    expect(() => sender.discard(delivery.packetIdentifier)).toThrow('only PUBLISH');
    expect(() => sender.discard(delivery.packetIdentifier)).not.toThrow(ProtocolError);
    expect(sender.discard(999)).toBe('unknown');
  });
});

describe('Sender: stored state', () => {
  test('goes through JSON and back', () => {
    const sender = connectedSender();
    sender.publish('a', 1);
    const b = sender.publish('b', 2);
    sender.publish('c', 2);
    sender.handlePubrec(b.packetIdentifier, 0);
    const records = JSON.parse(JSON.stringify(sender.exportState()));
    expect(records).toEqual([
      { packetIdentifier: 2, state: 'awaitingPubcomp', message: 'b' },
      { packetIdentifier: 1, state: 'awaitingPuback', message: 'a' },
      { packetIdentifier: 3, state: 'awaitingPubrec', message: 'c' },
    ]);
    const restored = new Sender<string>();
    restored.restore(records);
    expect([...restored.deliveries()].map(({ message, qos }) => [message, qos])).toEqual([
      ['b', 2],
      ['a', 1],
      ['c', 2],
    ]);
    expect([restored.hasResends, restored.canPublish]).toEqual([true, false]);
    restored.connect(10);
    expect(resends(restored)).toEqual(['PUBREL b', 'PUBLISH a', 'PUBLISH c']);
    expect(restored.publish('d', 1).packetIdentifier).toBe(4);
    expect(restored.exportState()).toHaveLength(4);
  });

  test('refuses doubled identifiers and a Sender that is in use', () => {
    const record = { packetIdentifier: 1, state: 'awaitingPuback', message: 'a' } as const;
    expect(() => new Sender<string>().restore([record, record])).toThrow(RangeError);
    expect(() => connectedSender().restore([record])).toThrow('before it is used');
  });
});
