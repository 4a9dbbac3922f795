// Random legal and illegal events for a Sender, against a model that is nothing but a list.
import { ProtocolError } from '@skua/codec';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Sender, type Delivery, type DeliveryRecord, type DeliveryState } from '../src/index.ts';

interface Entry {
  readonly delivery: Delivery<number>;
  readonly identifier: number;
  readonly message: number;
  state: DeliveryState;
  /** Whether its PUBLISH or PUBREL was sent on this connection. */
  sent: boolean;
}

// What is in flight: the model's list is in the order of sending; `released` is in the order of PUBREC.
class Model {
  entries: Entry[] = [];
  released: Entry[] = [];
  receiveMaximum = 0;
  ended = new Map<number, number>();

  unsent(): Entry[] {
    return [...this.released, ...this.entries].filter(({ sent }) => !sent);
  }

  // Whatever waits for PUBCOMP takes a place, since its PUBREL is sent at once.
  outstanding(): number {
    return this.released.length + this.entries.filter(({ sent }) => sent).length;
  }

  find(identifier: number): Entry | undefined {
    return [...this.entries, ...this.released].find((entry) => entry.identifier === identifier);
  }

  end(entry: Entry): void {
    this.entries = this.entries.filter((other) => other !== entry);
    this.released = this.released.filter((other) => other !== entry);
    this.ended.set(entry.message, (this.ended.get(entry.message) ?? 0) + 1);
  }

  release(entry: Entry): void {
    this.entries = this.entries.filter((other) => other !== entry);
    this.released.push(entry);
    entry.state = 'awaitingPubcomp';
    entry.sent = true;
  }
}

const pick = fc.nat(30);
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ type: fc.constant('publish' as const), qos: fc.constantFrom(1 as const, 2 as const) }),
    },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('puback' as const), pick }) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant('pubrec' as const), pick }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('pubrecError' as const), pick }) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant('pubcomp' as const), pick }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('discard' as const), pick }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('resend' as const), count: fc.nat(4) }) },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant('reconnect' as const), receiveMaximum: fc.integer({ min: 1, max: 6 }) }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('disconnect' as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('restart' as const) }) },
  ),
  { maxLength: 120, size: 'max' },
);

const LEGAL: Record<'puback' | 'pubrec' | 'pubrecError' | 'pubcomp' | 'discard', readonly DeliveryState[]> = {
  puback: ['awaitingPuback'],
  pubrec: ['awaitingPubrec', 'awaitingPubcomp'],
  pubrecError: ['awaitingPubrec'],
  pubcomp: ['awaitingPubcomp'],
  discard: ['awaitingPuback', 'awaitingPubrec'],
};

