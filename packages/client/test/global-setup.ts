import { createServer } from '@skua/server';
import { webSocketListener } from '@skua/transport-node';
import type { TestProject } from 'vitest/node';

/** Runs a server for the tests in a browser. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const server = createServer();
  const [address] = await server.listen(webSocketListener({ host: '127.0.0.1', port: 0 }));
  project.provide('serverUrl', `ws://127.0.0.1:${address?.port}/mqtt`);
  return () => server.close();
}

declare module 'vitest' {
  interface ProvidedContext {
    serverUrl: string;
  }
}
