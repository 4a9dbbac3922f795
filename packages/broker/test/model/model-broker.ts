import type { QoS } from '@skua/codec';
import { parseSubscriptionFilter, topicMatchesFilter, type TopicName } from '@skua/topics';

import {
  hasExpired,
  hasRoom,
  type Candidate,
  type Copy,
  type ModelConnection,
  type ModelMessage,
  type ModelOptions,
  type ModelSession,
  type ModelSubscription,
  type ModelWill,
  type SharedCopy,
} from './model-state.ts';

export interface ModelConnect {
  readonly clientIdentifier: string;
  readonly version: 4 | 5;
  readonly cleanStart: boolean;
  /** Seconds; 5.0 only. */
  readonly expiryInterval: number;
  /** 5.0 only. */
  readonly receiveMaximum: number;
  /** Seconds. */
  readonly keepAlive: number;
  readonly will: ModelWill | undefined;
}

export interface ModelPublish {
  readonly topicName: TopicName;
  readonly payload: string;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly packetIdentifier: number;
  /** Seconds. */
  readonly messageExpiryInterval: number | undefined;
}

/**
 * A broker in the plainest words: lists, and every rule where it is needed. What it is told changes what each client is
 * owed; what the real broker then sends is checked against that by `observe` and `checkSettled`. Where the
 * specification leaves a choice it follows the table in the package's README.
 */
export class ModelBroker {
  readonly options: ModelOptions;
  now: number;
  sessions: ModelSession[] = [];
  retained: ModelMessage[] = [];
  sharedCopies: SharedCopy[] = [];

  constructor(options: ModelOptions, now: number) {
    this.options = options;
    this.now = now;
  }

  session(clientIdentifier: string): ModelSession | undefined {
    return this.sessions.find((session) => session.clientIdentifier === clientIdentifier);
  }

  connect(request: ModelConnect): ModelConnection {
    const { clientIdentifier, version, cleanStart, will } = request;
    const before = this.session(clientIdentifier)?.connection;
    if (before !== undefined) this.endByBroker(before, 0x8e); // [MQTT-3.1.4-3]
    const former = this.session(clientIdentifier);
    if (former !== undefined && cleanStart) this.#endSession(former); // [MQTT-3.1.2-4]
    const session = this.session(clientIdentifier) ?? newSession(clientIdentifier);
    const sessionPresent = this.sessions.includes(session);
    if (!sessionPresent) this.sessions.push(session);
    session.expiryInterval = version === 5 ? request.expiryInterval : cleanStart ? 0 : Infinity;
    session.will = will; // [MQTT-3.1.3-9]
    session.willDueAt = undefined;
    session.expiresAt = undefined;
    const connection: ModelConnection = {
      clientIdentifier,
      version,
      session,
      sendMaximum: Math.min(version === 5 ? request.receiveMaximum : 65_535, this.options.inflightMessagesMax),
      receiveMaximum: version === 5 ? this.options.receiveMaximum : 65_535,
      keepAliveMs: request.keepAlive === 0 ? Infinity : request.keepAlive * 1500,
      lastPacketAt: this.now,
      isOpen: true,
      answers: [{ type: 'connack', sessionPresent, reasonCodes: [[0]] }],
      atOnce: [],
      backlog: [],
      replayed: new Set(),
      pubrelsDue: [...session.released], // [MQTT-4.4.0-1]
    };
    session.connection = connection;
    return connection;
  }

  publish(connection: ModelConnection, request: ModelPublish): void {
    const { session, version } = connection;
    const { qos, packetIdentifier, messageExpiryInterval: expiry } = request;
    connection.lastPacketAt = this.now;
    const known = session.taken.find((each) => each.packetIdentifier === packetIdentifier);
    const answer = qos === 1 ? 'puback' : 'pubrec';
    if (qos === 1 && known !== undefined) {
      if (version === 4) this.endByBroker(connection, 0);
      else connection.answers.push({ type: 'puback', packetIdentifier, reasonCodes: [[0x91]] });
      return;
    }
    if (qos > 0 && known?.connection !== connection) {
      const underWay = session.taken.filter((each) => each.connection === connection);
      if (underWay.length >= connection.receiveMaximum) {
        this.endByBroker(connection, 0x93); // [MQTT-3.3.4-9]
        return;
      }
    }
    if (qos === 2 && known !== undefined) {
      known.connection = connection;
      connection.answers.push({ type: answer, packetIdentifier, reasonCodes: [[0]] }); // [MQTT-4.3.3-10]
      return;
    }
    const expiresAt = expiry === undefined ? undefined : this.now + expiry * 1000;
    const matched = this.#route({ ...request, publisher: session.clientIdentifier, expiresAt });
    if (qos === 2) session.taken.push({ packetIdentifier, connection });
    const reasonCodes = [matched || version === 4 ? [0] : [0x10]];
    if (qos > 0) connection.answers.push({ type: answer, packetIdentifier, reasonCodes });
  }

