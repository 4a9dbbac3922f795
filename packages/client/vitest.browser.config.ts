import { existsSync } from 'node:fs';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

const chromium = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);

// In CI nothing may be skipped.
if (chromium === undefined && process.env['SKUA_REQUIRE_ALL'] === '1') throw new Error('Chromium is not installed');

// Without Chromium the files run in Node.js, where each test skips itself under a name that says why.
const browser =
  chromium === undefined
    ? { enabled: false }
    : {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({
          launchOptions: {
            executablePath: chromium,
            args: [
              '--no-sandbox',
              '--disable-gpu',
              '--disable-quic',
              '--no-first-run',
              '--disable-background-networking',
            ],
          },
        }),
        instances: [{ browser: 'chromium' as const }],
      };

export default defineConfig({
  resolve: { conditions: ['@skua/source', 'module', 'browser', 'development|production'] },
  test: { name: 'client-browser', globalSetup: ['./test/global-setup.ts'], include: ['test/**/*.browser.ts'], browser },
});
