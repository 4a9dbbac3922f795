import { ProtocolError, ReasonCode, type PublishPacket } from '@skua/codec';
import type { TopicName } from '@skua/topics';

import { askToPublish, type PublishDecision } from '../ask-authorizer.ts';
import type { ClientConnection } from '../client-connection.ts';
import type { Core } from '../core.ts';
import type { FrameSource } from '../fan-out.ts';
import { messageFromPublish, ownMessage, type Message } from '../message.ts';
import { routeMessage } from '../route-message.ts';
import { acknowledge } from '../acknowledge.ts';
import type { Session } from '../session.ts';
import { judgeByStore } from '../judge-by-store.ts';
import { refusedTopic } from '../topic-policy.ts';
import { isUtf8 } from '../utf-8.ts';

/** A client publishes (section 3.3). What the connection may not do costs it; what the message may not do is answered. */
export function handlePublish(
  core: Core,
  connection: ClientConnection,
  session: Session,
  packet: PublishPacket,
  now: number,
): void {
  const { options } = core;
  const { qos, packetIdentifier } = packet;
  const topicName = resolveTopicName(connection, packet);
  if (qos > options.maximumQos) {
    throw new ProtocolError(`QoS is ${qos}; allowed: 0 to ${options.maximumQos}`, {
      reasonCode: ReasonCode.QosNotSupported,
      statement: 'U-3.2.2.3.4-2',
    });
  }
  if (packet.retain && !options.retainAvailable) {
    const reasonCode = ReasonCode.RetainNotSupported;
    throw new ProtocolError('RETAIN is set; it is not available', { reasonCode, statement: 'U-3.2.2.3.5-3' });
  }
  if (qos > 0 && !isNew(core, connection, session, packetIdentifier, qos === 2 ? 2 : 1)) return;
  core.counters.messagesReceived++;
  core.counters.payloadBytesReceived += packet.payload.byteLength;
  const received = messageFromPublish(packet, topicName, session.clientIdentifier, now);
  // Whoever is asked may keep the message until the answer comes.
  const message = core.authorizer?.authorizePublish === undefined ? received : ownMessage(received);
  const refusal = refusalOf(core, message) ?? decide(core, connection, message, packetIdentifier);
  if (refusal === 'pending') return;
  const source = packet.properties.topicAlias === undefined ? connection.reader : undefined;
  finishPublish(core, connection, session, message, packetIdentifier, refusal, now, source);
}

/**
 * The decision about a PUBLISH is here: routes it or drops it, and acknowledges it either way.
 *
 * @param message as it was received: its QoS is that of the acknowledgement, whatever is published instead
 * @param source where it was received, if that was a moment ago and without Topic Alias
 */
export function finishPublish(
  core: Core,
  connection: ClientConnection,
  session: Session,
  message: Message,
  packetIdentifier: number,
  decision: PublishDecision,
  now: number,
  source?: FrameSource,
): void {
  const before = core.journal.sequence;
  let reasonCode = typeof decision === 'number' ? decision : ReasonCode.Success;
  const published = typeof decision === 'number' ? message : decision;
  if (reasonCode < 0x80 && !core.storeIsWell && message.qos > 0) {
    const verdict = judgeByStore(core, session, published);
    if (verdict === 'later') {
      const changed = published === message ? undefined : ownMessage(published);
      connection.pending = { about: 'store', packetIdentifier, message: ownMessage(message), changed };
      return;
    }
    if (verdict === 'refused') reasonCode = ReasonCode.QuotaExceeded;
  }
  if (reasonCode < 0x80) {
    // [MQTT-4.5.0-1]: it belongs to the sessions before it is acknowledged [MQTT-4.3.2-4] [MQTT-4.3.3-8].
    const matched = routeMessage(core, published, now, published === message ? source : undefined);
    if (matched === 0) reasonCode = ReasonCode.NoMatchingSubscribers;
  } else {
    const reason = reasonCode === ReasonCode.QuotaExceeded && !core.storeIsWell ? 'storeUnwell' : 'publishDenied';
    core.drop(reason, session.clientIdentifier, message.topicName, message.qos);
  }
  if (message.qos === 0) return;
  // 3.1.1 has no way to refuse: it is acknowledged and goes nowhere [v3 MQTT-3.3.5-2].
  reasonCode = session.rules.publishReasonCode(reasonCode);
  const isRelaxed = core.relaxedTopics?.has(published.topicName) === true;
  if (message.qos === 1) {
    acknowledge(core, connection, 'puback', packetIdentifier, reasonCode, isRelaxed ? core.journal.sequence : before);
    return;
  }
  if (reasonCode >= 0x80 && connection.heldPromises > 0) {
    // The PUBREC waits for others. If the connection is lost before it leaves, the PUBLISH that is sent again is a new one.
    session.receiver.sendPubrec(packetIdentifier, reasonCode);
  }
  if (reasonCode < 0x80 && session.isDurable) {
    core.journal.append({ type: 'packetReceived', clientIdentifier: session.clientIdentifier, packetIdentifier });
  }
  acknowledge(core, connection, 'pubrec', packetIdentifier, reasonCode, isRelaxed ? core.journal.sequence : before);
}

