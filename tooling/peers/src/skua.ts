import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProfileName, TargetFactory } from '@skua/conformance';
import { childTarget, freePort, startChild } from './child-broker.ts';

/** The built `skua-broker`, as an operator starts it. */
export const SKUA: TargetFactory = {
  name: 'Skua',
  get profiles() {
    return new Set(Object.keys(CONFIGURATIONS).filter((profile): profile is ProfileName => profile in CONFIGURATIONS));
  },
  start: async (profile) => {
    const port = await freePort();
    const file = join(mkdtempSync(join(tmpdir(), 'skua-peers-')), 'skua.conf');
    const lines = CONFIGURATIONS[profile] ?? [];
    writeFileSync(file, [`listener ${port} 127.0.0.1`, 'allow_anonymous true', ...lines, ''].join('\n'));
    return await childTarget('Skua', await startChild(process.execPath, [PROGRAM, '-c', file], port));
  },
};

/** What stands in the configuration file for each profile that it can be configured to. */
const CONFIGURATIONS: Readonly<Partial<Record<ProfileName, readonly string[]>>> = {
  default: [],
  'small-maximum-packet-size': ['max_packet_size 256'],
  'server-keep-alive': ['max_keepalive 2'],
};

const PROGRAM = fileURLToPath(new URL('../../../apps/broker/bin/skua-broker', import.meta.url));
