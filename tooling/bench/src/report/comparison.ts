import type { BrokerUnderTest } from '../brokers/broker-under-test.ts';
import { baselineOf, type Run } from '../run/run-all.ts';
import { FIGURES, type FigureName } from '../scenarios/figure.ts';
import { whyUnusable } from '../scenarios/run-result.ts';
import type { NamedScenario, Row } from '../scenarios/scenarios.ts';

/** What a row of the table says. */
export interface RowOutcome {
  readonly scenario: string;
  readonly title: string;
  readonly figure: FigureName;
  /** Medians by the broker's title; undefined where no run may be reported. */
  readonly medians: Readonly<Record<string, number | undefined>>;
  readonly comparisons: readonly Comparison[];
  /** Skua's own figure against the scenario's limit. */
  readonly limit: { readonly value: number; readonly met: boolean | undefined } | undefined;
  /** Why runs were left out. */
  readonly notes: readonly string[];
}

/** Skua beside something else. */
export interface Comparison {
  readonly with: string;
  /** How many times better Skua is; undefined when one of the two has no figure. */
  readonly ratio: number | undefined;
  readonly floor: number | undefined;
  /** Undefined when there is no floor or no ratio. */
  readonly met: boolean | undefined;
}

/** Compares the first broker with the others, row by row. */
export function compare(
  scenarios: readonly NamedScenario[],
  brokers: readonly BrokerUnderTest[],
  runs: readonly Run[],
): RowOutcome[] {
  return scenarios.flatMap((scenario) => scenario.rows.map((row) => outcomeOf(scenario, row, brokers, runs)));
}

/** The median of a figure over the runs that may be reported; undefined when there is none. */
function medianOf(runs: readonly Run[], scenario: string, broker: string, figure: FigureName): number | undefined {
  const values = runs
    .filter((run) => run.scenario === scenario && run.broker === broker && whyUnusable(run.result) === undefined)
    .map(({ result }) => result.figures[figure])
    .filter((value) => value !== undefined)
    .toSorted((a, b) => a - b);
  const upper = values[Math.floor(values.length / 2)];
  const lower = values[Math.floor((values.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}

/** Whether everything that was asked for is met; rows without a figure are not. */
export function allMet(outcomes: readonly RowOutcome[]): boolean {
  return outcomes.every(
    ({ comparisons, limit }) =>
      comparisons.every(({ floor, met }) => floor === undefined || met === true) &&
      (limit === undefined || limit.met === true),
  );
}

function outcomeOf(
  scenario: NamedScenario,
  row: Row,
  brokers: readonly BrokerUnderTest[],
  runs: readonly Run[],
): RowOutcome {
  const median = (broker: string, name = scenario.name): number | undefined => medianOf(runs, name, broker, row.figure);
  const [skua, ...peers] = brokers;
  const ours = skua === undefined ? undefined : median(skua.title);
  const { better } = FIGURES[row.figure];
  const comparisons = peers
    .filter(({ title }) => runs.some((run) => run.scenario === scenario.name && run.broker === title))
    .map(({ name, title }) => comparison(title, ours, median(title), better, row.floors?.[name]));
  if (row.ownFloor !== undefined && skua !== undefined) {
    const alone = median(skua.title, baselineOf(scenario.name));
    comparisons.push(comparison('itself without them', ours, alone, better, row.ownFloor));
  }
  return {
    scenario: scenario.name,
    title: scenario.title,
    figure: row.figure,
    medians: Object.fromEntries(brokers.map(({ title }) => [title, median(title)])),
    comparisons,
    limit: row.limit === undefined ? undefined : { value: row.limit, met: meets(ours, row.limit, better) },
    notes: notesOn(scenario.name, runs),
  };
}

function comparison(
  name: string,
  ours: number | undefined,
  theirs: number | undefined,
  better: 'lower' | 'higher',
  floor: number | undefined,
): Comparison {
  const ratio =
    ours === undefined || theirs === undefined ? undefined : better === 'lower' ? theirs / ours : ours / theirs;
  return { with: name, ratio, floor, met: floor === undefined ? undefined : meets(ratio, floor, 'higher') };
}

function meets(value: number | undefined, bound: number, better: 'lower' | 'higher'): boolean | undefined {
  if (value === undefined) return undefined;
  return better === 'lower' ? value <= bound : value >= bound;
}

function notesOn(scenario: string, runs: readonly Run[]): string[] {
  return runs
    .filter((run) => run.scenario === scenario || run.scenario === baselineOf(scenario))
    .flatMap(({ broker, round, result }) => {
      const why = whyUnusable(result);
      return why === undefined ? [] : [`${broker}, round ${round + 1}: left out, ${why}`];
    });
}
