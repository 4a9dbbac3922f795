import { expect, test } from 'vitest';
import { protocolVersion } from './protocol-version.ts';

const count = (file: string, text: string): number => protocolVersion(new Map([[file, text]])).length;

test.each([
  'if (version === 5) f();',
  'if (connection.protocolVersion !== ProtocolVersion.v5_0) f();',
  'if (5 === this.version) f();',
  'return version < 5 ? a : b;',
  'switch (packet.protocolVersion) {}',
])('%s is a test of the version', (text) => {
  expect(count('packages/broker/src/a.ts', text)).toBe(1);
  expect(count('packages/codec/src/packets/a.ts', text)).toBe(0);
  expect(count('packages/session/src/version-rules.ts', text)).toBe(0);
});

test.each(['if (version === undefined) f();', 'encode(packet, version);', 'const f = (version: number) => version;'])(
  '%s is none',
  (text) => {
    expect(count('packages/broker/src/a.ts', text)).toBe(0);
  },
);
