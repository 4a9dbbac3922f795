import type { Packet, PublishPacket } from '@skua/codec';

import type { ModelBroker } from './model-broker.ts';
import { hasExpired, hasRoom, type Answer, type Copy, type ModelConnection, type ModelMessage } from './model-state.ts';

/** The real broker did what the model does not allow, or did not do what it demands. */
export class ModelMismatch extends Error {
  override name = 'ModelMismatch';
}

/**
 * Takes what a connection was sent in one step off what it is owed. Order is demanded where the specification does:
 * CONNACK first; messages of one topic, publisher and QoS [MQTT-4.6.0-5]; what is sent again in the order first sent
 * [MQTT-4.6.0-1] [MQTT-4.6.0-4].
 */
export function observe(model: ModelBroker, connection: ModelConnection, packets: readonly Packet[]): void {
  forgetExpired(model, connection);
  for (const packet of packets) {
    if (connection.answers[0]?.type === 'connack' && packet.type !== 'connack')
      fail(connection, packet, 'before CONNACK');
    if (packet.type === 'publish') observePublish(model, connection, packet);
    else if (!takeAnswer(connection, packet) && !takePubrel(connection, packet)) fail(connection, packet, 'not owed');
  }
}

/** After each step nothing may be owed that could have been sent, and a shared message is with somebody who may hold it. */
export function checkSettled(model: ModelBroker, connections: Iterable<ModelConnection>): void {
  for (const connection of connections) {
    const { session, atOnce, pubrelsDue } = connection;
    const [answer] = connection.answers;
    if (answer !== undefined) missing(connection, answer.type, answer.packetIdentifier);
    if (!connection.isOpen) continue;
    if (atOnce[0] !== undefined) missing(connection, 'publish', atOnce[0].message.payload);
    if (pubrelsDue[0] !== undefined) missing(connection, 'pubrel sent again', pubrelsDue[0].packetIdentifier);
    forgetExpired(model, connection);
    if (!hasRoom(connection)) continue;
    const resend = session.unacknowledged.find((flight) => flight.connection !== connection);
    if (resend !== undefined) missing(connection, 'publish sent again', resend.copy.message.payload);
    const copy = [...session.queue, ...connection.backlog].find(({ isOptional }) => !isOptional);
    if (copy !== undefined) missing(connection, 'publish', copy.message.payload);
  }
  for (const shared of model.sharedCopies) {
    shared.candidates = shared.candidates.filter((candidate) => model.canHold(candidate));
    const isSomewhere = shared.candidates.length > 0 || shared.isUncertain || hasExpired(shared.message, model.now);
    if (!isSomewhere)
      throw new ModelMismatch(`${shared.message.payload} reached no member of ${shared.subscriptionFilter}`);
  }
  model.sharedCopies = model.sharedCopies.filter(
    ({ candidates, message }) => candidates.length > 0 && !hasExpired(message, model.now),
  );
}

// [MQTT-3.3.2-5]
function forgetExpired(model: ModelBroker, connection: ModelConnection): void {
  const { session, backlog } = connection;
  session.queue = session.queue.filter(({ message }) => !hasExpired(message, model.now));
  connection.backlog = backlog.filter(({ message }) => !hasExpired(message, model.now));
}

function observePublish(model: ModelBroker, connection: ModelConnection, packet: PublishPacket): void {
  if (packet.dup) {
    observeResend(model, connection, packet);
    return;
  }
  const { session } = connection;
  const copy =
    packet.qos === 0 ? takeAtMostOnce(model, connection, packet) : takeAcknowledged(model, connection, packet);
  if (copy.source === 'retained') noteRetained(model, connection, packet, copy);
  if (packet.qos === 0) return;
  const { packetIdentifier } = packet;
  if (!hasRoom(connection)) fail(connection, packet, 'more than Receive Maximum'); // [MQTT-3.3.4-9]
  const inFlight = [...session.unacknowledged, ...session.released];
  if (inFlight.some((flight) => flight.packetIdentifier === packetIdentifier)) {
    fail(connection, packet, 'its Packet Identifier is in use'); // [MQTT-2.2.1-4]
  }
  if (session.unacknowledged.some((flight) => flight.connection !== connection)) {
    fail(connection, packet, 'before all that is to be sent again');
  }
  if (hasExpired(copy.message, model.now)) fail(connection, packet, 'it has expired'); // [MQTT-3.3.2-5]
  const state = packet.qos === 1 ? 'awaitingPuback' : 'awaitingPubrec';
  session.unacknowledged.push({ copy, packetIdentifier, state, connection });
}

function takeAtMostOnce(model: ModelBroker, connection: ModelConnection, packet: PublishPacket): Copy {
  return (
    takeInOrder(model, connection, connection.atOnce, packet) ??
    takeInOrder(model, connection, connection.backlog, packet) ??
    takeShared(model, connection, packet) ??
    fail(connection, packet, 'not owed')
  );
}

function takeAcknowledged(model: ModelBroker, connection: ModelConnection, packet: PublishPacket): Copy {
  return (
    takeInOrder(model, connection, connection.session.queue, packet) ??
    takeInOrder(model, connection, connection.backlog, packet) ??
    takeShared(model, connection, packet) ??
    fail(connection, packet, 'not owed')
  );
}

