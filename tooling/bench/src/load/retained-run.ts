import { encodePacket } from '@skua/codec';
import type { RunResult } from '../scenarios/run-result.ts';
import type { RetainedScenario } from '../scenarios/scenario.ts';
import { Client, type ClientOptions } from './client.ts';
import { writeStamp } from './payload-stamp.ts';
import type { RunOptions } from './run-options.ts';
import { PUBACK } from './small-packets.ts';
import { STILL_MS, untilStill } from './until-still.ts';
import { markUsage, usageBetween } from './usage.ts';

/** Stores retained messages with QoS 1, each on a topic of its own, then replays them to one subscriber of `#`. */
export async function runRetained(scenario: RetainedScenario, options: RunOptions): Promise<RunResult> {
  const failures: string[] = [];
  const client = {
    endpoint: options.endpoint,
    protocolVersion: 4,
    onFailure: (why: string) => failures.push(why),
  } as const;
  const store = new RetainedPublisher({ ...client, clientIdentifier: 'store' }, scenario);
  const replay = new RetainedSubscriber({ ...client, clientIdentifier: 'replay' }, scenario.messages);
  const { stillMs = STILL_MS } = options;
  const all = (): number => scenario.messages;
  await store.connect();
  await replay.connect();
  const beforeStore = markUsage(options.brokerPid);
  store.pump();
  await untilStill(() => store.acknowledged, all, stillMs);
  const storing = usageBetween(beforeStore, markUsage(options.brokerPid));
  const beforeReplay = markUsage(options.brokerPid);
  await replay.subscribe(['#'], 0);
  await untilStill(() => replay.received, all, stillMs);
  const replaying = usageBetween(beforeReplay, markUsage(options.brokerPid));
  store.destroy();
  replay.destroy();
  return {
    figures: {
      storeCpuUs: storing.brokerCpuUs / scenario.messages,
      storePerSecond: scenario.messages / storing.seconds,
      replayCpuUs: replaying.brokerCpuUs / scenario.messages,
      replayPerSecond: scenario.messages / replaying.seconds,
    },
    lost: scenario.messages - replay.received + (scenario.messages - store.acknowledged),
    duplicates: replay.duplicates,
    outOfOrder: 0,
    failures,
    brokerBusy: Math.min(storing.brokerBusy, replaying.brokerBusy),
    generatorBusy: Math.max(storing.generatorBusy, replaying.generatorBusy),
    otherBusy: Math.max(storing.otherBusy, replaying.otherBusy),
  };
}

class RetainedPublisher extends Client {
  readonly #frames: Buffer;
  readonly #frameBytes: number;
  readonly #scenario: RetainedScenario;
  #sent = 0;
  #acknowledged = 0;

  constructor(options: ClientOptions, scenario: RetainedScenario) {
    super(options);
    this.#scenario = scenario;
    const frames = Array.from({ length: scenario.messages }, (_, i) => retainedFrame(i, scenario.payloadBytes));
    this.#frames = Buffer.concat(frames);
    this.#frameBytes = frames[0]?.length ?? 0;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Sends what the window has room for. */
  pump(): void {
    const end = Math.min(this.#scenario.messages, this.#acknowledged + this.#scenario.window);
    if (end <= this.#sent) return;
    this.connection.writeFramed(this.#frames.subarray(this.#sent * this.#frameBytes, end * this.#frameBytes));
    this.#sent = end;
  }

  override handleDelivery(packetType: number): void {
    if (packetType === PUBACK) this.#acknowledged += 1;
  }

  override handleChunkEnd(): void {
    this.pump();
  }
}

class RetainedSubscriber extends Client {
  readonly #seen: Uint8Array;
  #received = 0;
  #duplicates = 0;

  constructor(options: ClientOptions, messages: number) {
    super(options);
    this.#seen = new Uint8Array(messages);
  }

  get received(): number {
    return this.#received;
  }

  get duplicates(): number {
    return this.#duplicates;
  }

  override handlePublish(_sender: number, sequence: number): void {
    if (this.#seen[sequence] === 0) {
      this.#seen[sequence] = 1;
      this.#received += 1;
    } else {
      this.#duplicates += 1;
    }
  }
}

/** All frames have the same length, so that a range of them is a range of bytes. */
function retainedFrame(index: number, payloadBytes: number): Uint8Array {
  const payload = new Uint8Array(payloadBytes).fill(0x78);
  writeStamp(payload, 0, 0, index, 0);
  const digits = String(index).padStart(7, '0');
  return encodePacket(
    {
      type: 'publish',
      dup: false,
      qos: 1,
      retain: true,
      topicName: `retained/${digits.slice(-2)}/${digits}/value`,
      packetIdentifier: (index % IDENTIFIERS) + 1,
      payload,
      properties: {},
    },
    4,
  );
}

const IDENTIFIERS = 50_000;
