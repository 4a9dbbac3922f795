import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProfileName, TargetFactory } from '@skua/conformance';
import { childTarget, freePort, startChild, type ChildBroker } from './child-broker.ts';

/**
 * The built `skua-broker`, as an operator starts it; for profiles that no directive asks for, the built server in a small
 * program.
 */
export const SKUA: TargetFactory = skua('Skua', false);

/** The same with every session and message in a store on the disk. */
export const DURABLE_SKUA: TargetFactory = skua('Skua with a store', true);

function skua(name: string, durable: boolean): TargetFactory {
  return {
    name,
    get profiles() {
      return PROFILES;
    },
    start: async (profile) => childTarget(name, await start(profile, await freePort(), durable)),
  };
}

const PROFILES: ReadonlySet<ProfileName> = new Set<ProfileName>([
  'default',
  'small-maximum-packet-size',
  'server-keep-alive',
  'retain-unavailable',
  'maximum-qos-0',
  'maximum-qos-1',
  'receive-maximum-2',
  'no-shared-subscriptions',
  'no-wildcard-subscriptions',
  'no-subscription-identifiers',
  'no-topic-aliases',
  'authenticated',
  'restricted',
  'scram',
]);

async function start(profile: ProfileName, port: number, durable: boolean): Promise<ChildBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'skua-peers-'));
  const store = durable ? [join(folder, 'store')] : [];
  const lines = DIRECTIVES[profile];
  if (lines === undefined) {
    return await startChild(process.execPath, [SMALL_PROGRAM, String(port), profile, ...store], port);
  }
  const persistence = store.map((directory) => `persistence true\nstore ${directory}`);
  const file = join(folder, 'skua.conf');
  const all = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', ...persistence, ...lines, ''];
  writeFileSync(file, all.join('\n'));
  return await startChild(process.execPath, [PROGRAM, '-c', file], port);
}

/** What stands in the configuration file for each profile that it can ask for. */
const DIRECTIVES: Readonly<Partial<Record<ProfileName, readonly string[]>>> = {
  default: [],
  'small-maximum-packet-size': ['max_packet_size 256'],
  'server-keep-alive': ['max_keepalive 2'],
};

const PROGRAM = fileURLToPath(new URL('../../../apps/broker/bin/skua-broker', import.meta.url));
const SMALL_PROGRAM = fileURLToPath(new URL('./skua-program.mjs', import.meta.url));
