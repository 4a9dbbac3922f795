import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  ALL_TESTS,
  remoteFactory,
  reportAsHtml,
  reportAsJson,
  reportAsJunit,
  reportAsText,
  runConformance,
  type ConformanceTest,
  type TargetFactory,
} from '@skua/conformance';
import { dialUrl } from './dial-url.ts';

/** What `skua check` writes to. */
export interface CheckOutput {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/**
 * `skua check URL`: runs the conformance suite against a running broker.
 *
 * @returns the exit code: 0 when nothing failed, 1 when the broker broke a statement, 2 for a wrong command line, 3 when the
 *   broker cannot be reached.
 */
export async function check(argv: readonly string[], output: CheckOutput): Promise<number> {
  const command = parseCommandLine(argv);
  if (typeof command === 'string') {
    output.writeError(`${command} See skua --help.\n`);
    return 2;
  }
  const { url, tests, files, dial } = command;
  let factory: TargetFactory;
  try {
    factory = await remoteFactory(url, dial);
  } catch (error) {
    output.writeError(`${url} cannot be checked: ${messageOf(error)}\n`);
    return 3;
  }
  let done = 0;
  const report = await runConformance(factory, {
    tests,
    unique: uniqueName(),
    onResult: (result) => {
      done += 1;
      if (result.verdict === 'fail') output.writeError(`${done}/${tests.length} ${result.test.id}: ${result.detail}\n`);
    },
  });
  output.write(`${reportAsText(report)}\n`);
  if (files.json !== undefined) writeFileSync(files.json, reportAsJson(report));
  if (files.junit !== undefined) writeFileSync(files.junit, reportAsJunit(report));
  if (files.html !== undefined) writeFileSync(files.html, reportAsHtml(report));
  return report.results.some(({ verdict }) => verdict === 'fail') ? 1 : 0;
}

interface CheckCommand {
  readonly url: string;
  readonly tests: readonly ConformanceTest[];
  readonly files: { readonly json?: string; readonly junit?: string; readonly html?: string };
  readonly dial: ReturnType<typeof dialUrl>;
}

/** The command, or one sentence that says what is wrong with it. */
function parseCommandLine(argv: readonly string[]): CheckCommand | string {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS });
    const [url, ...more] = positionals;
    if (url === undefined || more.length > 0) return 'check takes one URL, such as mqtt://127.0.0.1:1883.';
    const { mqtt, only, json, junit, html } = values;
    if (mqtt !== undefined && mqtt !== '5.0' && mqtt !== '3.1.1') return `--mqtt is "${mqtt}"; allowed: 5.0, 3.1.1.`;
    const tests = ALL_TESTS.filter(
      (test) =>
        (mqtt === undefined || (test.version === 5) === (mqtt === '5.0')) &&
        (only === undefined || test.id.includes(only) || test.statements.some((id) => id.includes(only))),
    );
    if (tests.length === 0) return `No test has "${only}" in its name or among its statements.`;
    const files = {
      ...(json === undefined ? {} : { json }),
      ...(junit === undefined ? {} : { junit }),
      ...(html === undefined ? {} : { html }),
    };
    return { url, tests, files, dial: dialUrl(url, { caFile: values.cafile, insecure: values.insecure }) };
  } catch (error) {
    return `${messageOf(error)}.`;
  }
}

/** Six letters and digits, so that what an earlier run left behind is not met again. */
function uniqueName(): string {
  return Date.now().toString(36).slice(-6);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}

const OPTIONS = {
  mqtt: { type: 'string' },
  only: { type: 'string' },
  json: { type: 'string' },
  junit: { type: 'string' },
  html: { type: 'string' },
  cafile: { type: 'string' },
  insecure: { type: 'boolean' },
} as const;
