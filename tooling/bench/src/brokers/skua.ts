import { fileURLToPath } from 'node:url';
import type { TransportName } from '../scenarios/scenario.ts';
import type { BrokerUnderTest } from './broker-under-test.ts';
import { configurationFile, freePort, selfSignedCertificate, startBroker, temporaryFolder } from './started-broker.ts';

/**
 * The built `skua-broker` of a checkout with its default options, as an operator starts it. `checkout` is the root of the
 * repository; this one when left out.
 */
export function skua(checkout: string = REPOSITORY, title = 'Skua'): BrokerUnderTest {
  return {
    name: 'skua',
    title,
    supports: () => true,
    start: async ({ transport, profileFolder, configuration = [], withCounters = false, withStore = false }) => {
      const port = await freePort();
      if (withCounters) {
        const args = [COUNTERS_PROGRAM, checkout, String(port)];
        return await startBroker({ command: process.execPath, args, port, hasCounters: true });
      }
      const file = configurationFile([
        `listener ${port} 127.0.0.1`,
        ...listenerLines(transport),
        'allow_anonymous true',
        ...(withStore ? ['persistence true', `store ${temporaryFolder()}`] : []),
        ...configuration,
      ]);
      const profile = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
      const program = `${checkout}/apps/broker/bin/skua-broker`;
      return await startBroker({ command: process.execPath, args: [...profile, program, '-c', file], port });
    },
  };
}

/** The directives that mosquitto and Skua share. */
export function listenerLines(transport: TransportName): readonly string[] {
  if (transport === 'webSocket') return ['protocol websockets'];
  if (transport === 'tcp') return [];
  const { keyFile, certificateFile } = selfSignedCertificate();
  return [`certfile ${certificateFile}`, `keyfile ${keyFile}`];
}

const COUNTERS_PROGRAM = fileURLToPath(new URL('./skua-counters-program.mjs', import.meta.url));
const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');
