import { dialTcp, tcpListener } from '@skua/transport-node';

/** Listens on a free port, greets whoever connects, and returns what a client of its own was told. */
export async function greet(): Promise<string> {
  const listener = tcpListener({ host: '127.0.0.1', port: 0 });
  const [address] = await listener.listen((transport) => {
    transport.open({ onData: () => {}, onWritable: () => {}, onClose: () => {} });
    transport.write(new TextEncoder().encode(`hello, ${transport.info.remoteAddress}`));
    transport.end();
  });

  const client = await dialTcp({ host: '127.0.0.1', port: address?.port ?? 0 });
  const greeting = await new Promise<string>((resolve) => {
    let text = '';
    client.open({
      onData: (chunk) => {
        text += new TextDecoder().decode(chunk);
      },
      onWritable: () => {},
      onClose: () => resolve(text),
    });
  });
  await listener.close();
  return greeting;
}
