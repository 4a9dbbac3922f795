import { defineConfig, type ViteUserConfig } from 'vitest/config';

// The sources are tested, not the build: '@skua/source' is the condition under which every package exports src/.
// Vite replaces the default list when conditions are given, so the usual ones are repeated here.
const conditions: string[] = ['@skua/source', 'module', 'node', 'development|production'];

const shared: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@skua/source', 'node'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // A guard against a hang, not a measure of speed: properties have to pass on a busy machine too.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

export default shared;
