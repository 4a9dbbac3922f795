import { defineConfig, mergeConfig } from 'vitest/config';
import shared from './vitest.shared.ts';

export default mergeConfig(
  shared,
  defineConfig({
    test: {
      projects: [
        'packages/*/vitest.config.ts',
        'packages/*/vitest.browser.config.ts',
        'apps/*/vitest.config.ts',
        'tooling/*/vitest.config.ts',
      ],
      reporters: ['default', './tooling/bootstrap/summary-reporter.mjs'],
    },
  }),
);
