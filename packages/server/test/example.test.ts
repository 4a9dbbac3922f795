import { once } from 'node:events';
import { connectAsync, type IClientOptions } from 'mqtt';
import { expect, test, vi } from 'vitest';
import { nextMessage } from './next-message.ts';

test('the example serves a page, MQTT over WebSocket beside it, and MQTT over TCP', async () => {
  vi.stubEnv('HTTP_PORT', '0');
  vi.stubEnv('MQTT_PORT', '0');
  const { httpServer, mqtt, server } = await import('../examples/beside-http.ts');
  if (!httpServer.listening) await once(httpServer, 'listening');
  const address = httpServer.address();
  const httpPort = address !== null && typeof address !== 'string' ? address.port : 0;

  expect(await (await fetch(`http://127.0.0.1:${httpPort}/`)).text()).toBe('a web page');
  const options: IClientOptions = { protocolVersion: 5, reconnectPeriod: 0 };
  const overWebSocket = await connectAsync(`ws://127.0.0.1:${httpPort}/mqtt`, options);
  const overTcp = await connectAsync(mqtt[0]?.url ?? '', options);
  await overWebSocket.subscribeAsync('greetings', { qos: 1 });
  const arrived = nextMessage(overWebSocket);
  await overTcp.publishAsync('greetings', 'hello', { qos: 1 });
  expect(await arrived).toEqual(['greetings', 'hello']);

  await Promise.all([overWebSocket.endAsync(), overTcp.endAsync()]);
  await server.close();
  httpServer.close();
  httpServer.closeAllConnections();
});