// It may have been the copy of a shared subscription that looks the same, so that this one is still owed in its stead.
function noteRetained(model: ModelBroker, connection: ModelConnection, packet: PublishPacket, { message }: Copy): void {
  connection.replayed.add(message);
  for (const shared of model.sharedCopies) {
    const looksTheSame = shared.candidates.some(
      ({ session, copy }) => session === connection.session && isThis(copy, connection, packet, model.now),
    );
    if (looksTheSame) shared.isUncertain = true;
  }
}

// Takes the copy out of the list. One that was owed before it in the same order must not be left behind.
function takeInOrder(
  model: ModelBroker,
  connection: ModelConnection,
  copies: Copy[],
  packet: PublishPacket,
): Copy | undefined {
  const matching = copies.filter((copy) => isThis(copy, connection, packet, model.now));
  const index = copies.indexOf((matching.find(({ isOptional }) => !isOptional) ?? matching[0])!);
  const copy = copies[index];
  if (copy === undefined) return undefined;
  const overtaken = copies
    .slice(0, index)
    .find((other) => mustPrecede(other, copy) && !hasExpired(other.message, model.now));
  if (overtaken !== undefined) fail(connection, packet, `overtakes ${overtaken.message.payload}`);
  copies.splice(index, 1);
  return copy;
}

function takeShared(model: ModelBroker, connection: ModelConnection, packet: PublishPacket): Copy | undefined {
  for (const shared of model.sharedCopies) {
    for (const { session, copy } of shared.candidates) {
      if (session !== connection.session || !isThis(copy, connection, packet, model.now)) continue;
      model.sharedCopies = model.sharedCopies.filter((other) => other !== shared);
      return copy;
    }
  }
  return undefined;
}

function observeResend(model: ModelBroker, connection: ModelConnection, packet: PublishPacket): void {
  const next = connection.session.unacknowledged.find((flight) => flight.connection !== connection);
  if (next === undefined) return fail(connection, packet, 'nothing is to be sent again'); // [MQTT-3.3.1-1]
  if (next.packetIdentifier !== packet.packetIdentifier || !isThis(next.copy, connection, packet, model.now)) {
    fail(connection, packet, `${next.copy.message.payload} with ${next.packetIdentifier} is to be sent again first`);
  }
  if (!hasRoom(connection)) fail(connection, packet, 'more than Receive Maximum');
  next.connection = connection;
}

function takePubrel(connection: ModelConnection, packet: Packet): boolean {
  const [next] = connection.pubrelsDue;
  if (packet.type !== 'pubrel' || next?.packetIdentifier !== packet.packetIdentifier) return false;
  next.connection = connection;
  connection.pubrelsDue = connection.pubrelsDue.slice(1);
  return packet.reasonCode === 0;
}

function takeAnswer(connection: ModelConnection, packet: Packet): boolean {
  const [answer] = connection.answers;
  if (answer === undefined || !isAnswer(packet, answer)) return false;
  connection.answers = connection.answers.slice(1);
  return true;
}

function isAnswer(packet: Packet, answer: Answer): boolean {
  if (packet.type !== answer.type) return false;
  if (answer.packetIdentifier !== undefined) {
    if (!('packetIdentifier' in packet) || packet.packetIdentifier !== answer.packetIdentifier) return false;
  }
  if (packet.type === 'connack' && packet.sessionPresent !== answer.sessionPresent) return false;
  if (answer.reasonCodes === undefined) return true;
  const actual = 'reasonCodes' in packet ? packet.reasonCodes : 'reasonCode' in packet ? [packet.reasonCode] : [];
  const { reasonCodes } = answer;
  return (
    actual.length === reasonCodes.length && actual.every((code, index) => reasonCodes[index]?.includes(code) ?? false)
  );
}

function isThis(
  { message, qos, retain, identifiers }: Copy,
  { version }: ModelConnection,
  packet: PublishPacket,
  now: number,
): boolean {
  const { subscriptionIdentifiers = [], messageExpiryInterval } = packet.properties;
  return (
    packet.topicName === message.topicName &&
    packet.qos === qos &&
    packet.retain === retain &&
    new TextDecoder().decode(packet.payload) === message.payload &&
    sameNumbers(
      subscriptionIdentifiers.toSorted((a, b) => a - b),
      version === 5 ? identifiers : [],
    ) &&
    messageExpiryInterval === (version === 5 ? remainingExpiryInterval(message, now) : undefined)
  );
}

// The received value minus the whole seconds that the message has waited [MQTT-3.3.2-6].
function remainingExpiryInterval({ expiresAt }: ModelMessage, now: number): number | undefined {
  return expiresAt === undefined ? undefined : Math.max(0, Math.ceil((expiresAt - now) / 1000));
}

function mustPrecede(earlier: Copy, later: Copy): boolean {
  return (
    earlier.source === 'live' &&
    later.source === 'live' &&
    earlier.qos === later.qos &&
    earlier.message.topicName === later.message.topicName &&
    earlier.message.publisher === later.message.publisher
  );
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function fail(connection: ModelConnection, packet: Packet, why: string): never {
  throw new ModelMismatch(`${connection.clientIdentifier} was sent ${packet.type}: ${why}`);
}

function missing(connection: ModelConnection, what: string, which: string | number | undefined): never {
  throw new ModelMismatch(
    `${connection.clientIdentifier} was not sent ${what} ${which === '' ? '(empty)' : (which ?? '')}`,
  );
}
