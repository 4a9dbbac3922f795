import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { TargetFactory } from '@skua/conformance';
import { childTarget, freePort, startChild } from './child-broker.ts';

/** The latest aedes, with its default options, in a process of its own. */
export const AEDES: TargetFactory = {
  name: `aedes ${aedesVersion()}`,
  profiles: new Set(['default']),
  start: async () => {
    const port = await freePort();
    return await childTarget(
      `aedes ${aedesVersion()}`,
      await startChild(process.execPath, [PROGRAM, String(port)], port),
    );
  },
};

function aedesVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(manifestPath(), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return String(version);
}

/** The package does not export its manifest, so it is looked for beside its entry. */
function manifestPath(): string {
  const entry = createRequire(import.meta.url).resolve('aedes');
  return entry.slice(0, entry.lastIndexOf('/aedes/') + '/aedes/'.length) + 'package.json';
}

const PROGRAM = fileURLToPath(new URL('./aedes-program.mjs', import.meta.url));
