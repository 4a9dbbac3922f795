import type { FigureName } from './figure.ts';

/** What one run of one scenario against one broker has found. */
export interface RunResult {
  readonly figures: Readonly<Partial<Record<FigureName, number>>>;
  /** Of the whole run, the warm-up included; all 0 when the broker is right. */
  readonly lost: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  /** What went wrong, in words: connections that ended, answers that did not come. */
  readonly failures: readonly string[];
  /** Share of the measured time, 0 to 1, that the busiest thread of each side was on a CPU. */
  readonly brokerBusy: number;
  readonly generatorBusy: number;
  /** CPUs that neither side used but that were not idle. Above a tenth of one the figures are noisy. */
  readonly otherBusy: number;
  /** Messages that a subscriber did not get and that the broker must have counted as dropped. */
  readonly notReceived?: number;
}

/** Why a result must not be reported; undefined when it may. */
export function whyUnusable(result: RunResult): string | undefined {
  if (result.failures.length > 0) return result.failures[0];
  if (result.lost + result.duplicates + result.outOfOrder > 0) {
    return `${result.lost} lost, ${result.duplicates} twice, ${result.outOfOrder} out of order`;
  }
  if (isGeneratorLimited(result)) return 'the generator was the limit';
  return undefined;
}

/** Whether the generator had no time left while the broker did. */
function isGeneratorLimited({ generatorBusy, brokerBusy }: RunResult): boolean {
  return generatorBusy >= GENERATOR_BUSY && brokerBusy < BROKER_BUSY;
}

const GENERATOR_BUSY = 0.95;
const BROKER_BUSY = 0.9;