test('any events leave a Sender in the state of a list', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(steps, (script) => {
      let sender = new Sender<number>();
      const model = new Model();
      let messages = 0;

      const resend = (): boolean => {
        const [expected] = model.unsent();
        const allowed =
          model.receiveMaximum > 0 &&
          (expected?.state === 'awaitingPubcomp' || model.outstanding() < model.receiveMaximum);
        const delivery = sender.nextResend();
        if (expected === undefined || !allowed) {
          expect(delivery).toBeUndefined();
          return false;
        }
        expect(delivery).toMatchObject({
          packetIdentifier: expected.identifier,
          message: expected.message,
          state: expected.state,
        });
        expected.sent = true;
        return true;
      };

      const acknowledge = (type: keyof typeof LEGAL, choice: number): void => {
        const all = [...model.entries, ...model.released];
        const entry = all[choice % (all.length + 1)];
        const identifier = entry?.identifier ?? choice + 40_000;
        const call = {
          puback: () => sender.handlePuback(identifier),
          pubrec: () => sender.handlePubrec(identifier, 0x10),
          pubrecError: () => sender.handlePubrec(identifier, 0x87),
          pubcomp: () => sender.handlePubcomp(identifier),
          discard: () => sender.discard(identifier),
        }[type];
        if (entry === undefined) {
          expect(call()).toBe('unknown');
          return;
        }
        if (!LEGAL[type].includes(entry.state)) {
          if (type === 'discard') {
            expect(call).toThrow(Error);
          } else {
            expect(call).toThrow(ProtocolError);
          }
          return;
        }
        const qos = entry.delivery.qos;
        expect(call()).toBe(entry.delivery);
        if (type === 'pubrec' || (type === 'discard' && qos === 2)) {
          if (entry.state === 'awaitingPubrec') {
            model.release(entry);
          }
          entry.sent = true;
          expect(entry.delivery.state).toBe('awaitingPubcomp');
        } else {
          model.end(entry);
          expect(entry.delivery.state).toBe('done');
        }
      };

      for (const step of script) {
        switch (step.type) {
          case 'publish': {
            const allowed = model.unsent().length === 0 && model.outstanding() < model.receiveMaximum;
            expect(sender.canPublish).toBe(allowed);
            if (!allowed) {
              expect(() => sender.publish(0, step.qos)).toThrow('canPublish');
              break;
            }
            const message = (messages += 1);
            const delivery = sender.publish(message, step.qos);
            expect(model.find(delivery.packetIdentifier)).toBeUndefined(); // [MQTT-2.2.1-3]
            const state = step.qos === 1 ? 'awaitingPuback' : 'awaitingPubrec';
            model.entries.push({ delivery, identifier: delivery.packetIdentifier, message, state, sent: true });
            break;
          }
          case 'resend':
            for (let count = 0; count < step.count && resend(); count += 1);
            break;
          case 'reconnect':
            sender.disconnect();
            sender.connect(step.receiveMaximum);
            model.receiveMaximum = step.receiveMaximum;
            for (const entry of [...model.entries, ...model.released]) {
              entry.sent = false;
            }
            break;
          case 'disconnect':
            sender.disconnect();
            model.receiveMaximum = 0;
            for (const entry of [...model.entries, ...model.released]) {
              entry.sent = false;
            }
            break;
          case 'restart': {
            // The process ends and starts again with what was stored.
            const records: DeliveryRecord<number>[] = JSON.parse(JSON.stringify(sender.exportState()));
            sender = new Sender<number>();
            sender.restore(records);
            model.receiveMaximum = 0;
            const again = (entry: Entry): Entry => {
              const delivery = sender.find(entry.identifier);
              expect(delivery).toMatchObject({ message: entry.message, state: entry.state, qos: entry.delivery.qos });
              return { ...entry, delivery: delivery ?? entry.delivery, sent: false };
            };
            model.entries = model.entries.map(again);
            model.released = model.released.map(again);
            break;
          }
          case 'puback':
          case 'pubrec':
          case 'pubrecError':
          case 'pubcomp':
          case 'discard':
            acknowledge(step.type, step.pick);
            break;
        }
        const inflight = [...model.released, ...model.entries];
        expect([...sender.deliveries()]).toEqual(inflight.map(({ delivery }) => delivery));
        expect(sender.inflightCount).toBe(inflight.length);
        expect(sender.sendQuota).toBe(Math.max(0, model.receiveMaximum - model.outstanding()));
        expect(sender.hasResends).toBe(model.unsent().length > 0);
        // PUBREL is never held back, so it alone may go above the Receive Maximum.
        const publishesSent = model.entries.filter(({ sent }) => sent).length;
        expect(publishesSent).toBeLessThanOrEqual(model.receiveMaximum);
      }

      // Everything can be brought to its end, and everything ends exactly once.
      sender.disconnect();
      sender.connect(2);
      model.receiveMaximum = 2;
      for (const entry of [...model.entries, ...model.released]) {
        entry.sent = false;
      }
      while (model.entries.length + model.released.length > 0) {
        while (resend());
        const position = [...model.entries, ...model.released].findIndex(({ sent }) => sent);
        const state = [...model.entries, ...model.released][position]?.state ?? 'awaitingPuback';
        acknowledge(
          ({ awaitingPuback: 'puback', awaitingPubrec: 'pubrec', awaitingPubcomp: 'pubcomp' } as const)[state],
          position,
        );
      }
      expect(sender.inflightCount).toBe(0);
      expect(sender.sendQuota).toBe(2);
      expect(sender.canPublish).toBe(true);
      expect(model.ended.size).toBe(messages);
      expect([...model.ended.values()].every((times) => times === 1)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
