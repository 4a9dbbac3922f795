// Skua beside mosquitto and aedes: `node src/brokers.ts [--scenario NAMES] [--peer NAMES] [--rounds N] [--seconds N]
// [--profile FOLDER]`, on the build.
import { parseArgs } from 'node:util';
import { aedes } from './brokers/aedes.ts';
import type { BrokerUnderTest } from './brokers/broker-under-test.ts';
import { mosquitto } from './brokers/mosquitto.ts';
import { skua } from './brokers/skua.ts';
import { generate } from './load/generate.ts';
import { SCENARIOS } from './load/scenarios.ts';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string' },
    peer: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    profile: { type: 'string' },
  },
});
const known: readonly (BrokerUnderTest | undefined)[] = [skua(), mosquitto(), aedes()];
const wanted = values.peer?.split(',');
const brokers = known.filter(
  (each): each is BrokerUnderTest =>
    each !== undefined &&
    (values.profile !== undefined ? each.name === 'skua' : true) &&
    (wanted?.includes(each.name) ?? true),
);
const scenarios = SCENARIOS.filter(({ name }) => values.scenario?.split(',').includes(name) ?? true);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const { title, scenario } of scenarios) {
    for (const broker of brokers) {
      if (broker.name === 'aedes' && scenario.protocolVersion === 5) continue;
      const started = await broker.start({
        transport: scenario.transport,
        ...(values.profile === undefined ? {} : { profileFolder: values.profile }),
      });
      try {
        const result = await generate(scenario, {
          endpoint: { transport: scenario.transport, port: started.port },
          brokerPid: started.pid,
          warmUpMs: 1000,
          measureMs: Number(values.seconds) * 1000,
        });
        const { cpuUs, perSecond, systemShare, latencyUs, brokerBusy, generatorBusy } = result;
        console.log(
          `${title.padEnd(36)} ${broker.title.padEnd(16)} ${cpuUs.toFixed(2)} us (${Math.round(systemShare * 100)} % system)  ` +
            `${Math.round(perSecond)}/s  p50 ${latencyUs.p50} p99 ${latencyUs.p99} us  ` +
            `busy: broker ${brokerBusy.toFixed(2)} generator ${generatorBusy.toFixed(2)}  rss ${result.rssKib >> 10} MiB  ` +
            `lost ${result.lost} twice ${result.duplicates} late ${result.outOfOrder} ${result.failures.slice(0, 2).join('; ')}`,
        );
      } finally {
        await started.stop();
      }
    }
  }
}
