import type { PacketType } from '@skua/codec';

import type { DropReason } from './events.ts';

/**
 * What the broker counts, as plain fields: read them at any time, never write. All of them only rise, except those
 * named `…Now`.
 */
export class BrokerCounters {
  /** Network connections that are open, CONNECT or not. */
  connectionsNow = 0;
  connectionsOpened = 0;
  /** Clients that are connected: CONNECT accepted and not yet closed. */
  clientsNow = 0;
  clientsMaximum = 0;
  connectsAccepted = 0;
  connectsRefused = 0;
  /** Sessions, connected or not. */
  sessionsNow = 0;
  sessionsExpired = 0;
  subscriptionsNow = 0;
  /** Members of shared subscriptions, counted in `subscriptionsNow` as well. */
  sharedSubscriptionsNow = 0;
  retainedNow = 0;
  retainedBytesNow = 0;
  /** Messages in the queues of sessions, not in flight. */
  queuedNow = 0;
  queuedBytesNow = 0;
  bytesReceived = 0;
  bytesSent = 0;
  /** PUBLISH packets from clients that were accepted. */
  messagesReceived = 0;
  /** PUBLISH packets to clients, repetitions included. */
  messagesSent = 0;
  /** Bytes of the payloads of those. */
  payloadBytesReceived = 0;
  payloadBytesSent = 0;
  protocolErrors = 0;
  takeovers = 0;
  keepAliveTimeouts = 0;
  willsPublished = 0;
  hookFailures = 0;
  /** Mistakes of the broker's own that cost a connection: should stay 0. */
  internalErrors = 0;
  /** Packets by type. */
  readonly packetsReceived: Record<PacketType, number> = packetCounts();
  readonly packetsSent: Record<PacketType, number> = packetCounts();
  /** Dropped messages by reason; one message dropped for two receivers counts twice. */
  readonly dropped: Record<DropReason, number> = {
    congested: 0,
    offline: 0,
    queueFull: 0,
    displaced: 0,
    superseded: 0,
    expired: 0,
    packetTooLarge: 0,
    deliveryDenied: 0,
    publishDenied: 0,
    storeUnwell: 0,
    rejected: 0,
    sessionEnded: 0,
    retainedFull: 0,
  };
}

function packetCounts(): Record<PacketType, number> {
  return {
    connect: 0,
    connack: 0,
    publish: 0,
    puback: 0,
    pubrec: 0,
    pubrel: 0,
    pubcomp: 0,
    subscribe: 0,
    suback: 0,
    unsubscribe: 0,
    unsuback: 0,
    pingreq: 0,
    pingresp: 0,
    disconnect: 0,
    auth: 0,
  };
}
