import fc from 'fast-check';
import { describe, it } from 'vitest';

import { command, options, profile } from './commands.ts';
import { Trial } from './trial.ts';

// SKUA_MODEL_RUNS: how many runs. SKUA_MODEL_SEED: the seed that a failure has printed, or `random` to go where nobody has
// been; the gate takes the same way every time, so that a change is judged by what it changes. SKUA_MODEL_PATH: as printed.
const { SKUA_MODEL_RUNS = '10000', SKUA_MODEL_SEED = '20261123', SKUA_MODEL_PATH } = process.env;

describe('the broker and a naive model of it', () => {
  it(
    'do the same, whatever several clients do',
    () => {
      fc.assert(
        fc.property(
          options,
          fc.tuple(profile, profile, profile),
          fc.array(command, { maxLength: COMMANDS_MAX, size: 'max' }),
          (brokerOptions, profiles, commands) => new Trial(brokerOptions, profiles).run(commands),
        ),
        {
          numRuns: Number(SKUA_MODEL_RUNS),
          includeErrorInReport: true,
          // A failure shrinks for long; one that is reported late is better than a gate that never ends.
          interruptAfterTimeLimit: TIME_MAX_MS,
          markInterruptAsFailure: true,
          ...(SKUA_MODEL_SEED === 'random' ? {} : { seed: Number(SKUA_MODEL_SEED) }),
          ...(SKUA_MODEL_PATH === undefined ? {} : { path: SKUA_MODEL_PATH }),
        },
      );
    },
    TIME_MAX_MS + 60_000,
  );
});

const COMMANDS_MAX = 60;
const TIME_MAX_MS = 600_000;
