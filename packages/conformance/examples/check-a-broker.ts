import { ALL_TESTS, remoteFactory, reportAsText, runConformance, type ConformanceReport } from '@skua/conformance';
import { dialTcp } from '@skua/transport-node';

/** Runs the tests of one chapter against a broker, and prints what it found. */
export async function checkBroker(host: string, port: number, chapter: string): Promise<ConformanceReport> {
  const factory = await remoteFactory(`${host}:${port}`, () => dialTcp({ host, port }));
  const report = await runConformance(factory, { tests: ALL_TESTS.filter((test) => test.id.startsWith(chapter)) });
  console.log(reportAsText(report));
  return report;
}
