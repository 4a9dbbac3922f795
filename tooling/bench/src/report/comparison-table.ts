import type { BrokerUnderTest } from '../brokers/broker-under-test.ts';
import { FIGURES, type Figure } from '../scenarios/figure.ts';
import type { Comparison, RowOutcome } from './comparison.ts';
import { markdownTable, type Column } from './markdown-table.ts';

/** The outcomes as a Markdown table: figures, ratios, what they have to be, and whether they are. */
export function comparisonTable(outcomes: readonly RowOutcome[], brokers: readonly BrokerUnderTest[]): string {
  const columns: Column[] = [
    { title: 'scenario', align: 'left' },
    { title: 'figure', align: 'left' },
    ...brokers.map(({ title }): Column => ({ title, align: 'right' })),
    { title: 'Skua is better by', align: 'left' },
    { title: 'met', align: 'left' },
  ];
  return markdownTable(
    columns,
    outcomes.map((outcome) => cellsOf(outcome, brokers)),
  );
}

function cellsOf(outcome: RowOutcome, brokers: readonly BrokerUnderTest[]): string[] {
  const figure = FIGURES[outcome.figure];
  const { limit, comparisons, medians } = outcome;
  const limitText =
    limit === undefined ? [] : [`${figure.better === 'lower' ? '≤' : '≥'} ${format(limit.value, figure)}`];
  const verdicts = [...comparisons.filter(({ floor }) => floor !== undefined), ...(limit === undefined ? [] : [limit])];
  return [
    outcome.title,
    figure.unit === '' ? figure.title : `${figure.title}, ${figure.unit}`,
    ...brokers.map(({ title }) => format(medians[title], figure)),
    [...comparisons.map(comparisonText), ...limitText].join('; '),
    verdicts.length === 0 ? '' : verdicts.every(({ met }) => met === true) ? 'yes' : 'no',
  ];
}

function comparisonText({ with: name, ratio, floor, met }: Comparison): string {
  const wanted = floor === undefined ? '' : ` (floor ${ratioText(floor)}${met === false ? ', missed' : ''})`;
  const [short = name] = name.startsWith('itself') ? [name] : name.split(' ');
  return `${ratio === undefined ? '–' : `**${ratioText(ratio)}**`} ${short}${wanted}`;
}

/** As a factor with three digits at least. */
function ratioText(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(2).replace(/0$/, '') : ratio.toFixed(1)}×`;
}

function format(value: number | undefined, { digits }: Figure): string {
  if (value === undefined) return '–';
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