  /** PUBREL from the client. */
  release(connection: ModelConnection, packetIdentifier: number): void {
    const { session } = connection;
    connection.lastPacketAt = this.now;
    const known = session.taken.some((each) => each.packetIdentifier === packetIdentifier);
    session.taken = session.taken.filter((each) => each.packetIdentifier !== packetIdentifier);
    const reasonCode = known || connection.version === 4 ? 0 : 0x92;
    connection.answers.push({ type: 'pubcomp', packetIdentifier, reasonCodes: [[reasonCode]] });
  }

  /** PUBACK, PUBREC or PUBCOMP from the client. It must be for something in flight. */
  acknowledge(
    connection: ModelConnection,
    type: 'puback' | 'pubrec' | 'pubcomp',
    packetIdentifier: number,
    isRefused: boolean,
  ): void {
    const { session } = connection;
    connection.lastPacketAt = this.now;
    const flight = session.unacknowledged.find((each) => each.packetIdentifier === packetIdentifier);
    session.unacknowledged = session.unacknowledged.filter((each) => each !== flight);
    if (type === 'pubcomp') {
      session.released = session.released.filter((each) => each.packetIdentifier !== packetIdentifier);
    } else if (type === 'pubrec' && !isRefused) {
      connection.answers.push({ type: 'pubrel', packetIdentifier, reasonCodes: [[0]] }); // [MQTT-4.3.3-4]
      if (flight === undefined) return; // repeated
      flight.state = 'awaitingPubcomp';
      session.released.push(flight);
    }
  }

