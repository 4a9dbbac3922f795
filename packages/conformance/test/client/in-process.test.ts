import { describe, expect, it } from 'vitest';
import { runClientTest } from '../../src/client/run-client-test.ts';
import { ALL_CLIENT_TESTS, formatTranscript, virtualClientTarget } from '../../src/index.ts';
import { REFERENCE_CLIENT } from './reference-client.ts';

describe.each(ALL_CLIENT_TESTS.map((test) => [test.id, test] as const))('%s', (_id, test) => {
  it(`${test.title} [${test.statements.join(', ')}]`, async () => {
    const result = await runClientTest(test, virtualClientTarget(REFERENCE_CLIENT));
    expect(result.verdict, `${result.detail}\n${formatTranscript(result.transcript)}`).toBe('pass');
  });

  it.each(test.mutants.map((mutant) => [mutant.name, mutant] as const))(
    'catches a client that %s',
    async (_name, mutant) => {
      const result = await runClientTest(test, virtualClientTarget(REFERENCE_CLIENT), { mutant });
      expect(result.verdict, `${result.detail}\n${formatTranscript(result.transcript)}`).toBe('fail');
    },
  );
});
