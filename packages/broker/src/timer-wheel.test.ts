import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Deadline, TimerWheel } from './timer-wheel.ts';

describe('TimerWheel', () => {
  it('fires at the millisecond it was asked for, neither early nor late', () => {
    const wheel = new TimerWheel<string>();
    const fired: string[] = [];
    wheel.schedule(new Deadline('a'), 1_000_015_000, 1_000_000_000);
    wheel.advance(1_000_014_999, (deadline) => fired.push(deadline.subject));
    expect(fired).toEqual([]);
    wheel.advance(1_000_015_000, (deadline) => fired.push(deadline.subject));
    expect(fired).toEqual(['a']);
    expect(wheel.size).toBe(0);
    expect(wheel.next()).toBeUndefined();
  });

  it('keeps a deadline of 136 years, the longest Session Expiry Interval', () => {
    const wheel = new TimerWheel<string>();
    const at = 4_294_967_294 * 1000;
    wheel.schedule(new Deadline('far'), at, 0);
    let fired = 0;
    wheel.advance(at - 1, () => fired++);
    expect(fired).toBe(0);
    wheel.advance(at, () => fired++);
    expect(fired).toBe(1);
  });

  it('fires what is due at the same time in the order it was scheduled', () => {
    const wheel = new TimerWheel<number>();
    const deadlines = Array.from({ length: 6 }, (_, id) => new Deadline(id));
    for (const deadline of deadlines) wheel.schedule(deadline, 5000, 0);
    for (const id of [0, 3, 5]) {
      const moved = deadlines[id];
      if (moved !== undefined) wheel.schedule(moved, 5000, 0);
    }
    const fired: number[] = [];
    wheel.advance(5000, ({ subject }) => fired.push(subject));
    expect(fired).toEqual([1, 2, 4, 0, 3, 5]);
  });

  it('lets a firing deadline schedule itself again and cancel others of the same slot', () => {
    const wheel = new TimerWheel<string>();
    const first = new Deadline('first');
    const second = new Deadline('second');
    const log: string[] = [];
    wheel.schedule(first, 10, 0);
    wheel.schedule(second, 10, 0);
    wheel.advance(10, (deadline) => {
      log.push(deadline.subject);
      wheel.cancel(deadline === first ? second : first);
      wheel.schedule(deadline, 20, 10);
    });
    expect(log).toHaveLength(1);
    expect(wheel.size).toBe(1);
    wheel.advance(20, (deadline) => log.push(deadline.subject));
    expect(log).toHaveLength(2);
    expect(log[0]).toBe(log[1]);
  });

  it('behaves like a sorted list, whatever is scheduled, moved, cancelled and however time jumps', () => {
    const time = fc.oneof(fc.nat(200), fc.nat(10_000), fc.nat(10_000_000), fc.nat(1_000_000_000_000));
    const command = fc.oneof(
      fc.record({ type: fc.constant('schedule' as const), id: fc.nat(9), delay: time }),
      fc.record({ type: fc.constant('cancel' as const), id: fc.nat(9) }),
      fc.record({ type: fc.constant('advance' as const), by: time }),
      fc.record({ type: fc.constant('jump' as const) }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), fc.nat(2_000_000_000_000), (commands, start) => {
        const wheel = new TimerWheel<number>();
        const deadlines = Array.from({ length: 10 }, (_, id) => new Deadline(id));
        const model = new Map<number, number>();
        let now = start;
        const advance = (to: number): void => {
          now = to;
          const fired: number[] = [];
          let last = 0;
          wheel.advance(now, (deadline) => {
            expect(deadline.at).toBeGreaterThanOrEqual(last);
            last = deadline.at;
            fired.push(deadline.subject);
          });
          const due = [...model].filter(([, at]) => at <= now).map(([id]) => id);
          for (const id of due) model.delete(id);
          expect(fired).toHaveLength(due.length);
          expect(new Set(fired)).toEqual(new Set(due));
        };
        for (const step of commands) {
          const deadline = 'id' in step ? deadlines[step.id] : undefined;
          if (deadline !== undefined && step.type === 'schedule') {
            wheel.schedule(deadline, now + step.delay, now);
            model.set(step.id, deadline.at);
            expect(deadline.at - (now + step.delay)).toBeLessThanOrEqual(1);
          } else if (deadline !== undefined && step.type === 'cancel') {
            wheel.cancel(deadline);
            model.delete(step.id);
          } else if (step.type === 'advance') advance(now + step.by);
          else advance(Math.max(now, wheel.next() ?? now));
          expect(wheel.size).toBe(model.size);
          if (model.size === 0) expect(wheel.next()).toBeUndefined();
          else expect(wheel.next()!).toBeLessThanOrEqual(Math.min(...model.values()));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('does not fire early what the last of a slot schedules into that slot, when it is called late', () => {
    const wheel = new TimerWheel<string>();
    const deadline = new Deadline('again');
    wheel.schedule(deadline, 10, 0);
    const fired: number[] = [];
    const fire = (now: number) => (): void => {
      fired.push(now);
      if (fired.length > 2) throw new Error('fired without end');
      wheel.schedule(deadline, 10 + 64, now);
    };
    wheel.advance(20, fire(20));
    wheel.advance(73, fire(73));
    expect(fired).toEqual([20]);
    wheel.advance(74, () => fired.push(74));
    expect(fired).toEqual([20, 74]);
  });
});
