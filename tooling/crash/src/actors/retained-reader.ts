import { connect } from 'node:net';
import { encodePacket, PacketReader } from '@skua/codec';
import { readPayload } from '../payload.ts';
import { pause, type World } from '../world.ts';

/**
 * Reads everything that is retained, as a client that has just come, and writes it down for each topic. Nothing is written
 * down when the connection is lost on the way.
 *
 * @param expected - Topics that have a retained message for certain: it waits longer for these.
 */
export async function readRetained(
  world: World,
  topics: readonly string[],
  expected: (since: number) => readonly string[],
): Promise<void> {
  const { broker, history } = world;
  const socket = connect({ port: broker.port, host: '127.0.0.1', noDelay: true });
  const found = new Map<string, { readonly publisher: string; readonly serial: number }>();
  let since: number | undefined;
  let arrivedAt = performance.now();
  const reader = new PacketReader({ role: 'client', protocolVersion: 5 });
  const write = (packet: Parameters<typeof encodePacket>[0]): void => void socket.write(encodePacket(packet, 5));
  socket.on('error', () => {});
  socket.on('connect', () => {
    write({
      type: 'connect',
      protocolVersion: 5,
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier: `reader-${history.length}`,
      properties: {},
    });
    since = history.length;
    const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    const subscriptions = topics.map((topicFilter) => ({ topicFilter, ...options }));
    write({ type: 'subscribe', packetIdentifier: 1, subscriptions, properties: {} });
  });
  // undefined: there was no SUBACK.
  let wanted: readonly string[] | undefined;
  socket.on('data', (chunk) => {
    reader.push(chunk);
    for (let packet = reader.next(); packet !== undefined; packet = reader.next()) {
      if (packet.type === 'suback') {
        arrivedAt = performance.now();
        wanted = expected(since ?? 0);
      }
      if (packet.type !== 'publish') continue;
      const { qos, packetIdentifier, retain, topicName } = packet;
      if (qos === 1) write({ type: 'puback', packetIdentifier, reasonCode: 0, properties: {} });
      const content = readPayload(packet.payload);
      // Without the flag it is a new message to an old subscription.
      if (!retain || content === undefined || found.has(topicName)) continue;
      arrivedAt = performance.now();
      found.set(topicName, content);
    }
  });
  const isWaiting = (): boolean => {
    const idle = performance.now() - arrivedAt;
    const isComplete = wanted?.every((topic) => found.has(topic)) === true;
    return idle < (isComplete ? IDLE_MS : PATIENCE_MS);
  };
  while (!socket.destroyed && isWaiting()) await pause(10);
  if (!socket.destroyed && wanted !== undefined && since !== undefined && broker.isAlive()) {
    for (const topic of topics) {
      const content = found.get(topic);
      const message = content === undefined ? undefined : { publisher: content.publisher, serial: content.serial };
      history.add({ type: 'retainedRead', topic, since, found: message });
    }
  }
  socket.destroy();
}

/** So long it waits for something that must come. */
const PATIENCE_MS = 3_000;
/** So long it waits for something that may come. */
const IDLE_MS = 60;
