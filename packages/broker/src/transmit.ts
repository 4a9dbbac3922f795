import { PublishTemplate, type QoS } from '@skua/codec';
import type { Delivery } from '@skua/session';

import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import { encodeTemplate } from './fan-out.ts';
import { remainingExpiryInterval, type Message } from './message.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { sendPacket, sendPublish } from './send-packet.ts';
import type { Session } from './session.ts';

/** Sends a QoS 0 message. The link must not be congested. */
export function transmitAtMostOnce(
  core: Core,
  connection: ClientConnection,
  message: Message,
  retain: boolean,
  identifiers: readonly number[] | undefined,
  now: number,
): void {
  const template = templateFor(core, connection, message, 0, retain, identifiers, now);
  if (template === undefined) core.drop('packetTooLarge', connection.clientIdentifier, message.topicName, 0);
  else sendPublish(core, connection, template);
}

/** Sends a QoS 1 or 2 message for the first time. The sender must be able to publish. */
export function transmit(
  core: Core,
  connection: ClientConnection,
  session: Session,
  outgoing: OutgoingMessage,
  now: number,
): void {
  const { message, qos, retain, identifiers } = outgoing;
  if (qos === 2 && outgoing.deliveryId !== 0) {
    transmitJournalled(core, connection, session, outgoing, now);
    return;
  }
  const template = templateFor(core, connection, message, qos, retain, identifiers, now);
  if (template === undefined) {
    dropTooLarge(core, session, outgoing);
    return;
  }
  const { packetIdentifier } = session.sender.publish(outgoing, qos === 2 ? 2 : 1);
  template.stamp(packetIdentifier, false); // [MQTT-4.3.2-2] [MQTT-4.3.3-2]
  sendPublish(core, connection, template);
}

/** The store has the Packet Identifier of a QoS 2 message: its PUBLISH leaves. */
export function releaseDelivery(
  core: Core,
  connection: ClientConnection,
  delivery: Delivery<OutgoingMessage>,
  now: number,
): void {
  // If the connection is gone it is sent again on the next one.
  if (connection.state === 'connected' && delivery.state === 'awaitingPubrec') {
    sendDelivery(core, connection, delivery, false, now);
  }
}

/** Sends what the session has for its connection, as far as quota and link go: first again, then for the first time. */
export function sendQueued(core: Core, connection: ClientConnection, session: Session, now: number): void {
  const { sender } = session;
  while (connection.output === 'open' && sender.hasResends) {
    const delivery = sender.nextResend();
    if (delivery === undefined) return;
    resend(core, connection, session, delivery, now);
  }
  while (connection.output === 'open' && sender.canPublish) {
    const outgoing = session.queue.shift(now);
    if (outgoing === undefined) break;
    const { message, qos, retain, identifiers } = outgoing;
    if (qos === 0) transmitAtMostOnce(core, connection, message, retain, identifiers, now);
    else transmit(core, connection, session, outgoing, now);
  }
  session.queue.readAhead();
  connection.backlog?.feed(core, connection, session, now);
}

// A Packet Identifier that a crash forgets would come back as another one, and the message twice to the client.
function transmitJournalled(
  core: Core,
  connection: ClientConnection,
  session: Session,
  outgoing: OutgoingMessage,
  now: number,
): void {
  // What is held is encoded when it leaves; here only its size counts, which a Topic Alias cannot make worse.
  const { message, retain, identifiers } = outgoing;
  const plain = plainTemplate(core, connection, message, 2, retain, identifiers, now);
  if (plain.length > connection.maximumPacketSize) {
    dropTooLarge(core, session, outgoing);
    return;
  }
  const before = core.journal.sequence;
  const delivery = session.sender.publish(outgoing, 2);
  core.journal.append({
    type: 'deliverySent',
    clientIdentifier: session.clientIdentifier,
    deliveryId: outgoing.deliveryId,
    packetIdentifier: delivery.packetIdentifier,
  });
  const since = core.relaxedTopics?.has(message.topicName) === true ? core.journal.sequence : before;
  if (!core.journal.holdDelivery(connection, delivery, since)) sendDelivery(core, connection, delivery, false, now);
}

// [MQTT-4.4.0-1]: with the original Packet Identifier, DUP set [MQTT-3.3.1-1].
function resend(
  core: Core,
  connection: ClientConnection,
  session: Session,
  delivery: Delivery<OutgoingMessage>,
  now: number,
): void {
  const { packetIdentifier } = delivery;
  if (delivery.state === 'awaitingPubcomp') {
    sendPacket(core, connection, { type: 'pubrel', packetIdentifier, reasonCode: 0, properties: {} });
  } else if (!sendDelivery(core, connection, delivery, true, now)) {
    session.sender.discard(packetIdentifier); // [MQTT-3.1.2-25]
    dropTooLarge(core, session, delivery.message);
  }
}

// A message that was sent once is delivered even if it has expired meanwhile [MQTT-4.3.3-7].
function sendDelivery(
  core: Core,
  connection: ClientConnection,
  delivery: Delivery<OutgoingMessage>,
  dup: boolean,
  now: number,
): boolean {
  const { message, retain, identifiers } = delivery.message;
  const template = templateFor(core, connection, message, delivery.qos, retain, identifiers, now);
  if (template === undefined) return false;
  template.stamp(delivery.packetIdentifier, dup);
  sendPublish(core, connection, template);
  return true;
}

function dropTooLarge(core: Core, session: Session, outgoing: OutgoingMessage): void {
  // Discarded, as if it had been delivered [MQTT-3.1.2-25].
  core.drop('packetTooLarge', session.clientIdentifier, outgoing.message.topicName, outgoing.qos);
  session.finish(outgoing);
}

/** The message encoded for this connection; undefined: larger than the peer takes [MQTT-3.1.2-24]. */
function templateFor(
  core: Core,
  connection: ClientConnection,
  message: Message,
  qos: QoS,
  retain: boolean,
  subscriptionIdentifiers: readonly number[] | undefined,
  now: number,
): PublishTemplate | undefined {
  const { aliasesOut, maximumPacketSize, rules } = connection;
  const use = aliasesOut?.use(message.topicName);
  if (use !== undefined) {
    const aliased = new PublishTemplate(message, rules.protocolVersion, qos, retain, {
      topicAlias: use.topicAlias,
      omitTopicName: !use.setsAlias,
      subscriptionIdentifiers,
      messageExpiryInterval: remainingExpiryInterval(message, now),
      inOnePiece: core.fanOut.carries(message) && core.fanOut.inOnePiece,
    });
    if (aliased.length <= maximumPacketSize) return aliased;
    if (use.setsAlias) aliasesOut?.revoke(use.topicAlias);
  }
  const plain = plainTemplate(core, connection, message, qos, retain, subscriptionIdentifiers, now);
  return plain.length <= maximumPacketSize ? plain : undefined;
}

function plainTemplate(
  core: Core,
  connection: ClientConnection,
  message: Message,
  qos: QoS,
  retain: boolean,
  identifiers: readonly number[] | undefined,
  now: number,
): PublishTemplate {
  const { fanOut } = core;
  const { protocolVersion } = connection.rules;
  return fanOut.carries(message)
    ? fanOut.template(protocolVersion, qos, retain, identifiers)
    : encodeTemplate(message, protocolVersion, qos, retain, identifiers, now);
}
