import { createTransportPair, pump } from '@skua/transport';

/** Two sides of a connection in memory: one sends, the other echoes in chunks of two bytes. Returns what came back. */
export function echo(text: string): string {
  const [client, server] = createTransportPair();
  let answer = '';

  server.open({
    onData: (chunk) => void server.write(chunk),
    onWritable: () => {},
    onClose: () => {},
  });
  client.open({
    onData: (chunk) => {
      answer += String.fromCodePoint(...chunk);
    },
    onWritable: () => {},
    onClose: () => {},
  });

  client.write(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  pump([client, server], 2); // nothing moves before this
  return answer;
}
