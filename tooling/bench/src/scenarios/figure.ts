/** What a run may find. */
export type FigureName = (typeof FIGURE_NAMES)[number];

/** How a figure is shown and compared. */
export interface Figure {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  /** Which of two figures is the better one. */
  readonly better: 'lower' | 'higher';
}

/** Every figure. */
export const FIGURES: Readonly<Record<FigureName, Figure>> = {
  cpuUs: { title: 'CPU per delivery', unit: 'µs', digits: 2, better: 'lower' },
  perSecond: { title: 'deliveries', unit: '/s', digits: 0, better: 'higher' },
  p50Us: { title: 'p50 latency', unit: 'µs', digits: 1, better: 'lower' },
  p99Us: { title: 'p99 latency', unit: 'µs', digits: 0, better: 'lower' },
  rssMib: { title: 'resident memory', unit: 'MiB', digits: 0, better: 'lower' },
  pssMib: { title: 'proportional memory', unit: 'MiB', digits: 0, better: 'lower' },
  storeCpuUs: { title: 'CPU per message stored', unit: 'µs', digits: 2, better: 'lower' },
  storePerSecond: { title: 'stored', unit: '/s', digits: 0, better: 'higher' },
  replayCpuUs: { title: 'CPU per message replayed', unit: 'µs', digits: 2, better: 'lower' },
  replayPerSecond: { title: 'replayed', unit: '/s', digits: 0, better: 'higher' },
  connectCpuUs: { title: 'CPU per connect', unit: 'µs', digits: 0, better: 'lower' },
  connectsPerSecond: { title: 'connects', unit: '/s', digits: 0, better: 'higher' },
  kibEach: { title: 'memory each', unit: 'KiB', digits: 1, better: 'lower' },
  startMs: { title: 'start to listening', unit: 'ms', digits: 0, better: 'lower' },
  restingMib: { title: 'resting memory', unit: 'MiB', digits: 0, better: 'lower' },
  keptShare: { title: "the others' throughput beside it", unit: '%', digits: 1, better: 'higher' },
  grownMib: { title: 'memory grown meanwhile', unit: 'MiB', digits: 0, better: 'lower' },
  uncountedDrops: { title: 'messages neither received nor counted', unit: '', digits: 0, better: 'lower' },
  systemShare: { title: 'system time', unit: '%', digits: 0, better: 'lower' },
};

/** Their names, in the order in which a run's figures are shown. */
export const FIGURE_NAMES = [
  'cpuUs',
  'perSecond',
  'p50Us',
  'p99Us',
  'rssMib',
  'pssMib',
  'storeCpuUs',
  'storePerSecond',
  'replayCpuUs',
  'replayPerSecond',
  'connectCpuUs',
  'connectsPerSecond',
  'kibEach',
  'startMs',
  'restingMib',
  'keptShare',
  'grownMib',
  'uncountedDrops',
  'systemShare',
] as const;
