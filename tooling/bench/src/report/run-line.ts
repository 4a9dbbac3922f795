import type { Run } from '../run/run-all.ts';
import { FIGURE_NAMES, FIGURES } from '../scenarios/figure.ts';
import { whyUnusable } from '../scenarios/run-result.ts';

/** One line about a run, all its figures, for somebody who watches. */
export function runLine({ scenario, broker, round, result }: Run): string {
  const figures = FIGURE_NAMES.filter((name) => result.figures[name] !== undefined).map(
    (name) => `${name} ${(result.figures[name] ?? 0).toFixed(FIGURES[name].digits)}`,
  );
  const busy = `busy: broker ${result.brokerBusy.toFixed(2)} generator ${result.generatorBusy.toFixed(2)}`;
  const noise = result.otherBusy > NOISE ? ` others ${result.otherBusy.toFixed(2)} (noisy)` : '';
  const why = whyUnusable(result);
  const verdict = why === undefined ? '' : `  LEFT OUT: ${why}`;
  return `${round + 1} ${scenario.padEnd(12)} ${broker.padEnd(16)} ${figures.join('  ')}  ${busy}${noise}${verdict}`;
}

const NOISE = 0.1;
