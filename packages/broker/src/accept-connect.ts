import { ReasonCode, type ConnackPacket, type ConnectPacket } from '@skua/codec';
import { keepAliveTimeoutMs, TopicAliasReceiver, TopicAliasSender } from '@skua/session';

import { askToPublish, type PublishDecision } from './ask-authorizer.ts';
import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import { endConnection, refuseConnect } from './end-connection.ts';
import { sendPacket } from './send-packet.ts';
import type { Session } from './session.ts';
import { openSession } from './sessions.ts';
import type { WillRecord } from './snapshot.ts';
import { mayNotConnect } from './judge-by-store.ts';
import { sendQueued } from './transmit.ts';
import { changedWill, willFromConnect, willMessage } from './will.ts';

/** What the authenticator made of a CONNECT. */
export interface Acceptance {
  /** Instead of the one in CONNECT. */
  readonly clientIdentifier?: string | undefined;
  readonly userName: string | undefined;
  readonly authenticationData?: Uint8Array | undefined;
}

/** The client is who it says: what is left is whether it may have its will published. */
export function acceptConnect(
  core: Core,
  connection: ClientConnection,
  packet: ConnectPacket,
  acceptance: Acceptance,
  now: number,
): void {
  const given = acceptance.clientIdentifier ?? packet.clientIdentifier;
  const clientIdentifier = given === '' ? assignedClientIdentifier(core) : given;
  connection.clientIdentifier = clientIdentifier;
  connection.userName = acceptance.userName;
  const { authenticationData } = acceptance;
  const will = willFromConnect(packet, clientIdentifier, now);
  if (will !== undefined && core.authorizer?.authorizePublish !== undefined) {
    const ticket = ++connection.lastTicket;
    const decision = askToPublish(core, connection, willMessage(will), ticket);
    if (decision === 'pending') connection.pending = { about: 'will', ticket, packet, will, authenticationData };
    else finishWill(core, connection, { packet, will, authenticationData }, decision, now);
    return;
  }
  enterSession(core, connection, packet, will, authenticationData, now);
}

/** A CONNECT whose will the authorizer has been asked about. */
export interface WillQuestion {
  readonly packet: ConnectPacket;
  readonly will: WillRecord;
  readonly authenticationData: Uint8Array | undefined;
}

/** The decision about a will is here: a client that may not have it is not let in, rather than without it. */
export function finishWill(
  core: Core,
  connection: ClientConnection,
  { packet, will, authenticationData }: WillQuestion,
  decision: PublishDecision,
  now: number,
): void {
  if (typeof decision !== 'number') {
    enterSession(core, connection, packet, changedWill(will, decision), authenticationData, now);
  } else if (decision < 0x80) enterSession(core, connection, packet, will, authenticationData, now);
  else refuseConnect(core, connection, ReasonCode.NotAuthorized, 'the Will Message is not allowed', now);
}

// Everything is decided: takes over, opens the session, answers.
function enterSession(
  core: Core,
  connection: ClientConnection,
  packet: ConnectPacket,
  will: WillRecord | undefined,
  authenticationData: Uint8Array | undefined,
  now: number,
): void {
  const { clientIdentifier, rules } = connection;
  const { options, sessions } = core;
  const wished = rules.sessionExpiryInterval(packet.cleanStart, packet.properties.sessionExpiryInterval);
  const expiryInterval = Math.min(wished, options.sessionExpiryIntervalMaximum);
  if (mayNotConnect(core, sessions.get(clientIdentifier), expiryInterval > 0 || will !== undefined)) {
    refuseConnect(core, connection, ReasonCode.ServerUnavailable, 'sessions cannot be stored at the moment', now);
    return;
  }
  takeOver(core, clientIdentifier, now);
  if (!sessions.has(clientIdentifier) && sessions.size >= options.sessionsMax) {
    refuseConnect(core, connection, ReasonCode.QuotaExceeded, 'there are too many sessions', now);
    return;
  }
  core.wheel.cancel(connection.deadline);
  const before = core.journal.sequence;
  const request = { clientIdentifier, cleanStart: packet.cleanStart, expiryInterval, will };
  const sessionPresent = openSession(core, connection, request, now);
  connection.state = 'accepting';
  const overridden = overriddenKeepAlive(core, packet);
  connection.keepAlive = overridden ?? packet.keepAlive; // [MQTT-3.2.2-22]
  const limits = {
    sessionExpiryInterval: expiryInterval === wished ? undefined : expiryInterval,
    serverKeepAlive: overridden,
    assignedClientIdentifier: packet.clientIdentifier === clientIdentifier ? undefined : clientIdentifier,
    responseInformation: responseInformation(core, packet, clientIdentifier),
    authenticationMethod: connection.authenticationMethod, // [MQTT-4.12.0-5]
    authenticationData,
  };
  const properties = rules.hasProperties ? { ...capabilities(core), ...limits } : {};
  const connack: ConnackPacket = { type: 'connack', sessionPresent, reasonCode: ReasonCode.Success, properties };
  if (!core.journal.holdPromise(connection, connack, before)) finishConnect(core, connection, connack, now);
}