  subscribe(
    connection: ModelConnection,
    packetIdentifier: number,
    requested: readonly Omit<ModelSubscription, 'filter' | 'isShared'>[],
  ): void {
    const { session } = connection;
    connection.lastPacketAt = this.now;
    for (const request of requested) {
      const { subscriptionFilter, retainHandling } = request;
      const { filter, shareName } = parseSubscriptionFilter(subscriptionFilter);
      const subscription: ModelSubscription = { ...request, filter, isShared: shareName !== undefined };
      const existed = session.subscriptions.some((each) => each.subscriptionFilter === subscriptionFilter);
      session.subscriptions = [...without(session.subscriptions, subscriptionFilter), subscription]; // [MQTT-3.8.4-3]
      const isWanted = retainHandling === 0 || (retainHandling === 1 && !existed); // [MQTT-3.3.1-9] [MQTT-3.3.1-10]
      // Otherwise what is still owed stays owed [MQTT-3.8.4-4].
      if (shareName !== undefined || !isWanted) continue;
      forgetBacklog(connection, subscriptionFilter);
      connection.backlog.push(...this.#retainedFor(session, subscription));
    }
    const reasonCodes = requested.map(({ qos }) => [qos]);
    connection.answers.push({ type: 'suback', packetIdentifier, reasonCodes });
  }

  unsubscribe(connection: ModelConnection, packetIdentifier: number, filters: readonly string[]): void {
    const { session } = connection;
    connection.lastPacketAt = this.now;
    const reasonCodes = filters.map((subscriptionFilter) => {
      const existed = session.subscriptions.some((each) => each.subscriptionFilter === subscriptionFilter);
      session.subscriptions = without(session.subscriptions, subscriptionFilter);
      forgetBacklog(connection, subscriptionFilter);
      return [existed ? 0 : 0x11];
    });
    connection.answers.push(
      connection.version === 5
        ? { type: 'unsuback', packetIdentifier, reasonCodes }
        : { type: 'unsuback', packetIdentifier },
    );
  }

  disconnect(connection: ModelConnection, reasonCode: number, expiryInterval: number | undefined): void {
    const { session } = connection;
    if (expiryInterval !== undefined) {
      if (session.expiryInterval === 0 && expiryInterval > 0) {
        this.endByBroker(connection, 0x82);
        return;
      }
      session.expiryInterval = expiryInterval;
    }
    if (reasonCode === 0) session.will = undefined; // [MQTT-3.14.4-3]
    this.lose(connection);
  }

  /** The connection is gone. */
  lose(connection: ModelConnection): void {
    if (!connection.isOpen) return;
    connection.isOpen = false;
    const { session, backlog } = connection;
    session.connection = undefined;
    if (session.expiryInterval === 0) {
      this.#endSession(session);
      return;
    }
    session.queue.push(...backlog.filter((copy) => copy.qos > 0 && !hasExpired(copy.message, this.now)));
    if (session.will?.delay === 0) this.#publishWill(session);
    if (session.will !== undefined) session.willDueAt = this.now + session.will.delay * 1000;
    session.expiresAt = this.now + session.expiryInterval * 1000;
  }

  /** The broker closes the connection; a 5.0 client is told why. */
  endByBroker(connection: ModelConnection, reasonCode: number): void {
    if (connection.version === 5) connection.answers.push({ type: 'disconnect', reasonCodes: [[reasonCode]] });
    this.lose(connection);
  }

  /** When something happens by itself next; Infinity: nothing is waiting. */
  nextTimeout(): number {
    const times = this.sessions.flatMap(({ connection, willDueAt, expiresAt }) => [
      willDueAt ?? Infinity,
      expiresAt ?? Infinity,
      connection === undefined ? Infinity : connection.lastPacketAt + connection.keepAliveMs,
    ]);
    return Math.min(...times, Infinity);
  }

  /** Does what is due. */
  handleTimeout(): void {
    for (const session of this.sessions) {
      const { connection, expiresAt, willDueAt } = session;
      if (expiresAt !== undefined && expiresAt <= this.now) this.#endSession(session); // [MQTT-4.1.0-2]
      else if (willDueAt !== undefined && willDueAt <= this.now) this.#publishWill(session); // [MQTT-3.1.2-8]
      if (connection !== undefined && connection.lastPacketAt + connection.keepAliveMs <= this.now) {
        this.endByBroker(connection, 0x8d); // [MQTT-3.1.2-22]
      }
    }
  }

  /** Whether a session may have a copy that it cannot send yet. */
  canHold({ session, copy }: Candidate): boolean {
    const { connection } = session;
    return copy.qos > 0 && (connection === undefined || !hasRoom(connection));
  }

  // @returns whether anybody subscribes.
  #route(message: ModelMessage): boolean {
    if (message.retain) {
      // [MQTT-3.3.1-5] [MQTT-3.3.1-6]
      this.retained = this.retained.filter(({ topicName }) => topicName !== message.topicName);
      // What is still owed of the former one is superseded.
      for (const { connection } of this.sessions) {
        if (connection === undefined) continue;
        connection.backlog = connection.backlog.filter((copy) => copy.message.topicName !== message.topicName);
      }
      if (message.payload !== '') this.retained.push(message);
    }
    let matched = false;
    const shared = new Set<string>();
    for (const session of this.sessions) {
      const matching = session.subscriptions.filter(({ filter }) => topicMatchesFilter(message.topicName, filter));
      if (matching.length > 0) matched = true;
      const isOwn = message.publisher === session.clientIdentifier;
      const ordinary = matching.filter(({ isShared, noLocal }) => !isShared && !(noLocal && isOwn)); // [MQTT-3.8.3-3]
      if (ordinary.length > 0) give(session, copyFor(message, ordinary, 'live'));
      for (const { isShared, subscriptionFilter } of matching) if (isShared) shared.add(subscriptionFilter);
    }
    for (const subscriptionFilter of shared) {
      const candidates = this.#candidates(message, subscriptionFilter);
      if (candidates.length > 0) {
        this.sharedCopies.push({ message, subscriptionFilter, candidates, isUncertain: false });
      }
    }
    return matched;
  }

