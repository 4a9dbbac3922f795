import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { BrokerUnderTest } from './broker-under-test.ts';
import { freePort, selfSignedCertificate, startBroker } from './started-broker.ts';

/** The latest aedes with its default options, over `net`, `tls` or `ws`. */
export function aedes(): BrokerUnderTest {
  return {
    name: 'aedes',
    title: `aedes ${aedesVersion()}`,
    supports: (scenario) => scenario.kind !== 'flow' || scenario.protocolVersion === 4,
    start: async ({ transport }) => {
      const port = await freePort();
      const certificate = transport === 'tls' ? selfSignedCertificate() : undefined;
      const files = certificate === undefined ? [] : [certificate.keyFile, certificate.certificateFile];
      return await startBroker({ command: process.execPath, args: [PROGRAM, String(port), transport, ...files], port });
    },
  };
}

/** The package does not export its manifest, so it is looked for beside its entry. */
function aedesVersion(): string {
  const entry = createRequire(import.meta.url).resolve('aedes');
  const folder = entry.slice(0, entry.lastIndexOf('/aedes/') + '/aedes/'.length);
  const manifest: unknown = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}

const PROGRAM = fileURLToPath(new URL('./aedes-program.mjs', import.meta.url));
