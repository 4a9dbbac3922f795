import type { Client, ReceivedMessage, SubscriptionResult } from '@skua/client';
import { connectionFailure, TIMED_OUT } from '../connection/failure.ts';
import { openClient } from '../connection/open-client.ts';
import { isDrawn, isWanted, type FilterSettings } from '../output/message-filter.ts';
import type { MessagePrinter } from '../output/message-printer.ts';
import { WallClock } from '../output/wall-clock.ts';
import { WatchView } from '../output/watch-view.ts';
import { onInterruption } from '../terminal/interruption.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { closeClient } from './close-client.ts';
import { printerFor } from './output-options.ts';
import type { SubscribeSettings } from './subscribe-options.ts';

/** One run of `skua sub`, from the connection to the exit code. */
export class Subscriber {
  readonly #settings: SubscribeSettings;
  readonly #terminal: Terminal;
  readonly #printer: MessagePrinter;
  readonly #filter: FilterSettings;
  readonly #clock = new WallClock();
  readonly #watch: WatchView | undefined;
  /** Acknowledgements of `--remove-retained`. */
  readonly #removals = new Set<Promise<unknown>>();
  #client: Client | undefined;
  #printed = 0;
  #isTaking = true;
  #finish: (exitCode: number) => void = () => {};

  constructor(settings: SubscribeSettings, terminal: Terminal) {
    this.#settings = settings;
    this.#terminal = terminal;
    this.#printer = printerFor(settings, terminal);
    this.#filter = {
      skipRetained: settings.skipRetained,
      filterOut: settings.filterOut,
      share: settings.randomFilter / 100,
    };
    this.#watch = settings.watch && terminal.isTerminal ? new WatchView(terminal) : undefined;
  }

  /** @returns the exit code. */
  async run(): Promise<number> {
    const { settings, terminal } = { settings: this.#settings, terminal: this.#terminal };
    const finished = new Promise<number>((resolve) => {
      this.#finish = resolve;
    });
    const off = onInterruption(() => this.#finish(INTERRUPTED));
    const client = await openClient(settings, terminal, {
      onMessage: (message) => this.#take(message),
      // Nobody else should miss the messages that come after the last one that is wanted.
      ...(settings.count === undefined || settings.count >= 20 ? {} : { receiveMaximum: settings.count }),
    });
    this.#client = client;
    client.on('state', (state) => {
      if (state.status !== 'closed' || state.cause === undefined) return;
      const { sentence, exitCode } = connectionFailure(state.cause, settings);
      if (!settings.quiet) terminal.writeError(`Error: ${sentence}\n`);
      this.#finish(exitCode === 1 ? CONNECTION_LOST : exitCode);
    });
    const timer = this.#startTimer();
    try {
      const refusal = await Promise.race([this.#subscribe(client), finished]);
      if (typeof refusal === 'number' && refusal !== GOING_ON) return await this.#end(client, refusal);
      if (settings.exitAfterSubscribe) this.#finish(0);
      return await this.#end(client, await finished);
    } finally {
      clearTimeout(timer);
      off();
      this.#watch?.close();
      client.destroy();
    }
  }

  #startTimer(): NodeJS.Timeout | undefined {
    const { timeout, quiet } = this.#settings;
    if (timeout === undefined) return undefined;
    return setTimeout(() => {
      if (!quiet) this.#terminal.writeError('Timed out\n');
      this.#finish(TIMED_OUT);
    }, timeout * 1000);
  }

  /** @returns the exit code when every subscription was refused. */
  async #subscribe(client: Client): Promise<number> {
    const { topics, qos, unsubscribe, properties, skipRetained, retainAsPublished, noLocal } = this.#settings;
    if (topics.length > 0) {
      const { subscriptionIdentifier, userProperties } = properties.subscribe;
      const { results } = await client.subscribe(topics, (message) => this.#take(message), {
        qos,
        noLocal,
        retainAsPublished,
        retainHandling: skipRetained ? 2 : 0,
        acknowledge: 'manual',
        requireAll: false,
        ...(subscriptionIdentifier === undefined ? {} : { subscriptionIdentifier }),
        ...(userProperties === undefined ? {} : { userProperties }),
      });
      const refused = results.filter(({ reasonCode }) => reasonCode >= 0x80);
      this.#tellRefused(refused);
      if (refused.length === results.length) return refused[0]?.reasonCode ?? GOING_ON;
    }
    if (unsubscribe.length > 0) {
      const { userProperties } = properties.unsubscribe;
      await client.unsubscribe(unsubscribe, userProperties === undefined ? {} : { userProperties });
    }
    return GOING_ON;
  }

  #tellRefused(refused: readonly SubscriptionResult[]): void {
    if (this.#settings.quiet) return;
    for (const { topicFilter, reasonCode, reasonString } of refused) {
      const reason = reasonString === undefined ? '' : ` (${reasonString})`;
      this.#terminal.writeError(
        `Warning: The server refused the subscription to ${topicFilter}, code 0x${reasonCode.toString(16)}${reason}.\n`,
      );
    }
  }

  #take(received: ReceivedMessage): void {
    if (!this.#isTaking) return;
    const { retainedOnly, removeRetained, count } = this.#settings;
    if (retainedOnly && !received.retain) {
      this.#stopTaking();
      return;
    }
    const message = { ...fieldsOf(received), receivedAt: this.#clock.now() };
    received.acknowledge();
    // As in mosquitto_sub a message that -R or -T leaves out is not counted, and -T also keeps it from being removed.
    if (!isWanted(message, { ...this.#filter, skipRetained: false })) return;
    if (removeRetained && received.retain) this.#remove(received.topicName);
    if (!isWanted(message, this.#filter)) return;
    if (isDrawn(this.#filter, Math.random)) {
      if (this.#watch === undefined) this.#terminal.write(this.#printer.print(message));
      else this.#watch.show(message.topicName, this.#printer.print(message));
    }
    this.#printed += 1;
    if (this.#printed === count) this.#stopTaking();
  }

  #stopTaking(): void {
    this.#isTaking = false;
    void Promise.allSettled(this.#removals).then(() => this.#finish(0));
  }

  #remove(topicName: string): void {
    const removal = this.#client
      ?.publish(topicName, '', { qos: 1, retain: true })
      .then((receipt) => receipt.acknowledged)
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        if (!this.#settings.quiet) this.#terminal.writeError(`Warning: ${topicName} was not removed: ${message}.\n`);
      });
    if (removal === undefined) return;
    const settled = removal.finally(() => this.#removals.delete(settled));
    this.#removals.add(settled);
  }

  async #end(client: Client, exitCode: number): Promise<number> {
    this.#isTaking = false;
    const isOrderly = exitCode !== INTERRUPTED && exitCode !== TIMED_OUT;
    // As mosquitto_sub does: who stops it from outside lets the will speak.
    await closeClient(client, this.#settings, isOrderly ? {} : { reasonCode: DISCONNECT_WITH_WILL, drain: false });
    return exitCode === INTERRUPTED ? 0 : exitCode;
  }
}

function fieldsOf(
  message: ReceivedMessage,
): Pick<ReceivedMessage, 'topicName' | 'payload' | 'qos' | 'retain' | 'packetIdentifier' | 'properties'> {
  const { topicName, payload, qos, retain, packetIdentifier, properties } = message;
  return { topicName, payload, qos, retain, packetIdentifier, properties };
}

const INTERRUPTED = -1;
const GOING_ON = -2;
const CONNECTION_LOST = 7;
const DISCONNECT_WITH_WILL = 0x04;
