import {
  ProtocolError,
  type Encodable,
  type EncodablePacket,
  type SubackPacket,
  type Subscription,
  type UnsubackPacket,
  type UserProperty,
} from '@skua/codec';
import type { PacketIdentifiers } from '@skua/session';
import { ClosedError, QueueFullError, type SubscriptionResult } from './errors.ts';
import { sizeFault, subscribeFault } from './limits.ts';
import type { Wire } from './wire.ts';

// What the application wants to be subscribed to, and the requests that make it so.
//
// A subscription that was granted is wanted until it is unsubscribed. When the server has forgotten the session all
// wanted ones are asked for again, in batches, before requests that wait. A request that was under way when a connection
// was lost is sent again on the next one.

/** One Topic Filter and its Subscription Options. */
export type RequestedSubscription = Encodable<Subscription>;

/** What one SUBSCRIBE asks for. */
export interface SubscribeRequest {
  readonly kind: 'subscribe';
  readonly subscriptions: readonly RequestedSubscription[];
  readonly subscriptionIdentifier: number | undefined;
  readonly userProperties: readonly UserProperty[] | undefined;
}

/** What one UNSUBSCRIBE asks for. */
export interface UnsubscribeRequest {
  readonly kind: 'unsubscribe';
  readonly topicFilters: readonly string[];
  readonly userProperties: readonly UserProperty[] | undefined;
}

/** Told how requests end. Must not call back. */
export interface SubscriptionsSink {
  requestAnswered(request: SubscribeRequest | UnsubscribeRequest, results: readonly SubscriptionResult[]): void;
  requestFailed(request: SubscribeRequest | UnsubscribeRequest, error: Error): void;
  /** All subscriptions of a lost session were asked for again, with these results. */
  subscriptionsRestored(results: readonly SubscriptionResult[]): void;
}

interface Operation {
  readonly request: SubscribeRequest | UnsubscribeRequest;
  readonly isRestoration: boolean;
}

interface Wanted {
  readonly subscription: RequestedSubscription;
  readonly subscriptionIdentifier: number | undefined;
}

/** The subscriptions of a client. */
export class Subscriptions {
  readonly #identifiers: PacketIdentifiers;
  readonly #sink: SubscriptionsSink;
  readonly #batchMax: number;
  readonly #wanted = new Map<string, Wanted>();
  #waiting: Operation[] = [];
  readonly #sent = new Map<number, Operation>();
  #wire: Wire | undefined;
  #restored: SubscriptionResult[] | undefined;

  /** `batchMax`: Topic Filters in one SUBSCRIBE that restores, 1 or more. */
  constructor(identifiers: PacketIdentifiers, batchMax: number, sink: SubscriptionsSink) {
    this.#identifiers = identifiers;
    this.#batchMax = batchMax;
    this.#sink = sink;
  }

  /** Topic Filters that are subscribed or were until the connection was lost. */
  get wantedCount(): number {
    return this.#wanted.size;
  }

  /** Sends a request, or keeps it for the next connection. @throws LimitError | QueueFullError */
  request(request: SubscribeRequest | UnsubscribeRequest, now: number): void {
    const wire = this.#wire;
    const fault = wire === undefined ? undefined : this.#fault(wire, request);
    if (fault !== undefined) throw fault;
    if (this.#waiting.length >= WAITING_MAX) {
      throw new QueueFullError(`${WAITING_MAX} requests to subscribe and unsubscribe wait already.`);
    }
    if (request.kind === 'unsubscribe') for (const filter of request.topicFilters) this.#wanted.delete(filter);
    this.#waiting.push({ request, isRestoration: false });
    this.#flush(now);
  }

