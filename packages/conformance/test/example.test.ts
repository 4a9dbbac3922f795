import { createServer } from '@skua/server';
import { tcpListener } from '@skua/transport-node';
import { expect, it, vi } from 'vitest';
import { checkBroker } from '../examples/check-a-broker.ts';

it('checks a broker over TCP', async () => {
  const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const server = createServer();
  const [address] = await server.listen(tcpListener({ host: '127.0.0.1', port: 0 }));
  try {
    const report = await checkBroker('127.0.0.1', address?.port ?? 0, 'unsubscribe/');
    expect(report.results.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 8 }, () => 'pass'));
    expect(printed.mock.calls.flat().join('\n')).toContain('8 passed, 0 failed');
  } finally {
    await server.close();
    printed.mockRestore();
  }
});
