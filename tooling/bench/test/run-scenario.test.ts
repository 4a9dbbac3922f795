import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { skua } from '../src/brokers/skua.ts';
import { runScenario } from '../src/run/run-scenario.ts';
import type { FigureName } from '../src/scenarios/figure.ts';
import type { FlowScenario, Scenario } from '../src/scenarios/scenario.ts';

const FLOW: FlowScenario = {
  kind: 'flow',
  pattern: 'pairs',
  publishers: 2,
  subscribers: 2,
  qos: 0,
  payloadBytes: 64,
  window: 10,
  protocolVersion: 4,
  transport: 'tcp',
};
const FLOW_FIGURES: readonly FigureName[] = ['cpuUs', 'perSecond', 'p50Us', 'p99Us', 'rssMib', 'pssMib'];

const CASES: readonly (readonly [string, Scenario, readonly FigureName[]])[] = [
  [
    'a fan-out with QoS 1 and properties over TLS',
    { ...FLOW, pattern: 'fanOut', publishers: 1, qos: 1, protocolVersion: 5, properties: true, transport: 'tls' },
    FLOW_FIGURES,
  ],
  [
    'a shared subscription with QoS 2 at a rate over WebSocket',
    { ...FLOW, pattern: 'shared', qos: 2, protocolVersion: 5, rate: 500, window: 500, transport: 'webSocket' },
    FLOW_FIGURES,
  ],
  [
    'a fan-in beside other filters and churn',
    { ...FLOW, pattern: 'fanIn', subscribers: 1, otherFilters: 600, churn: { sessions: 2, perSecond: 100 } },
    FLOW_FIGURES,
  ],
  [
    'retained messages',
    { kind: 'retained', messages: 300, payloadBytes: 20, window: 50 },
    ['storeCpuUs', 'storePerSecond', 'replayCpuUs', 'replayPerSecond'],
  ],
  ['idle connections', { kind: 'idle', connections: 30, atATime: 5 }, ['connectCpuUs', 'connectsPerSecond', 'rssMib']],
  ['a start', { kind: 'start' }, ['startMs', 'restingMib']],
  [
    'a subscriber that stops reading',
    { kind: 'isolation', others: FLOW, stalledPayloadBytes: 100, stalledRate: 200 },
    ['keptShare', 'cpuUs'],
  ],
];

/** /proc is Linux's, and the certificate is made by openssl; with SKUA_REQUIRE_ALL=1 a lack of either is a failure. */
const isSkipped =
  process.env['SKUA_REQUIRE_ALL'] !== '1' &&
  (process.platform !== 'linux' || spawnSync('openssl', ['version']).status !== 0);

it.skipIf(isSkipped).each(CASES)('measures %s (needs Linux and openssl)', async (_, scenario, figures) => {
  const result = await runScenario(scenario, skua(), { warmUpMs: 50, measureMs: 300, stillMs: 1_000 });
  expect(result).toMatchObject({ failures: [], lost: 0, duplicates: 0, outOfOrder: 0 });
  for (const name of figures) expect(result.figures[name], name).toBeGreaterThan(0);
  if (scenario.kind === 'isolation') expect(result.figures.uncountedDrops).toBe(0);
});

it('says what went wrong when a broker does not start', async () => {
  const result = await runScenario(FLOW, skua('/nowhere'), { warmUpMs: 0, measureMs: 1 });
  expect(result.failures).toEqual([expect.stringContaining('ended')]);
});