function resolveTopicName(connection: ClientConnection, packet: PublishPacket): TopicName {
  const { topicAlias, subscriptionIdentifiers } = packet.properties;
  if (subscriptionIdentifiers !== undefined && subscriptionIdentifiers.length > 0) {
    throw new ProtocolError('PUBLISH from a client has a Subscription Identifier', { statement: 'MQTT-3.3.4-6' });
  }
  if (connection.aliasesIn !== undefined) return connection.aliasesIn.resolve(packet.topicName, topicAlias);
  if (packet.topicName === '') throw new ProtocolError('Topic Name is empty', { statement: 'MQTT-4.7.3-1' });
  return packet.topicName;
}

// A PUBLISH that is known already is answered here, and not routed again [MQTT-4.3.3-10].
function isNew(
  core: Core,
  connection: ClientConnection,
  session: Session,
  packetIdentifier: number,
  qos: 1 | 2,
): boolean {
  const outcome = session.receiver.handlePublish(packetIdentifier, qos);
  if (outcome === 'new') return true;
  const { rules } = session;
  let reasonCode: ReasonCode = ReasonCode.Success;
  if (outcome === 'repeated') {
    if (rules.repeatedPublish === 'ignore') return false;
    throw new ProtocolError(`PUBLISH ${packetIdentifier} is repeated on one connection`, { statement: 'MQTT-4.4.0-1' });
  }
  if (outcome === 'identifierInUse') {
    reasonCode = ReasonCode.PacketIdentifierInUse;
    if (rules.packetIdentifierInUse === 'close') {
      throw new ProtocolError(`Packet Identifier ${packetIdentifier} is in use`, { statement: 'v3 MQTT-2.3.1-2' });
    }
  }
  const type = qos === 1 ? 'puback' : 'pubrec';
  acknowledge(core, connection, type, packetIdentifier, reasonCode, core.journal.sequence);
  return false;
}

function refusalOf(core: Core, message: Message): ReasonCode | undefined {
  const refusal = refusedTopic(core.options, message.topicName);
  if (refusal !== undefined) return refusal;
  const claimsUtf8 = core.options.payloadFormatChecked && message.properties.payloadFormatIndicator === 1;
  return claimsUtf8 && !isUtf8(message.payload) ? ReasonCode.PayloadFormatInvalid : undefined;
}

function decide(
  core: Core,
  connection: ClientConnection,
  message: Message,
  packetIdentifier: number,
): PublishDecision | 'pending' {
  if (core.authorizer?.authorizePublish === undefined) return ReasonCode.Success;
  const ticket = ++connection.lastTicket;
  const decision = askToPublish(core, connection, message, ticket);
  if (decision === 'pending') connection.pending = { about: 'publish', ticket, packetIdentifier, message };
  return decision;
}