  /** Takes a request back that waits. True if it was sent, so that the server may do it all the same. */
  withdraw(request: SubscribeRequest | UnsubscribeRequest): boolean {
    const index = this.#waiting.findIndex((operation) => operation.request === request);
    if (index >= 0) this.#waiting.splice(index, 1);
    for (const operation of this.#sent.values()) if (operation.request === request) return true;
    return false;
  }

  /** A connection begins. */
  connect(wire: Wire, sessionPresent: boolean, now: number): void {
    this.#wire = wire;
    if (!sessionPresent && this.#wanted.size > 0) {
      this.#restored = [];
      this.#waiting = [...this.#batches(wire), ...this.#waiting];
    }
    this.#flush(now);
  }

  /** The connection is gone. */
  disconnect(): void {
    this.#wire = undefined;
    this.#restored = undefined;
    const again: Operation[] = [];
    for (const [packetIdentifier, operation] of this.#sent) {
      this.#identifiers.release(packetIdentifier);
      if (!operation.isRestoration) again.push(operation);
    }
    this.#sent.clear();
    this.#waiting = [...again, ...this.#waiting.filter((operation) => !operation.isRestoration)];
  }

  /** SUBACK arrived. @throws ProtocolError when it answers nothing */
  handleSuback({ packetIdentifier, reasonCodes, properties }: SubackPacket, now: number): void {
    const { request, isRestoration } = this.#take(packetIdentifier, 'subscribe', reasonCodes.length);
    if (request.kind !== 'subscribe') return;
    const { subscriptions, subscriptionIdentifier } = request;
    const results = subscriptions.map((subscription, index) => {
      const { topicFilter } = subscription;
      const reasonCode = reasonCodes[index] ?? 0x80;
      if (reasonCode < 0x80) this.#wanted.set(topicFilter, { subscription, subscriptionIdentifier });
      // What was refused when it was restored stays wanted: the next server may grant it.
      else if (!isRestoration) this.#wanted.delete(topicFilter);
      return { topicFilter, reasonCode, reasonString: properties.reasonString };
    });
    if (isRestoration) this.#restored?.push(...results);
    else this.#sink.requestAnswered(request, results);
    this.#flush(now);
  }

  /** UNSUBACK arrived. @throws ProtocolError when it answers nothing */
  handleUnsuback({ packetIdentifier, reasonCodes, properties }: UnsubackPacket, now: number): void {
    // 3.1.1 has no Reason Codes in it.
    const count = this.#wire?.rules.hasProperties === true ? reasonCodes.length : undefined;
    const { request } = this.#take(packetIdentifier, 'unsubscribe', count);
    if (request.kind !== 'unsubscribe') return;
    const results = request.topicFilters.map((topicFilter, index) => ({
      topicFilter,
      reasonCode: reasonCodes[index] ?? 0,
      reasonString: properties.reasonString,
    }));
    this.#sink.requestAnswered(request, results);
    this.#flush(now);
  }

  /** The client is closed. */
  close(): void {
    this.disconnect();
    const error = new ClosedError('The client was closed.');
    for (const { request } of this.#waiting.splice(0)) this.#sink.requestFailed(request, error);
  }

  #flush(now: number): void {
    const wire = this.#wire;
    if (wire === undefined) return;
    let taken = 0;
    for (const operation of this.#waiting) {
      if (this.#identifiers.isExhausted) break;
      taken += 1;
      // Requests that were made before the connection have not been judged by its limits.
      const fault = this.#fault(wire, operation.request);
      if (fault !== undefined) {
        this.#refuse(operation, fault);
        continue;
      }
      const packetIdentifier = this.#identifiers.allocate();
      if (packetIdentifier === undefined) break;
      this.#sent.set(packetIdentifier, operation);
      wire.send(requestPacket(operation.request, packetIdentifier), now);
    }
    this.#waiting.splice(0, taken);
    this.#reportRestored();
  }

  #refuse({ request, isRestoration }: Operation, fault: Error): void {
    if (!isRestoration) {
      this.#sink.requestFailed(request, fault);
    } else if (request.kind === 'subscribe') {
      const results = request.subscriptions.map(({ topicFilter }) => {
        return { topicFilter, reasonCode: 0x80, reasonString: fault.message };
      });
      this.#restored?.push(...results);
    }
  }

  #reportRestored(): void {
    const results = this.#restored;
    if (results === undefined) return;
    for (const { isRestoration } of this.#sent.values()) if (isRestoration) return;
    if (this.#waiting.some(({ isRestoration }) => isRestoration)) return;
    this.#restored = undefined;
    this.#sink.subscriptionsRestored(results);
  }

  #fault(wire: Wire, request: SubscribeRequest | UnsubscribeRequest): Error | undefined {
    if (request.kind === 'subscribe') {
      for (const { topicFilter } of request.subscriptions) {
        const fault = subscribeFault(wire.limits, topicFilter, request.subscriptionIdentifier);
        if (fault !== undefined) return fault;
      }
    }
    return sizeFault(wire.limits, wire.sizeOf(requestPacket(request, 1)));
  }

  #take(packetIdentifier: number, kind: 'subscribe' | 'unsubscribe', count: number | undefined): Operation {
    const operation = this.#sent.get(packetIdentifier);
    const name = kind === 'subscribe' ? 'SUBACK' : 'UNSUBACK';
    if (operation?.request.kind !== kind) {
      throw new ProtocolError(`${name} with Packet Identifier ${packetIdentifier} answers no request`, {
        statement: kind === 'subscribe' ? 'MQTT-3.8.4-2' : 'MQTT-3.10.4-5',
      });
    }
    const { request } = operation;
    const expected = request.kind === 'subscribe' ? request.subscriptions.length : request.topicFilters.length;
    if (count !== undefined && count !== expected) {
      throw new ProtocolError(`${name} has ${count} Reason Codes for ${expected} Topic Filters`, {
        statement: kind === 'subscribe' ? 'MQTT-3.8.4-6' : 'MQTT-3.11.3-1',
      });
    }
    this.#sent.delete(packetIdentifier);
    this.#identifiers.release(packetIdentifier);
    return operation;
  }

