import { connect, createServer, type Server } from 'node:net';

/** A SOCKS5 proxy that sends every connection to 127.0.0.1, and remembers the names that it was asked for. */
export async function startProxy(credentials?: {
  readonly userName: string;
  readonly password: string;
}): Promise<{ readonly server: Server; readonly port: number; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    let step: 'greeting' | 'login' | 'request' | 'relay' = 'greeting';
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      if (step === 'greeting') {
        step = credentials === undefined ? 'request' : 'login';
        socket.write(Buffer.of(5, credentials === undefined ? 0 : 2));
      } else if (step === 'login') {
        const user = chunk.subarray(2, 2 + chunk[1]!).toString();
        const password = chunk.subarray(3 + chunk[1]!).toString();
        const right = user === credentials?.userName && password === credentials.password;
        step = 'request';
        socket.write(Buffer.of(1, right ? 0 : 1));
      } else if (step === 'request') {
        step = 'relay';
        const name = chunk.subarray(5, 5 + chunk[4]!).toString();
        const port = chunk.readUInt16BE(5 + chunk[4]!);
        asked.push(name);
        if (name === 'forbidden') {
          socket.end(Buffer.of(5, 2, 0, 1, 0, 0, 0, 0, 0, 0));
          return;
        }
        const target = connect({ host: '127.0.0.1', port }, () => {
          socket.write(Buffer.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0));
          socket.pipe(target).pipe(socket);
        });
        target.on('error', () => socket.destroy());
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0, asked };
}
