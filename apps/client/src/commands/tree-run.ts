import type { ConnectionSettings } from '../connection/connection-settings.ts';
import { openClient } from '../connection/open-client.ts';
import { onInterruption } from '../terminal/interruption.ts';
import { onQuitKey } from '../terminal/quit-key.ts';
import { Screen } from '../terminal/screen.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { TopicView } from '../tree/topic-view.ts';
import { closeClient } from './close-client.ts';

/** What `skua tree` is told. */
export interface TreeSettings extends ConnectionSettings {
  /** Seconds. */
  once: number | undefined;
}

/** One run of `skua tree`. @returns the exit code */
export async function showTree(
  filters: readonly string[],
  settings: TreeSettings,
  terminal: Terminal,
): Promise<number> {
  const view = new TopicView();
  const seconds = settings.once ?? (terminal.isTerminal ? undefined : ONCE_SECONDS);
  const screen = seconds === undefined ? new Screen(terminal) : undefined;
  let finish = nothing;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const off = onInterruption(() => finish());
  const client = await openClient(settings, terminal, { fallback: settings.protocolVersion === 5 });
  const offKey = screen === undefined ? nothing : onQuitKey(terminal, () => finish());
  const turn = setInterval(() => {
    view.turn(1);
    screen?.draw(() => view.lines({ ...terminal.size(), colours: true }));
  }, 1000);
  try {
    await client.subscribe(filters, (message) => {
      view.add(message.topicName, message.payload, message.retain);
      screen?.draw(() => view.lines({ ...terminal.size(), colours: true }));
    });
    if (seconds !== undefined) setTimeout(() => finish(), seconds * 1000).unref();
    await finished;
    screen?.close();
    if (seconds !== undefined) {
      view.turn(seconds % 1 === 0 ? 1 : seconds);
      const lines = view.lines({ rows: Number.POSITIVE_INFINITY, columns: terminal.size().columns, colours: false });
      terminal.write(`${lines.join('\n')}\n`);
    }
    await closeClient(client, settings);
    return 0;
  } finally {
    clearInterval(turn);
    off();
    offKey();
    screen?.close();
    client.destroy();
  }
}

function nothing(): void {}

const ONCE_SECONDS = 3;
