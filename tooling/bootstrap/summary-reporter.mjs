import './map-group-by.mjs';
import { appendFileSync } from 'node:fs';

/**
 * Vitest reporter: lists what was skipped, by name and with the reason, and closes with `N passed, N failed`. With
 * SKUA_REQUIRE_ALL a skipped test is a failed one. With SKUA_SUMMARY_FILE the two numbers are appended to that file,
 * so that several runs can be added up.
 */
export default class SummaryReporter {
  #filtered = false;

  onInit(vitest) {
    this.#filtered = vitest.config.testNamePattern !== undefined; // then skipping is what was asked for
  }

  onTestRunEnd(testModules, unhandledErrors) {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const skipped = [];
    for (const module of testModules) {
      let failedHere = 0;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') count.passed += 1;
        else if (state === 'skipped')
          skipped.push(
            `${module.project.name} ${module.relativeModuleId} > ${test.fullName}${note ? `: ${note}` : ''}`,
          );
        else failedHere += 1;
      }
      // A file that cannot be loaded, or whose hooks fail, has no failed test but has failed.
      count.failed += failedHere === 0 && module.state() === 'failed' ? 1 : failedHere;
    }
    if (!this.#filtered) reportSkipped(skipped, count);
    const { passed, failed } = count;
    process.stdout.write(
      `${passed} passed, ${failed} failed${count.skipped > 0 ? `, ${count.skipped} skipped` : ''}\n`,
    );
    if (failed > 0) process.exitCode = 1;
    const file = process.env.SKUA_SUMMARY_FILE;
    if (file !== undefined) appendFileSync(file, `${passed} ${failed}\n`);
  }
}

function reportSkipped(skipped, count) {
  if (skipped.length === 0) return;
  const required = process.env.SKUA_REQUIRE_ALL !== undefined;
  process.stdout.write(`Skipped${required ? ', but required here' : ''}:\n`);
  for (const line of skipped) process.stdout.write(`  ${line}\n`);
  if (required) count.failed += skipped.length;
  else count.skipped = skipped.length;
}
