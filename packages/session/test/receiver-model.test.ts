// Random legal and illegal events for a Receiver, against a model that is nothing but a list.
import { ProtocolError } from '@skua/codec';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Receiver } from '../src/index.ts';

interface Entry {
  readonly identifier: number;
  readonly qos: 1 | 2;
  /** Whether a PUBLISH of this connection brought it. */
  counted: boolean;
}

// Few identifiers, so that they meet.
const identifier = fc.integer({ min: 1, max: 6 });
const reasonCode = fc.constantFrom(0x00, 0x10, 0x80, 0x97);
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('publish' as const),
        identifier,
        qos: fc.constantFrom(1 as const, 2 as const),
      }),
    },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('puback' as const), identifier }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('pubrec' as const), identifier, reasonCode }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('pubrel' as const), identifier }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('reconnect' as const), receiveMaximum: fc.integer({ min: 1, max: 6 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('restart' as const), receiveMaximum: fc.integer({ min: 1, max: 6 }) }),
    },
  ),
  { maxLength: 100, size: 'max' },
);

test('any events leave a Receiver in the state of a list', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), steps, (receiveMaximumAtFirst, script) => {
      let receiver = new Receiver();
      receiver.connect(receiveMaximumAtFirst);
      let receiveMaximum = receiveMaximumAtFirst;
      let model: Entry[] = [];
      const count = () => model.filter(({ counted }) => counted).length;

      const publish = (id: number, qos: 1 | 2): void => {
        const entry = model.find((each) => each.identifier === id);
        if (entry !== undefined && entry.qos !== qos) {
          expect(receiver.handlePublish(id, qos)).toBe('identifierInUse');
        } else if (entry?.counted === true) {
          expect(receiver.handlePublish(id, qos)).toBe(qos === 1 ? 'repeated' : 'duplicate');
        } else if (count() === receiveMaximum) {
          expect(() => receiver.handlePublish(id, qos)).toThrow(expect.objectContaining({ reasonCode: 0x93 }));
        } else if (entry === undefined) {
          expect(receiver.handlePublish(id, qos)).toBe('new');
          model.push({ identifier: id, qos, counted: true });
        } else {
          expect(receiver.handlePublish(id, qos)).toBe('duplicate');
          entry.counted = true;
        }
      };

      const remove = (id: number, qos: 1 | 2): void => {
        model = model.filter((each) => each.identifier !== id || each.qos !== qos);
      };

      for (const step of script) {
        switch (step.type) {
          case 'publish':
            publish(step.identifier, step.qos);
            break;
          case 'puback':
            receiver.sendPuback(step.identifier);
            remove(step.identifier, 1);
            break;
          case 'pubrec':
            receiver.sendPubrec(step.identifier, step.reasonCode);
            if (step.reasonCode >= 0x80) {
              remove(step.identifier, 2);
            }
            break;
          case 'pubrel': {
            const entry = model.find((each) => each.identifier === step.identifier);
            if (entry?.qos === 1) {
              expect(() => receiver.handlePubrel(step.identifier)).toThrow(ProtocolError);
            } else {
              expect(receiver.handlePubrel(step.identifier)).toBe(entry === undefined ? 'unknown' : 'released');
              remove(step.identifier, 2);
            }
            break;
          }
          case 'reconnect':
          case 'restart':
            if (step.type === 'restart') {
              const stored: number[] = JSON.parse(JSON.stringify(receiver.exportState()));
              receiver = new Receiver();
              receiver.restore(stored);
            }
            receiver.connect(step.receiveMaximum);
            ({ receiveMaximum } = step);
            model = model.filter(({ qos }) => qos === 2).map((entry) => ({ ...entry, counted: false }));
            break;
        }
        expect(receiver.unacknowledgedCount).toBe(count());
        expect(count()).toBeLessThanOrEqual(receiveMaximum);
        const stored = model.filter(({ qos }) => qos === 2).map((entry) => entry.identifier);
        expect(receiver.exportState()).toEqual(stored);
      }
    }),
    { numRuns: 500 },
  );
});
