import { setTimeout as delay } from 'node:timers/promises';
import type { RunResult } from '../scenarios/run-result.ts';
import type { IsolationScenario } from '../scenarios/scenario.ts';
import { Client, type ClientOptions } from './client.ts';
import { readMemory } from './cpu-meter.ts';
import { FlowRun } from './flow-run.ts';
import type { RunOptions } from './run-options.ts';
import { STILL_MS, untilStill } from './until-still.ts';
import { PUBACK, SmallPackets } from './small-packets.ts';
import { PublishRing } from './publish-ring.ts';

/**
 * Measures the others three times: while the subscriber reads, while it has stopped, and when it reads again; the share
 * that they keep is the second figure beside the mean of the first and the third. Then everything that the broker still
 * has for it must come, in order and once.
 */
export async function runIsolation(scenario: IsolationScenario, options: RunOptions): Promise<RunResult> {
  const failures: string[] = [];
  const client = {
    endpoint: options.endpoint,
    protocolVersion: 4,
    onFailure: (why: string) => failures.push(why),
  } as const;
  const slow = new SlowSubscriber({ ...client, clientIdentifier: 'slow' });
  const feeders = ([0, 1] as const).map(
    (qos) => new Feeder({ ...client, clientIdentifier: `feeder-${qos}` }, qos, scenario),
  );
  for (const each of [slow, ...feeders]) await each.connect();
  await slow.subscribe(['slow/+'], 1);
  const others = new FlowRun(scenario.others, options);
  await others.start();
  const stopFeeding = feed(feeders, scenario.stalledRate);
  await delay(options.warmUpMs);

  const reading = await others.measure();
  const memoryBefore = readMemory(options.brokerPid);
  slow.connection.socket.pause();
  await delay(options.warmUpMs);
  const stalled = await others.measure();
  const memoryAfter = readMemory(options.brokerPid);
  slow.connection.socket.resume();
  await delay(options.warmUpMs);
  const again = await others.measure();

  stopFeeding();
  await untilStill(
    () => slow.received,
    () => Infinity,
    (options.stillMs ?? STILL_MS) / 2,
  );
  const checked = await others.stop();
  const sent = feeders.reduce((sum, each) => sum + each.sent, 0);
  for (const each of [slow, ...feeders]) each.destroy();
  const usual = ((reading.figures.perSecond ?? 0) + (again.figures.perSecond ?? 0)) / 2;
  return {
    ...checked,
    ...stalled,
    figures: {
      ...stalled.figures,
      keptShare: ((stalled.figures.perSecond ?? 0) / usual) * 100,
      grownMib: (memoryAfter.rssKib - memoryBefore.rssKib) / 1024,
    },
    outOfOrder: checked.outOfOrder + slow.wrong,
    failures: [...failures, ...checked.failures],
    notReceived: sent - slow.received,
  };
}

/** Takes messages of two senders, whose numbers must rise; it may miss some, since the broker's policy drops. */
class SlowSubscriber extends Client {
  readonly #next = [0, 0];
  #acknowledgements: SmallPackets | undefined;
  #received = 0;
  #wrong = 0;

  get received(): number {
    return this.#received;
  }

  /** Messages that came twice or after a later one. */
  get wrong(): number {
    return this.#wrong;
  }

  override handlePublish(
    sender: number,
    sequence: number,
    _ticks: number,
    qos: number,
    packetIdentifier: number,
  ): void {
    if (qos === 1) {
      this.#acknowledgements ??= new SmallPackets(this.connection, false);
      this.#acknowledgements.add(PUBACK, packetIdentifier);
    }
    if (sequence < (this.#next[sender] ?? 0)) this.#wrong += 1;
    else this.#next[sender] = sequence + 1;
    this.#received += 1;
  }

  override handleChunkEnd(): void {
    this.#acknowledgements?.flush();
  }
}

/** Publishes to the slow subscriber at a rate, whether anything arrives or not. */
class Feeder extends Client {
  readonly #ring: PublishRing;
  #sent = 0;

  constructor(options: ClientOptions, qos: 0 | 1, scenario: IsolationScenario) {
    super(options);
    this.#ring = new PublishRing(RING_SLOTS, {
      sender: qos,
      topicName: `slow/${qos}`,
      qos,
      payloadBytes: scenario.stalledPayloadBytes,
      protocolVersion: 4,
      properties: false,
      webSocket: false,
    });
  }

  get sent(): number {
    return this.#sent;
  }

  send(count: number): void {
    for (const bytes of this.#ring.take(this.#sent, count, 0)) this.connection.writeFramed(bytes);
    this.#sent += count;
  }

  override handleDelivery(): void {
    // A PUBACK: the rate does not depend on it.
  }
}

function feed(feeders: readonly Feeder[], perSecond: number): () => void {
  const started = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.min(RING_SLOTS / 2, Math.floor(((performance.now() - started) / 1000) * perSecond) - sent);
    if (due <= 0) return;
    for (const feeder of feeders) feeder.send(due);
    sent += due;
  }, 1);
  return () => clearInterval(timer);
}

/** More than a second's messages: the bytes of a slot have left the socket when its turn comes again. */
const RING_SLOTS = 8_192;
