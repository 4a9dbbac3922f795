import { ReasonCode, type MqttError } from '@skua/codec';

import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import { detachSession } from './sessions.ts';
import { sendPacket } from './send-packet.ts';

/** Who ends a connection, and what becomes of the will. */
export interface ConnectionEnd {
  readonly reasonCode: ReasonCode;
  /** For people: in the event, and in the Reason String where the version has one. */
  readonly explanation: string;
  readonly by: 'client' | 'broker' | 'network';
  /** Whether the will is deleted instead of published [MQTT-3.14.4-3]. */
  readonly withoutWill?: boolean | undefined;
  /** For 0x9C and 0x9D. */
  readonly serverReference?: string | undefined;
}

/**
 * Ends a connection, whatever its state: the one way out for all of them. The broker's own end of a 5.0 connection is
 * told by DISCONNECT, but not before CONNACK [MQTT-3.14.0-1]; others are just closed.
 */
export function endConnection(core: Core, connection: ClientConnection, end: ConnectionEnd, now: number): void {
  const { state } = connection;
  if (state === 'closing' || state === 'closed') return;
  connection.state = 'closing';
  if (end.by === 'broker' && state === 'connected') sendDisconnect(core, connection, end);
  core.wheel.cancel(connection.deadline);
  abandonPublish(connection);
  forgetQuestion(core, connection);
  connection.pausedChunks = [];
  connection.pausedBytes = 0;
  if (end.by !== 'network') closeLink(connection);
  if (state === 'connected') {
    core.counters.clientsNow--;
    reportDisconnected(core, connection, end);
  } else if (end.by !== 'network' || state !== 'awaitingConnect') {
    // Whoever comes and goes without a word is a port scan or a health check, not a client.
    reportRefused(core, connection, end.reasonCode, end.explanation);
  }
  if (state === 'accepting' || state === 'connected') {
    detachSession(core, connection, end.withoutWill ?? false, now);
  }
}

/** Refuses a CONNECT: CONNACK with the reason, then the end [MQTT-3.2.2-7]. */
export function refuseConnect(
  core: Core,
  connection: ClientConnection,
  reasonCode: ReasonCode,
  explanation: string,
  now: number,
  serverReference?: string,
): void {
  const properties = { reasonString: explanation, serverReference };
  const told = connection.rules.connackReasonCode(reasonCode);
  if (told !== undefined) {
    // [MQTT-3.2.2-6]: nothing of a session is told to somebody who is refused.
    sendPacket(core, connection, { type: 'connack', sessionPresent: false, reasonCode: told, properties });
  }
  endConnection(core, connection, { reasonCode, explanation, by: 'broker' }, now);
}

/** Ends the connection of a peer that broke the protocol [MQTT-4.13.1-1] [v3 MQTT-4.8.0-1]. */
export function endForPeerError(core: Core, connection: ClientConnection, error: MqttError, now: number): void {
  const { reasonCode, statement, message: explanation } = error;
  core.counters.protocolErrors++;
  if (core.wantsEvents) {
    core.emit({
      type: 'protocolError',
      clientIdentifier: connection.clientIdentifier === '' ? undefined : connection.clientIdentifier,
      remoteAddress: connection.info.remoteAddress,
      listener: connection.info.listener,
      reasonCode,
      statement,
      explanation,
    });
  }
  // An error in AUTH is still part of the CONNECT that has no answer yet.
  if (connection.state === 'authenticating') {
    // [MQTT-3.2.2-8]
    const sayable = reasonCode === ReasonCode.MalformedPacket || reasonCode === ReasonCode.PacketTooLarge;
    refuseConnect(core, connection, sayable ? reasonCode : ReasonCode.ProtocolError, explanation, now);
  } else endConnection(core, connection, { reasonCode, explanation, by: 'broker' }, now);
}

/** Whether a server may send this Reason Code in DISCONNECT (table 3-10 of section 3.14.2.1). */
export function isDisconnectReasonCode(reasonCode: ReasonCode): boolean {
  return DISCONNECT_REASON_CODES.has(reasonCode);
}

