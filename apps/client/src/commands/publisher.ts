import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, PublishOptions, Receipt } from '@skua/client';
import type { TopicName } from '@skua/topics';
import { ConnectionFailedError } from '../connection/connection-failed-error.ts';
import { serverName } from '../connection/dial-settings.ts';
import { openClient } from '../connection/open-client.ts';
import { onInterruption } from '../terminal/interruption.ts';
import { Progress } from '../terminal/progress.ts';
import { readLines } from '../terminal/standard-input.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { closeClient } from './close-client.ts';
import type { PublishSettings } from './publish-options.ts';

/**
 * One run of `skua pub`, from the connection to the exit code.
 *
 * @param payload - what is published; undefined: the lines of stdin.
 */
export async function publishAll(
  settings: PublishSettings,
  topic: TopicName,
  payload: Uint8Array | undefined,
  terminal: Terminal,
): Promise<number> {
  const client = await openClient(settings, terminal);
  const stopped = new AbortController();
  const off = onInterruption(() => stopped.abort());
  const publisher = new Publisher(client, settings, topic, terminal, stopped.signal);
  try {
    const work = payload === undefined ? publisher.publishLines() : publisher.publishRepeatedly(payload);
    await Promise.race([work, publisher.rejected(settings)]);
    await closeClient(client, settings);
    return 0;
  } finally {
    off();
    client.destroy();
  }
}

/** Publishes with at most so many messages under way as `-M` allows. */
class Publisher {
  readonly #client: Client;
  readonly #settings: PublishSettings;
  readonly #topic: string;
  readonly #terminal: Terminal;
  readonly #stopped: AbortSignal;
  readonly #options: PublishOptions;
  readonly #progress: Progress;
  readonly #underWay = new Set<Promise<void>>();
  #count = 0;
  #settledCount = 0;

  constructor(client: Client, settings: PublishSettings, topic: string, terminal: Terminal, stopped: AbortSignal) {
    const { qos, retain } = settings;
    const { topicAlias, ...properties } = settings.properties.publish;
    this.#client = client;
    this.#settings = settings;
    this.#topic = topic;
    this.#terminal = terminal;
    this.#stopped = stopped;
    this.#options = { qos, retain, properties, ...(topicAlias === undefined ? {} : { topicAlias }) };
    this.#progress = new Progress(terminal);
  }

  /**
   * Rejects when the connection is lost again and again and nothing is acknowledged in between: the server does not take
   * the message and cannot say so, as 3.1.1 has it, and sending it once more would be without end.
   */
  rejected(settings: PublishSettings): Promise<never> {
    return new Promise((_, reject) => {
      let losses = 0;
      let settledBefore = 0;
      this.#client.on('disconnected', ({ cause }) => {
        if (this.#underWay.size === 0) return;
        losses = this.#settledCount === settledBefore ? losses + 1 : 1;
        settledBefore = this.#settledCount;
        if (losses < LOSSES_MAX) return;
        const sentence = `${serverName(settings)} ends the connection each time it gets the message. Is it too large, or not allowed?`;
        reject(new ConnectionFailedError(sentence, CONNECTION_LOST, cause));
      });
    });
  }

  async publishLines(): Promise<void> {
    for await (const line of readLines(this.#terminal.stdin, this.#stopped)) {
      if (this.#stopped.aborted) break;
      await this.#publish(line);
    }
    await this.#finish();
  }

  async publishRepeatedly(payload: Uint8Array): Promise<void> {
    const { repeat, repeatDelay } = this.#settings;
    for (let round = 0; round < repeat && !this.#stopped.aborted; round++) {
      if (round > 0 && repeatDelay > 0) {
        await Promise.all(this.#underWay);
        await sleep(repeatDelay * 1000, undefined, { signal: this.#stopped }).catch(() => {});
        if (this.#stopped.aborted) break;
      }
      await this.#publish(payload);
    }
    await this.#finish();
  }

  async #publish(payload: Uint8Array): Promise<void> {
    const receipt = await this.#client.publish(this.#topic, payload, this.#options);
    const settled = this.#settle(receipt).finally(() => this.#underWay.delete(settled));
    this.#underWay.add(settled);
    // Whoever waits for all of them hears of it; nobody may be waiting when the client is closed.
    settled.catch(() => {});
    this.#count += 1;
    this.#progress.tell(() => `${this.#count} messages published`);
    if (this.#underWay.size >= this.#window) await Promise.race(this.#underWay);
  }

  /** QoS 0 has nothing to wait for but room in the connection. */
  get #window(): number {
    return this.#settings.qos === 0 ? QOS_0_WINDOW : this.#settings.maximumInflight;
  }

  async #settle(receipt: Receipt): Promise<void> {
    try {
      await receipt.acknowledged;
      this.#settledCount += 1;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'PublishRefusedError') throw error;
      if (!this.#settings.quiet) this.#terminal.writeError(`Warning: ${error.message}.\n`);
    }
  }

  async #finish(): Promise<void> {
    await Promise.all(this.#underWay);
    this.#progress.clear();
  }
}

const QOS_0_WINDOW = 1000;
const LOSSES_MAX = 3;
const CONNECTION_LOST = 7;
