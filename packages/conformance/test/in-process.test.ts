import { describe, expect, it } from 'vitest';
import { formatTranscript } from '../src/index.ts';
import { runMutant, runTest } from '../src/harness/run-test.ts';
import { ALL_TESTS } from '../src/tests/all-tests.ts';
import { IN_PROCESS } from './in-process-target.ts';

describe.each(ALL_TESTS.map((test) => [test.id, test] as const))('%s', (_id, test) => {
  it(`${test.title} [${test.statements.join(', ')}]`, async () => {
    const target = await IN_PROCESS.start(test.profile);
    const result = await runTest(test, target, { unique: 'a1' });
    expect(result.verdict, `${result.detail}\n${formatTranscript(result.transcript)}`).toBe('pass');
  });

  it.each(test.mutants.map((mutant) => [mutant.name, mutant] as const))(
    'catches a broker that %s',
    async (_name, mutant) => {
      const target = await IN_PROCESS.start(test.profile);
      const { killed, result } = await runMutant(test, mutant, target, { unique: 'a1' });
      expect(killed, `${result.verdict}: ${result.detail}\n${formatTranscript(result.transcript)}`).toBe(true);
    },
  );
});
