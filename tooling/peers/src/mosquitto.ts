import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProfileName, TargetFactory } from '@skua/conformance';
import { childTarget, freePort, startChild } from './child-broker.ts';

/** Debian's mosquitto. Its program may be missing: then undefined. */
export function mosquitto(): TargetFactory | undefined {
  const version = mosquittoVersion();
  if (version === undefined) return undefined;
  const name = `mosquitto ${version}`;
  return {
    name,
    profiles: new Set(
      Object.keys(CONFIGURATIONS).filter((profile): profile is ProfileName => profile in CONFIGURATIONS),
    ),
    start: async (profile) => {
      const port = await freePort();
      const folder = mkdtempSync(join(tmpdir(), 'skua-peers-'));
      const file = join(folder, 'mosquitto.conf');
      const passwords = join(folder, 'passwords');
      if (profile === 'authenticated') {
        execFileSync('mosquitto_passwd', ['-b', '-c', passwords, 'skua', 'guillemot']);
      }
      const lines = (CONFIGURATIONS[profile] ?? []).map((line) => line.replace('{passwords}', passwords));
      const anonymous = profile === 'authenticated' ? 'false' : 'true';
      const general = ['per_listener_settings false', 'persistence false', `allow_anonymous ${anonymous}`, 'user root'];
      writeFileSync(file, [...general, `listener ${port} 127.0.0.1`, ...lines, ''].join('\n'));
      return await childTarget(name, await startChild('mosquitto', ['-c', file], port));
    },
  };
}

/** What stands in mosquitto.conf for each profile that it can be configured to. */
const CONFIGURATIONS: Readonly<Partial<Record<ProfileName, readonly string[]>>> = {
  default: [],
  'retain-unavailable': ['retain_available false'],
  'maximum-qos-0': ['max_qos 0'],
  'maximum-qos-1': ['max_qos 1'],
  'receive-maximum-2': ['max_inflight_messages 2'],
  'small-maximum-packet-size': ['max_packet_size 256'],
  'no-topic-aliases': ['max_topic_alias 0'],
  authenticated: ['password_file {passwords}'],
};

function mosquittoVersion(): string | undefined {
  try {
    execFileSync('mosquitto', ['-h'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return undefined;
  } catch (error) {
    // It prints its help and ends with 3.
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    return /version (\S+)/.exec(output)?.[1];
  }
}
