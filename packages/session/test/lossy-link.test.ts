// A Sender and a Receiver joined by a link that delays, cuts and reconnects: at QoS 2 every message arrives exactly
// once, at QoS 1 at least once, and the first arrivals are in the order of publishing, wherever the cuts are.
import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  exportDeliveryState,
  MessageQueue,
  Receiver,
  restoreDeliveryState,
  Sender,
  type Delivery,
} from '../src/index.ts';

interface Message {
  readonly number: number;
  readonly qos: 1 | 2;
}

type ToReceiver =
  | { readonly type: 'publish'; readonly identifier: number; readonly dup: boolean; readonly message: Message }
  | { readonly type: 'pubrel'; readonly identifier: number };
interface ToSender {
  readonly type: 'puback' | 'pubrec' | 'pubcomp';
  readonly identifier: number;
  readonly reasonCode: number;
}

class World {
  sender = new Sender<Message>();
  queue = this.#makeQueue();
  receiver = new Receiver();
  connected = false;
  toReceiver: ToReceiver[] = [];
  toSender: ToSender[] = [];
  arrived: Message[] = [];
  refused = new Set<number>();
  published: Message[] = [];
  completed: number[] = [];
  /** The PUBLISH packets under way by the receiver's side of the count, at most this many. */
  receiveMaximum = 0;
  refuse: (message: Message) => boolean;

  constructor(refuse: (message: Message) => boolean) {
    this.refuse = refuse;
  }

  #makeQueue(): MessageQueue<Message> {
    return new MessageQueue<Message>(
      { messagesMax: Infinity, bytesMax: Infinity, overflow: 'dropNewest', queueQos0Messages: false },
      { bytes: () => 1, expiresAt: () => undefined, topicName: () => 't', qos: ({ qos }) => qos },
      { messageDropped: () => expect.unreachable() },
    );
  }

  cut(): void {
    if (this.connected) {
      this.connected = false;
      this.toReceiver = [];
      this.toSender = [];
      this.sender.disconnect();
      this.receiver.disconnect();
    }
  }

  connect(receiveMaximum: number): void {
    if (!this.connected) {
      this.connected = true;
      this.receiveMaximum = receiveMaximum;
      this.sender.connect(receiveMaximum);
      this.receiver.connect(receiveMaximum);
      this.#pump();
    }
  }

  // Both ends lose their memory and come back with what they stored.
  restart(): void {
    this.cut();
    const [sender, queue, receiver] = [new Sender<Message>(), this.#makeQueue(), new Receiver()];
    const stored = JSON.stringify(exportDeliveryState(this));
    restoreDeliveryState({ sender, queue, receiver }, JSON.parse(stored));
    Object.assign(this, { sender, queue, receiver });
  }

  publish(qos: 1 | 2): void {
    const message: Message = { number: this.published.length, qos };
    this.published.push(message);
    this.queue.push(message, 0);
    this.#pump();
  }

  // What a broker or a client does whenever quota may be free: what is to be sent again, then the queue.
  #pump(): void {
    for (let next = this.sender.nextResend(); next !== undefined; next = this.sender.nextResend()) {
      this.toReceiver.push(
        next.state === 'awaitingPubcomp'
          ? { type: 'pubrel', identifier: next.packetIdentifier }
          : { type: 'publish', identifier: next.packetIdentifier, dup: true, message: next.message },
      );
    }
    while (this.sender.canPublish) {
      const message = this.queue.shift(0);
      if (message === undefined) {
        break;
      }
      const { packetIdentifier } = this.sender.publish(message, message.qos);
      this.toReceiver.push({ type: 'publish', identifier: packetIdentifier, dup: false, message });
    }
  }

  stepReceiver(): boolean {
    const packet = this.toReceiver.shift();
    if (packet === undefined) {
      return false;
    }
    const { identifier } = packet;
    if (packet.type === 'pubrel') {
      const reasonCode = this.receiver.handlePubrel(identifier) === 'released' ? 0 : 0x92;
      this.toSender.push({ type: 'pubcomp', identifier, reasonCode });
      return true;
    }
    const { message, dup } = packet;
    const outcome = this.receiver.handlePublish(identifier, message.qos); // throws if the quota is exceeded
    expect(outcome === 'new' || (outcome === 'duplicate' && dup && message.qos === 2)).toBe(true);
    const refused = outcome === 'new' && this.refuse(message);
    if (refused) {
      this.refused.add(message.number);
    } else if (outcome === 'new') {
      this.arrived.push(message);
    }
    const reasonCode = refused ? 0x97 : 0;
    if (message.qos === 1) {
      this.receiver.sendPuback(identifier);
      this.toSender.push({ type: 'puback', identifier, reasonCode });
    } else {
      this.receiver.sendPubrec(identifier, reasonCode);
      this.toSender.push({ type: 'pubrec', identifier, reasonCode });
    }
    return true;
  }

  stepSender(): boolean {
    const packet = this.toSender.shift();
    if (packet === undefined) {
      return false;
    }
    const { identifier, reasonCode } = packet;
    let delivery: Delivery<Message> | 'unknown';
    if (packet.type === 'puback') {
      delivery = this.sender.handlePuback(identifier);
    } else if (packet.type === 'pubrec') {
      delivery = this.sender.handlePubrec(identifier, reasonCode);
    } else {
      delivery = this.sender.handlePubcomp(identifier);
    }
    if (delivery === 'unknown') {
      return expect.unreachable();
    }
    if (delivery.state === 'awaitingPubcomp') {
      this.toReceiver.push({ type: 'pubrel', identifier });
    } else {
      this.completed.push(delivery.message.number);
    }
    this.#pump();
    return true;
  }
}

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ type: fc.constant('publish' as const), qos: fc.constantFrom(1 as const, 2 as const) }),
    },
    {
      weight: 8,
      arbitrary: fc.record({ type: fc.constant('stepReceiver' as const), count: fc.integer({ min: 1, max: 4 }) }),
    },
    {
      weight: 8,
      arbitrary: fc.record({ type: fc.constant('stepSender' as const), count: fc.integer({ min: 1, max: 4 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ type: fc.constant('connect' as const), receiveMaximum: fc.integer({ min: 1, max: 5 }) }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('cut' as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('restart' as const) }) },
  ),
  { maxLength: 150, size: 'max' },
);

