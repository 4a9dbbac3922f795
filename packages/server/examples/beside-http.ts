import { createServer as createHttpServer } from 'node:http';
import { createServer } from '@skua/server';
import { tcpListener, webSocketUpgrade } from '@skua/transport-node';

const httpServer = createHttpServer((_request, response) => response.end('a web page'));
httpServer.listen(Number(process.env['HTTP_PORT'] ?? 8080), '127.0.0.1');

const server = createServer();
await server.listen(webSocketUpgrade(httpServer, { path: '/mqtt' }));
const mqtt = await server.listen(tcpListener({ host: '127.0.0.1', port: Number(process.env['MQTT_PORT'] ?? 1883) }));

export { httpServer, mqtt, server };
