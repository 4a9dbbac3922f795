// Runs aedes on 127.0.0.1: PORT tcp|tls|webSocket [KEY CERTIFICATE].
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';

const [port, transport, keyFile, certificateFile] = process.argv.slice(2);
const broker = await Aedes.createBroker();

function webSocketServer() {
  const server = createHttpServer();
  new WebSocketServer({ server }).on('connection', (socket, request) => {
    broker.handle(createWebSocketStream(socket), request);
  });
  return server;
}

const server =
  transport === 'webSocket'
    ? webSocketServer()
    : transport === 'tls'
      ? createTlsServer(
          { key: readFileSync(keyFile), cert: readFileSync(certificateFile), minVersion: 'TLSv1.3' },
          broker.handle,
        )
      : createServer(broker.handle);
server.listen(Number(port), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
