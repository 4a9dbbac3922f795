import type { OptionGroup } from '../command-line/option.ts';
import { decimalNumber } from '../command-line/parse-options.ts';
import { defaultConnection } from '../connection/connection-settings.ts';
import { checkedSubscription } from '../connection/topic-argument.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Command } from './command.ts';
import { CONNECTION_EXIT_CODES } from './connection-exit-codes.ts';
import { runConnected } from './run-connected.ts';
import { readServerSettings, SERVER_GROUPS } from './server-argument.ts';
import type { TreeSettings } from './tree-run.ts';

const OPTIONS: OptionGroup<TreeSettings> = {
  title: 'Tree',
  options: [
    {
      names: ['--once'],
      values: ['SECONDS'],
      help: 'Watches for so long, prints the tree and ends; 3 seconds when stdout is no terminal.',
      apply: (settings, [seconds = ''], name) => {
        settings.once = decimalNumber(name, seconds, 0.1, 1_000_000);
      },
    },
  ],
};
const GROUPS: readonly OptionGroup<TreeSettings>[] = [OPTIONS, ...SERVER_GROUPS];

/** `skua tree`. */
export const TREE: Command = {
  usage: ['[FILTER...] [options] [URL]'],
  description: [
    'Shows the topics that messages come for as a tree, with last payloads, numbers and rates, as far as the terminal has' +
      ' rows: the busiest levels are unfolded first. All topics unless filters are given; those that begin with $ have to' +
      ' be asked for. It ends with Ctrl-C or q.',
  ],
  options: GROUPS,
  exitCodes: CONNECTION_EXIT_CODES,
  examples: [
    ['skua tree mqtt://broker.example', 'everything'],
    ["skua tree '$SYS/#' --once 2", 'a picture of what a broker tells of itself'],
  ],
  usageExitCode: 1,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const settings: TreeSettings = { ...defaultConnection(5), once: undefined };
  const words = readServerSettings(argv, GROUPS, settings);
  const filters = words.length === 0 ? ['#'] : words.map((word) => checkedSubscription('tree', word));
  const { showTree } = await import('./tree-run.ts');
  return runConnected(settings, terminal, () => showTree(filters, settings, terminal));
}
