import { fileURLToPath } from 'node:url';
import type { TransportName } from '../load/scenario.ts';
import type { BrokerUnderTest } from './broker-under-test.ts';
import { configurationFile, freePort, selfSignedCertificate, startBroker } from './started-broker.ts';

/**
 * The built `skua-broker` of a checkout with its default options, as an operator starts it. `checkout` is the root of the
 * repository; this one when left out.
 */
export function skua(checkout: string = REPOSITORY, title = 'Skua'): BrokerUnderTest {
  return {
    name: 'skua',
    title,
    start: async ({ transport, profileFolder, configuration = [] }) => {
      const port = await freePort();
      const file = configurationFile([
        `listener ${port} 127.0.0.1`,
        ...listenerLines(transport),
        'allow_anonymous true',
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
  return [`certfile ${certificateFile}`, `keyfile ${keyFile}`, 'tls_version tlsv1.3'];
}

const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');