function run(script: typeof steps extends fc.Arbitrary<infer Script> ? Script : never, world: World): void {
  world.connect(3);
  for (const step of script) {
    switch (step.type) {
      case 'publish':
        world.publish(step.qos);
        break;
      case 'stepReceiver':
        for (let count = 0; count < step.count && world.stepReceiver(); count += 1);
        break;
      case 'stepSender':
        for (let count = 0; count < step.count && world.stepSender(); count += 1);
        break;
      case 'connect':
        world.connect(step.receiveMaximum);
        break;
      case 'cut':
        world.cut();
        break;
      case 'restart':
        world.restart();
        break;
    }
  }
  world.connect(1);
  while (world.stepReceiver() || world.stepSender());
}

function firstArrivals(arrived: readonly Message[], qos: 1 | 2): number[] {
  return [...new Set(arrived.filter((message) => message.qos === qos).map(({ number }) => number))];
}

test('whatever the cuts: exactly once at QoS 2, at least once at QoS 1, both in order', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(steps, (script) => {
      const world = new World(() => false);
      run(script, world);
      for (const qos of [1, 2] as const) {
        const published = world.published.filter((message) => message.qos === qos).map(({ number }) => number);
        expect(firstArrivals(world.arrived, qos)).toEqual(published);
      }
      const exactlyOnce = world.arrived.filter(({ qos }) => qos === 2).map(({ number }) => number);
      expect(exactlyOnce).toHaveLength(new Set(exactlyOnce).size);
      // Every delivery ended, each once, and nothing is left on either side.
      expect([...world.completed].toSorted((a, b) => a - b)).toEqual(world.published.map(({ number }) => number));
      expect(exportDeliveryState(world)).toEqual({ inflight: [], queue: [], awaitingPubrel: [] });
      expect(world.receiver.unacknowledgedCount).toBe(0);
      expect(world.sender.sendQuota).toBe(world.receiveMaximum);
    }),
    { numRuns: 500 },
  );
});

test('a receiver that refuses some messages does not stop the others', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 2, max: 5 }), (script, every) => {
      const world = new World(({ number }) => number % every === 0);
      run(script, world);
      expect([...world.completed].toSorted((a, b) => a - b)).toEqual(world.published.map(({ number }) => number));
      const arrived = new Set(world.arrived.map(({ number }) => number));
      expect(world.published.every(({ number }) => arrived.has(number) !== world.refused.has(number))).toBe(true);
      expect(exportDeliveryState(world)).toEqual({ inflight: [], queue: [], awaitingPubrel: [] });
    }),
    { numRuns: 300 },
  );
});

test('every single cut position of a short exchange', { timeout: 60_000 }, () => {
  // Five messages, Receive Maximum 2, one packet a step from alternating sides; the cut comes after `cutAt` steps.
  for (let cutAt = 0; cutAt < 60; cutAt += 1) {
    for (let secondCutAt = cutAt; secondCutAt < 60; secondCutAt += 1) {
      const world = new World(() => false);
      world.connect(2);
      for (const qos of [2, 1, 2, 2, 1] as const) {
        world.publish(qos);
      }
      for (let step = 0; step < 120; step += 1) {
        if (step === cutAt || step === secondCutAt) {
          world.cut();
          world.connect(step === cutAt ? 1 : 3);
        }
        if (step % 2 === 0) {
          world.stepReceiver();
        } else {
          world.stepSender();
        }
      }
      expect(firstArrivals(world.arrived, 2)).toEqual([0, 2, 3]);
      expect(world.arrived.filter(({ qos }) => qos === 2)).toHaveLength(3);
      expect(firstArrivals(world.arrived, 1)).toEqual([1, 4]);
      expect([...world.completed].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    }
  }
});