/** What CONNACK promises is durable, or need not be: it leaves, and the client is connected [MQTT-3.1.4-5]. */
export function finishConnect(core: Core, connection: ClientConnection, connack: ConnackPacket, now: number): void {
  const { session, connect, rules } = connection;
  if (connection.state !== 'accepting' || session === undefined || connect === undefined) return;
  if (!sendPacket(core, connection, connack)) {
    const explanation = 'CONNACK is larger than the Maximum Packet Size';
    endConnection(core, connection, { reasonCode: ReasonCode.PacketTooLarge, explanation, by: 'broker' }, now);
    return;
  }
  const { options, counters } = core;
  const { receiveMaximum = 65_535, topicAliasMaximum = 0 } = connect.properties;
  connection.state = 'connected';
  connection.connectedAt = now;
  connection.lastPacketAt = now;
  connection.connect = undefined;
  session.sender.connect(Math.min(receiveMaximum, options.inflightMessagesMax)); // [MQTT-4.9.0-1]
  session.receiver.connect(rules.hasProperties ? options.receiveMaximum : 65_535);
  if (rules.hasProperties) {
    const aliasesOut = Math.min(topicAliasMaximum, options.topicAliasMaximumOutgoing); // [MQTT-3.1.2-26]
    connection.aliasesIn = new TopicAliasReceiver(options.topicAliasMaximum);
    if (aliasesOut > 0) connection.aliasesOut = new TopicAliasSender(aliasesOut); // [MQTT-3.1.2-27]
  }
  connection.keepAliveLimitMs = keepAliveTimeoutMs(connection.keepAlive);
  if (connection.keepAliveLimitMs !== Infinity) {
    core.wheel.schedule(connection.deadline, now + connection.keepAliveLimitMs, now);
  }
  counters.connectsAccepted++;
  counters.clientsNow++;
  counters.clientsMaximum = Math.max(counters.clientsMaximum, counters.clientsNow);
  if (core.wantsEvents) reportConnected(core, connection, session, connect, connack.sessionPresent);
  sendQueued(core, connection, session, now);
}

// [MQTT-3.1.4-3] [v3 MQTT-3.1.4-2]
function takeOver(core: Core, clientIdentifier: string, now: number): void {
  const former = core.sessions.get(clientIdentifier)?.connection;
  if (former === undefined) return;
  core.counters.takeovers++;
  const explanation = 'another connection uses this Client Identifier';
  endConnection(core, former, { reasonCode: ReasonCode.SessionTakenOver, explanation, by: 'broker' }, now);
}

// The Keep Alive in force if it is not the client's own [MQTT-3.1.2-21].
function overriddenKeepAlive({ options }: Core, { keepAlive }: ConnectPacket): number | undefined {
  const { maximumKeepAlive } = options;
  return maximumKeepAlive > 0 && (keepAlive === 0 || keepAlive > maximumKeepAlive) ? maximumKeepAlive : undefined;
}

/** What section 3.2.2.3 lets a server say about itself, as far as it is not what the absence says. */
function capabilities({ options }: Core): ConnackPacket['properties'] {
  return {
    receiveMaximum: options.receiveMaximum === 65_535 ? undefined : options.receiveMaximum,
    maximumQos: options.maximumQos === 2 ? undefined : options.maximumQos, // [MQTT-3.2.2-9]
    retainAvailable: options.retainAvailable ? undefined : false,
    maximumPacketSize: options.maximumPacketSize,
    topicAliasMaximum: options.topicAliasMaximum === 0 ? undefined : options.topicAliasMaximum,
    wildcardSubscriptionAvailable: options.wildcardSubscriptionAvailable ? undefined : false,
    subscriptionIdentifiersAvailable: options.subscriptionIdentifiersAvailable ? undefined : false,
    sharedSubscriptionAvailable: options.sharedSubscriptionAvailable ? undefined : false,
  };
}

// [MQTT-3.1.2-28]
function responseInformation(core: Core, packet: ConnectPacket, clientIdentifier: string): string | undefined {
  const prefix = core.options.responseTopicPrefix;
  if (prefix === undefined || packet.properties.requestResponseInformation !== true) return undefined;
  return `${prefix}${clientIdentifier}`;
}

// [MQTT-3.2.2-16] [v3 MQTT-3.1.3-6]
function assignedClientIdentifier(core: Core): string {
  for (;;) {
    let identifier = core.options.assignedClientIdentifierPrefix;
    for (let index = 0; index < ASSIGNED_LENGTH; index++) {
      identifier += ASSIGNED_CHARACTERS.charAt(Math.floor(core.random() * ASSIGNED_CHARACTERS.length));
    }
    if (!core.sessions.has(identifier)) return identifier;
  }
}

function reportConnected(
  core: Core,
  connection: ClientConnection,
  { clientIdentifier }: Session,
  { protocolVersion, cleanStart }: ConnectPacket,
  sessionPresent: boolean,
): void {
  const { userName, keepAlive, info } = connection;
  const { remoteAddress, listener } = info;
  core.emit({
    type: 'connected',
    clientIdentifier,
    userName,
    protocolVersion,
    cleanStart,
    sessionPresent,
    keepAlive,
    remoteAddress,
    listener,
  });
}

/** 62 to the power of 20 are 119 bits: nobody guesses another client's. */
const ASSIGNED_LENGTH = 20;
const ASSIGNED_CHARACTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
