import type { RunResult } from '../scenarios/run-result.ts';
import type { RetainedScenario } from '../scenarios/scenario.ts';
import { RetainedPublisher } from './retained-publisher.ts';
import { RetainedSubscriber } from './retained-subscriber.ts';
import type { RunOptions } from './run-options.ts';
import { STILL_MS, untilStill } from './until-still.ts';
import { markUsage, usageBetween } from './usage.ts';

/**
 * Stores retained messages with QoS 1, each on a topic of its own, then replays them to one subscriber of `#`. Before that a
 * fifth of them is stored, replayed and deleted on other topics, to warm up.
 */
export async function runRetained(scenario: RetainedScenario, options: RunOptions): Promise<RunResult> {
  const failures: string[] = [];
  const { endpoint, stillMs = STILL_MS } = options;
  const client = { endpoint, protocolVersion: 4, onFailure: (why: string) => failures.push(why) } as const;
  const { messages, payloadBytes, window } = scenario;
  const warmUp = Math.ceil(messages / 5);

  const subscribe = async (name: string, filter: string, count: number): Promise<RetainedSubscriber> => {
    const subscriber = new RetainedSubscriber({ ...client, clientIdentifier: name }, count);
    await subscriber.connect();
    await subscriber.subscribe([filter], 0);
    await untilStill(
      () => subscriber.received,
      () => count,
      stillMs,
    );
    subscriber.destroy();
    return subscriber;
  };
  const publish = async (name: string, prefix: string, count: number, bytes: number): Promise<RetainedPublisher> => {
    const frames = { prefix, messages: count, payloadBytes: bytes, window };
    const publisher = new RetainedPublisher({ ...client, clientIdentifier: name }, frames);
    await publisher.connect();
    publisher.pump();
    await untilStill(
      () => publisher.acknowledged,
      () => count,
      stillMs,
    );
    publisher.destroy();
    return publisher;
  };

  await publish('warm-up-store', 'warm', warmUp, payloadBytes);
  await subscribe('warm-up-replay', 'warm/#', warmUp);
  await publish('warm-up-delete', 'warm', warmUp, 0);

  const beforeStore = markUsage(options.brokerPid);
  const stored = await publish('store', 'retained', messages, payloadBytes);
  const storing = usageBetween(beforeStore, markUsage(options.brokerPid));
  const beforeReplay = markUsage(options.brokerPid);
  const replayed = await subscribe('replay', '#', messages);
  const replaying = usageBetween(beforeReplay, markUsage(options.brokerPid));
  return {
    figures: {
      storeCpuUs: storing.brokerCpuUs / messages,
      storePerSecond: messages / storing.seconds,
      replayCpuUs: replaying.brokerCpuUs / messages,
      replayPerSecond: messages / replaying.seconds,
    },
    lost: messages - replayed.received + (messages - stored.acknowledged),
    duplicates: replayed.duplicates,
    outOfOrder: 0,
    failures,
    brokerBusy: Math.min(storing.brokerBusy, replaying.brokerBusy),
    generatorBusy: Math.max(storing.generatorBusy, replaying.generatorBusy),
    otherBusy: Math.max(storing.otherBusy, replaying.otherBusy),
  };
}
