import { spawnSync } from 'node:child_process';
import type { BrokerUnderTest } from './broker-under-test.ts';
import { listenerLines } from './skua.ts';
import { configurationFile, freePort, startBroker } from './started-broker.ts';

/** Debian's mosquitto in memory, its limits raised so that it drops nothing; undefined where it is not installed. */
export function mosquitto(): BrokerUnderTest | undefined {
  // It prints its help and ends with 3.
  const version = /version (\S+)/.exec(spawnSync('mosquitto', ['-h'], { encoding: 'utf8' }).stdout)?.[1];
  if (version === undefined) return undefined;
  return {
    name: 'mosquitto',
    title: `mosquitto ${version}`,
    supports: () => true,
    start: async ({ transport, configuration = [] }) => {
      const port = await freePort();
      const file = configurationFile([
        'per_listener_settings false',
        'persistence false',
        'user root',
        'max_inflight_messages 0',
        'max_queued_messages 0',
        'max_queued_bytes 0',
        'set_tcp_nodelay true',
        // 2.0.11 ends at once when all its listeners are WebSocket ones.
        ...(transport === 'webSocket' ? [`listener ${await freePort()} 127.0.0.1`] : []),
        `listener ${port} 127.0.0.1`,
        ...listenerLines(transport),
        'allow_anonymous true',
        ...configuration,
      ]);
      return await startBroker({ command: 'mosquitto', args: ['-c', file], port });
    },
  };
}
