import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SequenceCheck } from './sequence-check.ts';

/** What two senders' messages do on their way: mostly what they should. */
const ARRIVALS = fc
  .array(
    fc.record({
      sender: fc.nat({ max: 1 }),
      fate: fc.oneof({ weight: 6, arbitrary: fc.constant('next' as const) }, fc.constantFrom('skip', 'repeat', 'jump')),
      back: fc.nat({ max: 5 }),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    const next = [0, 0];
    return steps.map(({ sender, fate, back }) => {
      const number = next[sender] ?? 0;
      if (fate === 'repeat') return { sender, sequence: Math.max(0, number - 1 - back) };
      const sequence = fate === 'next' ? number : number + back + 1;
      next[sender] = sequence + 1;
      // A jump is taken back at the next step: the numbers in between come late.
      if (fate === 'jump') next[sender] = number;
      return { sender, sequence };
    });
  });

/** All that has come, looked through again for every message. */
function judge(arrivals: readonly { readonly sender: number; readonly sequence: number }[]) {
  const verdicts = arrivals.map(({ sender, sequence }, i) => {
    const earlier = arrivals
      .slice(0, i)
      .filter((each) => each.sender === sender)
      .map((each) => each.sequence);
    if (earlier.includes(sequence)) return 'duplicate';
    return earlier.some((each) => each > sequence) ? 'late' : 'fresh';
  });
  const skipped = [0, 1].map((sender) => {
    const numbers = new Set(arrivals.filter((each) => each.sender === sender).map((each) => each.sequence));
    return Math.max(-1, ...numbers) + 1 - numbers.size;
  });
  return { verdicts, skipped: (skipped[0] ?? 0) + (skipped[1] ?? 0) };
}

it('tells duplicates, late messages and gaps as somebody would who looks through everything again', () => {
  fc.assert(
    fc.property(ARRIVALS, (arrivals) => {
      const check = new SequenceCheck(2, { gapsAllowed: false });
      const accepted = arrivals.map(({ sender, sequence }) => check.accept(sender, sequence));
      const { verdicts, skipped } = judge(arrivals);
      expect(accepted).toEqual(verdicts.map((verdict) => verdict !== 'duplicate'));
      expect(check.duplicates).toBe(verdicts.filter((verdict) => verdict === 'duplicate').length);
      expect(check.outOfOrder).toBe(verdicts.filter((verdict) => verdict === 'late').length);
      expect(check.skipped).toBe(skipped);
    }),
    { numRuns: 500 },
  );
});

it('finds nothing wrong with what comes as it was sent', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 2 }), { maxLength: 100 }), (senders) => {
      const check = new SequenceCheck(3, { gapsAllowed: false });
      const next = [0, 0, 0];
      for (const sender of senders) {
        const sequence = next[sender] ?? 0;
        next[sender] = sequence + 1;
        expect(check.accept(sender, sequence)).toBe(true);
      }
      expect([check.duplicates, check.outOfOrder, check.skipped]).toEqual([0, 0, 0]);
    }),
  );
});

it('lets a member of a group miss what others get, but not receive a lower number after a higher one', () => {
  const check = new SequenceCheck(1, { gapsAllowed: true });
  for (const sequence of [0, 3, 4, 9]) expect(check.accept(0, sequence)).toBe(true);
  expect([check.outOfOrder, check.skipped]).toEqual([0, 0]);
  check.accept(0, 5);
  expect(check.outOfOrder).toBe(1);
});
