import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@skua/client';
import type { ConnectionSettings } from '../connection/connection-settings.ts';
import { openClient } from '../connection/open-client.ts';
import { MessageLineError, parseMessageLine, type MessageLine } from '../records/message-line.ts';
import { Pace } from '../records/pace.ts';
import { onInterruption } from '../terminal/interruption.ts';
import { Progress } from '../terminal/progress.ts';
import { readLines } from '../terminal/standard-input.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { closeClient } from './close-client.ts';

/** What `skua replay` is told. */
export interface ReplaySettings extends ConnectionSettings {
  /** 1: as it was recorded; infinite: without pauses. */
  speed: number;
  /** Seconds. */
  gapMax: number;
  repeat: number;
  prefix: string;
  qos: 0 | 1 | 2 | undefined;
  keepRetain: boolean;
}

/** One run of `skua replay`. @returns the exit code */
export async function replay(file: string, settings: ReplaySettings, terminal: Terminal): Promise<number> {
  const stopped = new AbortController();
  const off = onInterruption(() => stopped.abort());
  const client = await openClient(settings, terminal, { fallback: settings.protocolVersion === 5 });
  const player = new Player(client, settings, terminal, stopped.signal);
  try {
    for (let round = 0; round < settings.repeat && !stopped.signal.aborted; round++) {
      await player.play(file === '-' ? terminal.stdin : createReadStream(file));
    }
    const exitCode = await player.finish();
    await closeClient(client, settings);
    return exitCode;
  } finally {
    off();
    client.destroy();
  }
}

class Player {
  readonly #client: Client;
  readonly #settings: ReplaySettings;
  readonly #terminal: Terminal;
  readonly #signal: AbortSignal;
  readonly #progress: Progress;
  readonly #underWay = new Set<Promise<void>>();
  #count = 0;
  #failed = 0;

  constructor(client: Client, settings: ReplaySettings, terminal: Terminal, signal: AbortSignal) {
    this.#client = client;
    this.#settings = settings;
    this.#terminal = terminal;
    this.#signal = signal;
    this.#progress = new Progress(terminal);
  }

  async play(input: AsyncIterable<Uint8Array | string>): Promise<void> {
    const pace = new Pace(this.#settings);
    let number = 0;
    for await (const bytes of readLines(input, this.#signal)) {
      number += 1;
      const text = bytes.toString('utf8').trim();
      if (text === '') continue;
      const line = this.#parse(text, number);
      if (line === undefined) continue;
      const pauseMs = pace.pauseBefore(line);
      if (pauseMs > 0) await sleep(pauseMs, undefined, { signal: this.#signal }).catch(() => {});
      if (this.#signal.aborted) break;
      await this.#publish(line);
    }
  }

  async finish(): Promise<number> {
    await Promise.all(this.#underWay);
    this.#progress.clear();
    const left = this.#failed === 0 ? '' : `, ${this.#failed} left out`;
    if (!this.#settings.quiet) this.#terminal.writeError(`${this.#count} messages published${left}.\n`);
    return this.#failed === 0 ? 0 : 1;
  }

  #parse(text: string, number: number): MessageLine | undefined {
    try {
      return parseMessageLine(text);
    } catch (error) {
      if (!(error instanceof MessageLineError)) throw error;
      this.#fail(`Line ${number} is left out: ${error.message}.`);
      return undefined;
    }
  }

  async #publish({ topic, payload, qos, retain, properties }: MessageLine): Promise<void> {
    const { prefix, keepRetain } = this.#settings;
    const { topicAlias: _alias, subscriptionIdentifiers: _identifiers, ...rest } = properties;
    const settled = this.#client
      .publish(`${prefix}${topic}`, payload, {
        qos: this.#settings.qos ?? qos,
        retain: keepRetain && retain,
        properties: rest,
      })
      .then((receipt) => receipt.acknowledged)
      .then(
        () => {
          this.#count += 1;
        },
        (error: unknown) => this.#fail(`${topic}: ${error instanceof Error ? error.message : String(error)}.`),
      )
      .finally(() => this.#underWay.delete(settled));
    this.#underWay.add(settled);
    this.#progress.tell(() => `${this.#count} messages published`);
    if (this.#underWay.size >= WINDOW) await Promise.race(this.#underWay);
  }

  #fail(text: string): void {
    this.#failed += 1;
    if (!this.#settings.quiet) this.#terminal.writeError(`${text}\n`);
  }
}

const WINDOW = 1000;