  /** All wanted subscriptions, so many in one packet as limits allow; one packet has one Subscription Identifier. */
  #batches(wire: Wire): Operation[] {
    const groups = new Map<number | undefined, RequestedSubscription[]>();
    for (const { subscription, subscriptionIdentifier } of this.#wanted.values()) {
      const group = groups.get(subscriptionIdentifier) ?? [];
      group.push(subscription);
      groups.set(subscriptionIdentifier, group);
    }
    const bytesMax = Math.min(BATCH_BYTES_MAX, wire.limits.maximumPacketSize);
    const operations: Operation[] = [];
    for (const [subscriptionIdentifier, group] of groups) {
      let batch: RequestedSubscription[] = [];
      let bytes = BATCH_OVERHEAD_BYTES;
      const finish = (): void => {
        const request = {
          kind: 'subscribe',
          subscriptions: batch,
          subscriptionIdentifier,
          userProperties: undefined,
        } as const;
        if (batch.length > 0) operations.push({ request, isRestoration: true });
        batch = [];
        bytes = BATCH_OVERHEAD_BYTES;
      };
      for (const subscription of group) {
        const needed = subscription.topicFilter.length * UTF8_BYTES_MAX + FILTER_OVERHEAD_BYTES;
        if (batch.length >= this.#batchMax || bytes + needed > bytesMax) finish();
        batch.push(subscription);
        bytes += needed;
      }
      finish();
    }
    return operations;
  }
}

function requestPacket(request: SubscribeRequest | UnsubscribeRequest, packetIdentifier: number): EncodablePacket {
  const { userProperties } = request;
  if (request.kind === 'unsubscribe') {
    return {
      type: 'unsubscribe',
      packetIdentifier,
      topicFilters: request.topicFilters,
      properties: { userProperties },
    };
  }
  const { subscriptions, subscriptionIdentifier } = request;
  return { type: 'subscribe', packetIdentifier, subscriptions, properties: { subscriptionIdentifier, userProperties } };
}

/** Requests that may wait for a connection or a Packet Identifier. */
const WAITING_MAX = 10_000;
/** A SUBSCRIBE that restores is not larger: any server takes that much. */
const BATCH_BYTES_MAX = 16_384;
const BATCH_OVERHEAD_BYTES = 16;
const FILTER_OVERHEAD_BYTES = 3;
const UTF8_BYTES_MAX = 3;