  // Members that can be sent to at once, or else those that can queue.
  #candidates(message: ModelMessage, subscriptionFilter: string): readonly Candidate[] {
    const members = this.sessions.flatMap((session): Candidate[] => {
      const terms = session.subscriptions.filter((each) => each.subscriptionFilter === subscriptionFilter);
      return terms.length === 0 ? [] : [{ session, copy: copyFor(message, terms, 'shared') }];
    });
    const connected = members.filter(({ session }) => session.connection !== undefined);
    return connected.length > 0 ? connected : members.filter(({ copy }) => copy.qos > 0);
  }

  #retainedFor(session: ModelSession, subscription: ModelSubscription): readonly Copy[] {
    return this.retained
      .filter((message) => topicMatchesFilter(message.topicName, subscription.filter))
      .filter((message) => !hasExpired(message, this.now))
      .filter((message) => !(subscription.noLocal && message.publisher === session.clientIdentifier))
      .map((message) => ({ ...copyFor(message, [subscription], 'retained'), retain: true })); // [MQTT-3.3.1-8]
  }

  #publishWill(session: ModelSession): void {
    const { will } = session;
    if (will === undefined) return;
    session.will = undefined; // [MQTT-3.1.2-10]
    session.willDueAt = undefined;
    const { messageExpiryInterval: expiry } = will;
    const expiresAt = expiry === undefined ? undefined : this.now + expiry * 1000;
    this.#route({ ...will, publisher: session.clientIdentifier, expiresAt });
  }

  #endSession(session: ModelSession): void {
    this.sessions = this.sessions.filter((each) => each !== session);
    this.#publishWill(session);
    for (const { copy, state } of session.unacknowledged) {
      // What was sent at QoS 2 goes to nobody else [MQTT-4.8.2-5].
      if (copy.source !== 'shared' || state !== 'awaitingPuback') continue;
      const { message } = copy;
      if (hasExpired(message, this.now)) continue; // [MQTT-3.3.2-5]
      const candidates = this.#candidates(message, copy.subscriptionFilter);
      if (candidates.length > 0) {
        this.sharedCopies.push({
          message,
          subscriptionFilter: copy.subscriptionFilter,
          candidates,
          isUncertain: false,
        });
      }
    }
    for (const shared of this.sharedCopies) {
      const others = shared.candidates.filter((candidate) => candidate.session !== session);
      if (others.length === shared.candidates.length) continue;
      const next = this.#candidates(shared.message, shared.subscriptionFilter);
      if (next.length === 0) shared.isUncertain = true;
      shared.candidates = [...others, ...next];
    }
  }
}

function newSession(clientIdentifier: string): ModelSession {
  return {
    clientIdentifier,
    expiryInterval: 0,
    connection: undefined,
    subscriptions: [],
    queue: [],
    unacknowledged: [],
    released: [],
    taken: [],
    will: undefined,
    willDueAt: undefined,
    expiresAt: undefined,
  };
}

// Copies of one message through several subscriptions may look the same: whose was sent is uncertain then.
function forgetBacklog(connection: ModelConnection, subscriptionFilter: string): void {
  connection.backlog = connection.backlog.flatMap((copy) => {
    if (connection.replayed.has(copy.message)) return [{ ...copy, isOptional: true }];
    return copy.subscriptionFilter === subscriptionFilter ? [] : [copy];
  });
}

function give(session: ModelSession, copy: Copy): void {
  // QoS 0 is not kept for those who are away.
  if (copy.qos === 0) session.connection?.atOnce.push(copy);
  else session.queue.push(copy);
}

// One copy on the terms of all [MQTT-3.3.4-2] [MQTT-3.3.4-4] [MQTT-3.3.1-12] [MQTT-3.3.1-13].
function copyFor(message: ModelMessage, terms: readonly ModelSubscription[], source: Copy['source']): Copy {
  let granted: QoS = 0;
  for (const { qos } of terms) if (qos > granted) granted = qos;
  return {
    message,
    qos: granted < message.qos ? granted : message.qos,
    retain: message.retain && terms.some(({ retainAsPublished }) => retainAsPublished),
    identifiers: terms
      .flatMap(({ identifier }) => (identifier === undefined ? [] : [identifier]))
      .toSorted((a, b) => a - b),
    source,
    isOptional: false,
    subscriptionFilter: source === 'live' ? '' : terms.map((each) => each.subscriptionFilter).join(''),
  };
}

function without<Item extends { readonly subscriptionFilter: string }>(
  items: readonly Item[],
  subscriptionFilter: string,
): Item[] {
  return items.filter((item) => item.subscriptionFilter !== subscriptionFilter);
}
