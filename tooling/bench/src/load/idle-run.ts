import { setTimeout as delay } from 'node:timers/promises';
import type { RunResult } from '../scenarios/run-result.ts';
import type { IdleScenario } from '../scenarios/scenario.ts';
import { Client } from './client.ts';
import { readMemory } from './cpu-meter.ts';
import type { RunOptions } from './run-options.ts';
import { markUsage, usageBetween } from './usage.ts';

/** Connects many clients that then say nothing: what a connect costs, and what each connection holds afterwards. */
export async function runIdle(scenario: IdleScenario, options: RunOptions): Promise<RunResult> {
  const failures: string[] = [];
  const { connections, atATime } = scenario;
  const clients = Array.from(
    { length: connections },
    (_, i) =>
      new Client({
        endpoint: i < PORTS_OF_AN_ADDRESS ? options.endpoint : { ...options.endpoint, localAddress: addressOf(i) },
        protocolVersion: 4,
        clientIdentifier: `idle-${i}`,
        onFailure: (reason) => failures.push(reason),
      }),
  );
  const memoryBefore = readMemory(options.brokerPid);
  const before = markUsage(options.brokerPid);
  let next = 0;
  const connectInTurn = async (): Promise<void> => {
    for (let client = clients[next++]; client !== undefined; client = clients[next++]) {
      try {
        await client.connect();
      } catch (error) {
        failures.push(String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: atATime }, connectInTurn));
  const usage = usageBetween(before, markUsage(options.brokerPid));
  await delay(options.measureMs);
  const memory = readMemory(options.brokerPid);
  for (const client of clients) client.destroy();
  return {
    figures: {
      connectCpuUs: usage.brokerCpuUs / connections,
      connectsPerSecond: connections / usage.seconds,
      kibEach: (memory.rssKib - memoryBefore.rssKib) / connections,
      rssMib: memory.rssKib / 1024,
    },
    lost: 0,
    duplicates: 0,
    outOfOrder: 0,
    failures,
    brokerBusy: usage.brokerBusy,
    // Whoever connects waits for each answer: the generator may be busy without taking anything from the figures.
    generatorBusy: 0,
    otherBusy: usage.otherBusy,
  };
}

/** Another loopback address for every so many clients. Without one the kernel finds free ports faster. */
function addressOf(client: number): string {
  return `127.0.0.${1 + Math.floor(client / PORTS_OF_AN_ADDRESS)}`;
}

/** Fewer than the kernel's range of 28,232. */
const PORTS_OF_AN_ADDRESS = 20_000;
