import { defineConfig, type ViteUserConfig } from 'vitest/config';

// The sources are tested, not the build: '@skua/source' is the condition under which every package exports src/.
// Vite replaces the default list when conditions are given, so the usual ones are repeated here.
const conditions: string[] = ['@skua/source', 'module', 'node', 'development|production'];

const shared: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@skua/source', 'node'] } },
  test: { include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
});

export default shared;
