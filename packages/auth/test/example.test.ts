import { encodePacket, PacketReader, type EncodablePacket, type Packet } from '@skua/codec';
import { createTransportPair, pump } from '@skua/transport';
import { expect, it } from 'vitest';
import { scramBroker } from '../examples/scram-broker.ts';
import { SCRAM_SHA_256 } from '../src/index.ts';
import { ScramClient } from '../test-support/scram-client.ts';

it('lets a client in over AUTH packets, and tells it that the broker knows the password too', async () => {
  const server = await scramBroker({ alice: 'secret' });
  const [near, far] = createTransportPair();
  const reader = new PacketReader({ role: 'client', protocolVersion: 5 });
  const received: Packet[] = [];
  near.open({
    onData: (chunk) => {
      reader.push(chunk);
      for (let packet = reader.next(); packet !== undefined; packet = reader.next()) received.push(packet);
    },
    onWritable: () => undefined,
    onClose: () => undefined,
  });
  server.accept(far);
  const answerTo = async (packet: EncodablePacket): Promise<Packet | undefined> => {
    near.write(encodePacket(packet, 5));
    while (received.length === 0) {
      pump([near, far]);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    return received.shift();
  };
  const client = new ScramClient('alice', 'secret', 'abc');
  const authenticationMethod = SCRAM_SHA_256;
  const challenge = await answerTo({
    type: 'connect',
    protocolVersion: 5,
    cleanStart: true,
    keepAlive: 0,
    clientIdentifier: 'c',
    properties: { authenticationMethod, authenticationData: client.first() },
  });
  if (challenge?.type !== 'auth') throw new Error(`expected AUTH, received ${challenge?.type}`);
  const authenticationData = client.final(challenge.properties.authenticationData ?? new Uint8Array(0));
  const connack = await answerTo({
    type: 'auth',
    reasonCode: 0x18,
    properties: { authenticationMethod, authenticationData },
  });
  expect(connack).toMatchObject({ type: 'connack', reasonCode: 0 });
  expect(connack?.type === 'connack' && client.trusts(connack.properties.authenticationData)).toBe(true);
  near.destroy();
  pump([near, far]);
  await server.close();
});
