import { createServer } from '@skua/server';
import { tcpListener } from '@skua/transport-node';
import { expect, it, vi } from 'vitest';
import { checkBroker } from '../examples/check-a-broker.ts';
import { checkClient } from '../examples/check-a-client.ts';
import { TCP_REFERENCE_CLIENT } from './client/tcp-reference-client.ts';

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

it.each(['connect/', 'receiving/a', 'receiving/o', 'sending/qos-1'])(
  'checks a client over TCP: %s',
  async (chapter) => {
    const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      const report = await checkClient(TCP_REFERENCE_CLIENT, chapter);
      expect(report.results.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
      expect(report.results.length).toBeGreaterThan(1);
      expect(printed.mock.calls.flat().join('\n')).toContain(`${report.results.length} passed, 0 failed`);
    } finally {
      printed.mockRestore();
    }
  },
);
