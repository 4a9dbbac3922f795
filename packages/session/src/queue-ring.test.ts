import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { QueueRing } from './queue-ring.ts';

interface Value {
  readonly number: number;
}

describe('QueueRing', () => {
  test('is first in, first out', () => {
    const ring = new QueueRing<Value>();
    for (let number = 0; number < 20; number += 1) {
      ring.push({ number });
    }
    expect(ring.remove(ring.head)).toEqual({ number: 0 });
    expect(ring.remove(ring.head)).toEqual({ number: 1 });
    expect([...ring.values()].map(({ number }) => number)[0]).toBe(2);
  });

  test('gives nothing where nothing is', () => {
    const ring = new QueueRing<Value>();
    expect([ring.at(0), ring.remove(0)]).toEqual([undefined, undefined]);
    ring.push({ number: 1 });
    expect([ring.at(1), ring.at(-1), ring.remove(8)]).toEqual([undefined, undefined, undefined]);
    expect(ring.length).toBe(1);
  });

  test('equals an array of positions and values (property)', { timeout: 60_000 }, () => {
    const steps = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.record({ push: fc.integer({ min: 1, max: 12 }) }) },
        { weight: 3, arbitrary: fc.record({ shift: fc.integer({ min: 1, max: 12 }) }) },
        { weight: 3, arbitrary: fc.record({ remove: fc.nat() }) },
        { weight: 1, arbitrary: fc.constant({ compact: true }) },
      ),
      { maxLength: 100, size: 'max' },
    );
    fc.assert(
      fc.property(steps, (script) => {
        const ring = new QueueRing<Value>();
        let model: { position: number; value: Value }[] = [];
        let number = 0;
        for (const step of script) {
          if ('push' in step) {
            for (let count = 0; count < step.push; count += 1) {
              const value = { number: (number += 1) };
              model.push({ position: ring.tail, value });
              ring.push(value);
            }
          } else if ('shift' in step) {
            for (let count = 0; count < step.shift; count += 1) {
              expect(ring.remove(ring.head)).toBe(model.shift()?.value);
            }
          } else if ('remove' in step) {
            const entry = model[step.remove % Math.max(1, model.length)];
            if (entry !== undefined) {
              expect(ring.remove(entry.position)).toBe(entry.value);
              expect(ring.remove(entry.position)).toBeUndefined();
              model = model.filter((other) => other !== entry);
            }
          } else {
            ring.compact();
            expect(ring.span).toBe(ring.length);
            model = model.map(({ value }, index) => ({ position: ring.head + index, value }));
          }
          expect(ring.length).toBe(model.length);
          expect([...ring.values()]).toEqual(model.map(({ value }) => value));
          expect(model.every(({ position, value }) => ring.at(position) === value)).toBe(true);
          expect(model[0]?.position ?? ring.tail).toBe(ring.head);
        }
      }),
    );
  });
});