/** The question to the embedder is answered or of no interest any more. */
export function forgetQuestion(core: Core, connection: ClientConnection): void {
  const { pending } = connection;
  if (pending === undefined) return;
  connection.pending = undefined;
  if (pending.about === 'authentication') core.pendingAuthentications--;
}

// A message that was not decided upon was not accepted: sent again on the next connection it is a new one.
function abandonPublish({ pending, session }: ClientConnection): void {
  if (pending?.about !== 'publish' && pending?.about !== 'store') return;
  if (pending.message.qos === 2) session?.receiver.sendPubrec(pending.packetIdentifier, ReasonCode.UnspecifiedError);
}

function sendDisconnect(core: Core, connection: ClientConnection, end: ConnectionEnd): void {
  if (!connection.rules.serverSendsDisconnect) return;
  const { serverReference } = end;
  // [MQTT-3.14.2-1]: a second CONNECT may be wrong in ways that only a CONNACK could tell.
  const reasonCode = isDisconnectReasonCode(end.reasonCode) ? end.reasonCode : ReasonCode.ProtocolError;
  // [MQTT-3.14.2-2]: never a Session Expiry Interval.
  const properties = { reasonString: end.explanation, serverReference };
  sendPacket(core, connection, { type: 'disconnect', reasonCode, properties });
}

function closeLink(connection: ClientConnection): void {
  try {
    connection.link.close();
  } catch {
    // A link that cannot even be closed is gone already.
  }
}

function reportDisconnected(core: Core, connection: ClientConnection, end: ConnectionEnd): void {
  if (!core.wantsEvents) return;
  const { clientIdentifier, info } = connection;
  const { by, reasonCode, explanation } = end;
  const { remoteAddress, listener } = info;
  core.emit({ type: 'disconnected', clientIdentifier, remoteAddress, listener, by, reasonCode, explanation });
}

function reportRefused(core: Core, connection: ClientConnection, reasonCode: number, explanation: string): void {
  core.counters.connectsRefused++;
  if (!core.wantsEvents) return;
  const { connect, info } = connection;
  core.emit({
    type: 'connectRefused',
    clientIdentifier: connect?.clientIdentifier,
    userName: connect?.userName,
    reasonCode,
    explanation,
    remoteAddress: info.remoteAddress,
    listener: info.listener,
  });
}

/** The peer is gone without DISCONNECT. */
export const NETWORK_CLOSED: ConnectionEnd = {
  reasonCode: ReasonCode.UnspecifiedError,
  explanation: 'the network connection was closed without DISCONNECT',
  by: 'network',
};

const DISCONNECT_REASON_CODES: ReadonlySet<ReasonCode> = new Set([
  ReasonCode.NormalDisconnection,
  ReasonCode.UnspecifiedError,
  ReasonCode.MalformedPacket,
  ReasonCode.ProtocolError,
  ReasonCode.ImplementationSpecificError,
  ReasonCode.NotAuthorized,
  ReasonCode.ServerBusy,
  ReasonCode.ServerShuttingDown,
  ReasonCode.KeepAliveTimeout,
  ReasonCode.SessionTakenOver,
  ReasonCode.TopicFilterInvalid,
  ReasonCode.TopicNameInvalid,
  ReasonCode.ReceiveMaximumExceeded,
  ReasonCode.TopicAliasInvalid,
  ReasonCode.PacketTooLarge,
  ReasonCode.MessageRateTooHigh,
  ReasonCode.QuotaExceeded,
  ReasonCode.AdministrativeAction,
  ReasonCode.PayloadFormatInvalid,
  ReasonCode.RetainNotSupported,
  ReasonCode.QosNotSupported,
  ReasonCode.UseAnotherServer,
  ReasonCode.ServerMoved,
  ReasonCode.SharedSubscriptionsNotSupported,
  ReasonCode.ConnectionRateExceeded,
  ReasonCode.MaximumConnectTime,
  ReasonCode.SubscriptionIdentifiersNotSupported,
  ReasonCode.WildcardSubscriptionsNotSupported,
]);
