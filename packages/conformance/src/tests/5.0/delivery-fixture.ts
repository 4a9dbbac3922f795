import type { ConnackPacket, PublishPacket } from '@skua/codec';
import type { RawClient } from '../../harness/raw-client.ts';
import type { PublishFields, SubscriptionFields, TestContext } from '../../harness/test-context.ts';

/** A session that outlives its connection by more than any test takes. */
export const KEPT = { sessionExpiryInterval: 60 };

/** The text of a payload. */
export function textOf(publish: PublishPacket): string {
  return new TextDecoder().decode(publish.payload);
}

/** Ends the test when the broker has said that it has no retained messages. */
export function requireRetain(test: TestContext, connack: ConnackPacket): void {
  if (connack.properties.retainAvailable === false) test.skip('no retained messages');
}

/**
 * Takes and acknowledges deliveries until there are enough, or nothing comes any more. What is there beyond that is taken
 * as well, up to the answer to a PINGREQ. Other packets are a failure.
 */
export async function takeDeliveries(
  client: RawClient,
  enough: (soFar: readonly PublishPacket[]) => boolean,
): Promise<readonly PublishPacket[]> {
  const publishes: PublishPacket[] = [];
  let pinged = false;
  for (;;) {
    if (!pinged && enough(publishes)) {
      client.send({ type: 'pingreq' });
      pinged = true;
    }
    const packet = await client.next();
    if (packet === undefined) {
      if (client.closed) throw client.failure('the broker closed the connection');
      return publishes;
    }
    if (packet.type === 'pingresp' && pinged) return publishes;
    if (packet.type === 'publish') publishes.push(packet);
    else if (packet.type !== 'pubrel') throw client.failure(`unexpected ${packet.type.toUpperCase()}`);
    answer(client, packet);
  }
}

/** Sends what the next step of a QoS 1 or 2 delivery is. */
function answer(client: RawClient, packet: PublishPacket | { type: 'pubrel'; packetIdentifier: number }): void {
  const { packetIdentifier } = packet;
  if (packet.type === 'pubrel') client.send({ type: 'pubcomp', packetIdentifier, reasonCode: 0, properties: {} });
  else if (packet.qos === 1) client.send({ type: 'puback', packetIdentifier, reasonCode: 0, properties: {} });
  else if (packet.qos === 2) client.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
}

/**
 * Subscribes at QoS 0 and returns what that brings beside SUBACK, before or after it: so many messages as are expected,
 * and all that come before the answer to a PINGREQ.
 */
export async function subscribeForRetained(
  test: TestContext,
  client: RawClient,
  subscription: SubscriptionFields,
  expected: number,
): Promise<readonly PublishPacket[]> {
  client.send({
    type: 'subscribe',
    packetIdentifier: client.packetIdentifier(),
    subscriptions: [{ qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0, ...subscription }],
    properties: {},
  });
  const publishes: PublishPacket[] = [];
  let subscribed = false;
  while (!subscribed || publishes.length < expected) {
    const packet = await client.next();
    if (packet === undefined) break;
    if (packet.type === 'suback') subscribed = true;
    else if (packet.type === 'publish') publishes.push(packet);
    else throw client.failure(`expected SUBACK or PUBLISH, received ${packet.type.toUpperCase()}`);
  }
  test.check(subscribed, `${client.name}: no SUBACK came`);
  return [...publishes, ...(await takeDeliveries(client, () => true))];
}

/** Publishes a retained message at QoS 1. */
export async function retain(test: TestContext, client: RawClient, rest: string, payload: string): Promise<void> {
  await test.publish(client, { topicName: test.topic(rest), payload, qos: 1, retain: true });
}

/**
 * A client with a session that is kept, connected and subscribed to `a` at QoS 2, and a message for it that it has been
 * sent and has not answered.
 */
export async function unanswered(
  test: TestContext,
  fields: Omit<PublishFields, 'topicName'>,
): Promise<{ readonly alice: RawClient; readonly bob: RawClient; readonly publish: PublishPacket }> {
  const alice = await test.connect('alice', { properties: KEPT });
  const bob = await test.connect('bob');
  await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 2 });
  await test.publish(bob, { topicName: test.topic('a'), ...fields });
  return { alice, bob, publish: await alice.expect('publish') };
}
