import {
  ALL_CLIENT_TESTS,
  listeningClientTarget,
  reportAsText,
  runClientConformance,
  type ClientAdapter,
  type ClientConformanceReport,
} from '@skua/conformance';
import { tcpListener } from '@skua/transport-node';

/** Runs the tests of one chapter, as `receiving/`, against a client library over TCP. */
export async function checkClient(adapter: ClientAdapter, chapter: string): Promise<ClientConformanceReport> {
  const target = listeningClientTarget(adapter, () => tcpListener({ host: '127.0.0.1', port: 0 }));
  const tests = ALL_CLIENT_TESTS.filter((test) => test.id.includes(`client/${chapter}`));
  const report = await runClientConformance(target, { tests });
  console.log(reportAsText(report));
  return report;
}
