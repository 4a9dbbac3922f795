import { createReadStream } from 'node:fs';
import type { Client, ReceivedMessage } from '@skua/client';
import { openClient } from '../connection/open-client.ts';
import { WallClock } from '../output/wall-clock.ts';
import { formatMessageLine, MessageLineError, parseMessageLine } from '../records/message-line.ts';
import { onInterruption } from '../terminal/interruption.ts';
import { Progress } from '../terminal/progress.ts';
import { readLines } from '../terminal/standard-input.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { closeClient } from './close-client.ts';
import { collectRetained } from './retained-messages.ts';
import type { RetainedSettings } from './retained.ts';

/** What is done, with what it is done to. */
export interface RetainedTask {
  readonly action: 'ls' | 'get' | 'rm' | 'export' | 'import';
  /** Topic Filters, a Topic Name for `get`, or the file for `import`. */
  readonly words: readonly string[];
}

/** One run of `skua retained`. @returns the exit code */
export async function runRetained(task: RetainedTask, settings: RetainedSettings, terminal: Terminal): Promise<number> {
  const stopped = new AbortController();
  const off = onInterruption(() => stopped.abort());
  const client = await openClient(settings, terminal, { fallback: settings.protocolVersion === 5 });
  const run = new RetainedRun(client, settings, terminal, stopped.signal);
  try {
    const exitCode = task.action === 'import' ? await run.import(task.words[0]) : await run.each(task);
    await closeClient(client, settings);
    return exitCode;
  } finally {
    off();
    client.destroy();
  }
}

class RetainedRun {
  readonly #client: Client;
  readonly #settings: RetainedSettings;
  readonly #terminal: Terminal;
  readonly #signal: AbortSignal;
  readonly #progress: Progress;
  readonly #clock = new WallClock();
  readonly #underWay = new Set<Promise<void>>();
  #count = 0;
  #failed = 0;

  constructor(client: Client, settings: RetainedSettings, terminal: Terminal, signal: AbortSignal) {
    this.#client = client;
    this.#settings = settings;
    this.#terminal = terminal;
    this.#signal = signal;
    this.#progress = new Progress(terminal);
  }

  /** ls, get, rm and export: something is done with each message that is found. */
  async each({ action, words }: RetainedTask): Promise<number> {
    const filters = words.length === 0 ? ['#'] : words;
    const take = (message: ReceivedMessage): void => {
      this.#count += 1;
      if (action === 'get') this.#terminal.write(message.payload);
      else if (action === 'rm') this.#remove(message.topicName);
      else this.#terminal.write(action === 'export' || this.#settings.json ? line(message, this.#clock) : row(message));
      this.#progress.tell(() => `${this.#count} retained messages`);
    };
    await collectRetained(this.#client, filters, take, {
      silenceMs: this.#settings.wait * 1000,
      signal: this.#signal,
    });
    await Promise.all(this.#underWay);
    this.#progress.clear();
    if (action === 'get') {
      if (this.#count > 0) return 0;
      this.#tell(`There is no retained message at ${filters[0]}.`);
      return 1;
    }
    const verb =
      action === 'ls'
        ? 'found'
        : action === 'export'
          ? 'exported'
          : this.#settings.dryRun
            ? 'would be deleted'
            : 'deleted';
    this.#tell(`${this.#count - this.#failed} retained ${this.#count === 1 ? 'message' : 'messages'} ${verb}.`);
    return this.#failed === 0 ? 0 : 1;
  }

  /** Publishes what a file, or stdin, has. */
  async import(path: string | undefined): Promise<number> {
    const input = path === undefined || path === '-' ? this.#terminal.stdin : createReadStream(path);
    let number = 0;
    for await (const bytes of readLines(input, this.#signal)) {
      number += 1;
      const text = bytes.toString('utf8').trim();
      if (text === '' || this.#signal.aborted) continue;
      try {
        const { topic, payload, qos, properties } = parseMessageLine(text);
        await this.#publish(topic, payload, qos, properties);
      } catch (error) {
        if (!(error instanceof MessageLineError)) throw error;
        this.#failed += 1;
        this.#tell(`Line ${number} is left out: ${error.message}.`);
      }
      this.#progress.tell(() => `${this.#count} retained messages`);
    }
    await Promise.all(this.#underWay);
    this.#progress.clear();
    this.#tell(`${this.#count} retained ${this.#count === 1 ? 'message' : 'messages'} imported.`);
    return this.#failed === 0 ? 0 : 1;
  }

  #remove(topicName: string): void {
    this.#terminal.write(`${topicName}\n`);
    if (!this.#settings.dryRun) this.#watch(topicName, this.#client.publish(topicName, '', { qos: 1, retain: true }));
  }

  async #publish(
    topicName: string,
    payload: Uint8Array,
    qos: 0 | 1 | 2,
    properties: ReturnType<typeof parseMessageLine>['properties'],
  ): Promise<void> {
    const { topicAlias: _alias, subscriptionIdentifiers: _identifiers, ...rest } = properties;
    this.#count += 1;
    // At QoS 0 nobody would know whether it arrived; the server keeps the message at the QoS that it was sent with.
    this.#watch(topicName, this.#client.publish(topicName, payload, { qos, retain: true, properties: rest }));
    if (this.#underWay.size >= WINDOW) await Promise.race(this.#underWay);
  }

  #watch(topicName: string, published: ReturnType<Client['publish']>): void {
    const settled = published
      .then((receipt) => receipt.acknowledged)
      .then(
        () => {},
        (error: unknown) => {
          this.#failed += 1;
          this.#tell(`${topicName}: ${error instanceof Error ? error.message : String(error)}.`);
        },
      )
      .finally(() => this.#underWay.delete(settled));
    this.#underWay.add(settled);
  }

  #tell(text: string): void {
    if (!this.#settings.quiet) this.#terminal.writeError(`${text}\n`);
  }
}

function line(message: ReceivedMessage, clock: WallClock): string {
  return `${formatMessageLine({ ...plain(message), receivedAt: clock.now() })}\n`;
}

function row(message: ReceivedMessage): string {
  const text = Buffer.from(message.payload.subarray(0, PREVIEW_BYTES)).toString('utf8');
  const more = message.payload.length > PREVIEW_BYTES ? '…' : '';
  // oxlint-disable-next-line no-control-regex -- a terminal would obey them
  const shown = text.replace(/[\u0000-\u001f\u007f-\u009f\ufffd]/g, '·');
  return `${message.topicName}\t${message.payload.length} bytes\tQoS ${message.qos}\t${shown}${more}\n`;
}

function plain(message: ReceivedMessage): Omit<Parameters<typeof formatMessageLine>[0], 'receivedAt'> {
  const { topicName, payload, qos, retain, packetIdentifier, properties } = message;
  return { topicName, payload, qos, retain, packetIdentifier, properties };
}

const WINDOW = 100;
const PREVIEW_BYTES = 60;
