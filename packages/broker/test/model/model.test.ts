import fc from 'fast-check';
import { describe, it } from 'vitest';

import { command, options, profile } from './commands.ts';
import { Trial } from './trial.ts';

// SKUA_MODEL_RUNS: how many runs; SKUA_MODEL_SEED and SKUA_MODEL_PATH: those that a failure has printed.
const { SKUA_MODEL_RUNS = '10000', SKUA_MODEL_SEED, SKUA_MODEL_PATH } = process.env;

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
          ...(SKUA_MODEL_SEED === undefined ? {} : { seed: Number(SKUA_MODEL_SEED) }),
          ...(SKUA_MODEL_PATH === undefined ? {} : { path: SKUA_MODEL_PATH }),
        },
      );
    },
    Infinity,
  );
});

const COMMANDS_MAX = 60;
