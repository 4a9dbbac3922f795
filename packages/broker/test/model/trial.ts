import type { EncodablePacket } from '@skua/codec';
import { parseTopicName } from '@skua/topics';

import type { BrokerOptionsInput } from '../../src/index.ts';
import { SHARED_TOPICS, type Command, type Profile } from './commands.ts';
import { compareListings } from './compare-listings.ts';
import { ModelBroker } from './model-broker.ts';
import type { ModelConnection, ModelOptions } from './model-state.ts';
import { checkSettled, ModelMismatch, observe } from './observe.ts';
import { RealBroker, type RealConnection } from './real-broker.ts';
import { formatScript } from './script.ts';

type CommandOf<Type extends Command['type']> = Extract<Command, { type: Type }>;

type ConnectCommand = Omit<CommandOf<'connect'>, 'type' | 'expiryInterval'> & { readonly expiryInterval: number };

/** Does the same to the model and to the real broker, and compares them after each step. */
export class Trial {
  readonly #model: ModelBroker;
  readonly #real: RealBroker;
  readonly #profiles: readonly Profile[];
  readonly #connections = new Map<ModelConnection, RealConnection>();
  #payloads = 0;
  #identifiers = 100;

  constructor(options: BrokerOptionsInput & ModelOptions, profiles: readonly Profile[]) {
    this.#model = new ModelBroker(options, EPOCH_MS);
    this.#real = new RealBroker(options, EPOCH_MS);
    this.#profiles = profiles;
  }

  /** Throws with the script of all packets when the broker differs from the model. */
  run(commands: readonly Command[]): void {
    try {
      for (const command of commands) {
        // Deadlines of two steps are never in the same millisecond, so their order is certain.
        this.#advance(this.#model.now + 1);
        this.#run(command);
        this.#compare();
      }
      this.#drain();
    } catch (error) {
      const script = formatScript(this.#real.script, EPOCH_MS);
      const why = error instanceof ModelMismatch ? error.message : error instanceof Error ? error.stack : String(error);
      throw new ModelMismatch(`${why}\n\n${script}\n`, { cause: error });
    }
  }

  #run(command: Command): void {
    if (command.type === 'wait') {
      this.#real.record('', '', `${command.seconds} s pass`);
      this.#advance(this.#model.now + command.seconds * 1000);
      return;
    }
    if (command.type === 'connect') {
      this.#connect(command);
      return;
    }
    const connection = this.#model.session(NAMES[command.who]!)?.connection;
    if (command.type === 'cut') {
      if (connection !== undefined) this.#cut(connection);
      return;
    }
    if (connection === undefined && command.type === 'acknowledge') return;
    this.#runConnected(command, connection ?? this.#connectByProfile(command.who));
  }

  #runConnected(command: Exclude<Command, { type: 'wait' | 'connect' | 'cut' }>, connection: ModelConnection): void {
    switch (command.type) {
      case 'subscribe':
        this.#subscribe(command, connection);
        return;
      case 'unsubscribe': {
        const packetIdentifier = ++this.#identifiers;
        const topicFilters = [command.subscriptionFilter];
        this.#model.unsubscribe(connection, packetIdentifier, topicFilters);
        this.#send(connection, { type: 'unsubscribe', packetIdentifier, topicFilters, properties: {} });
        return;
      }
      case 'publish':
        this.#publish(command, connection);
        return;
      case 'release': {
        const { packetIdentifier } = command;
        this.#model.release(connection, packetIdentifier);
        this.#send(connection, { type: 'pubrel', packetIdentifier, reasonCode: 0, properties: {} });
        return;
      }
      case 'acknowledge':
        this.#acknowledge(command, connection);
        return;
      case 'disconnect': {
        const isNew = connection.version === 5;
        const reasonCode = isNew && command.withWill ? 4 : 0;
        const expiryInterval = isNew ? command.expiryInterval : undefined;
        this.#model.disconnect(connection, reasonCode, expiryInterval);
        const properties = { sessionExpiryInterval: onTheWire(expiryInterval) };
        this.#send(connection, { type: 'disconnect', reasonCode, properties });
      }
    }
  }

  #connect({ who, will, ...command }: ConnectCommand): ModelConnection {
    const { cleanStart, expiryInterval, receiveMaximum, keepAlive, topicAliasMaximum } = command;
    const version = this.#profiles[who]!.usesIdentifiers ? 5 : command.version;
    const clientIdentifier = NAMES[who]!;
    const payload = will === undefined ? '' : this.#payload(will);
    const isNew = version === 5;
    const delay = isNew ? (will?.delay ?? 0) : 0;
    const messageExpiryInterval = isNew ? will?.messageExpiryInterval : undefined;
    const connection = this.#model.connect({
      ...command,
      version,
      clientIdentifier,
      will:
        will === undefined
          ? undefined
          : { ...will, topicName: parseTopicName(will.topicName), payload, delay, messageExpiryInterval },
    });
    const real = this.#real.open(clientIdentifier, version);
    this.#connections.set(connection, real);
    real.send({
      type: 'connect',
      protocolVersion: version,
      cleanStart,
      keepAlive,
      clientIdentifier,
      properties: isNew ? { sessionExpiryInterval: onTheWire(expiryInterval), receiveMaximum, topicAliasMaximum } : {},
      ...(will === undefined
        ? {}
        : {
            will: {
              topicName: will.topicName,
              payload: ENCODER.encode(payload),
              qos: will.qos,
              retain: will.retain,
              properties: isNew ? { willDelayInterval: delay, messageExpiryInterval } : {},
            },
          }),
    });
    return connection;
  }

  #connectByProfile(who: number): ModelConnection {
    const rest = { who, cleanStart: false, keepAlive: 0, topicAliasMaximum: 0, will: undefined } as const;
    const connection = this.#connect({ ...this.#profiles[who]!, ...rest });
    this.#compare();
    this.#advance(this.#model.now + 1);
    return connection;
  }

  #subscribe({ who, subscriptions: wanted, identifier }: CommandOf<'subscribe'>, connection: ModelConnection): void {
    const { usesIdentifiers } = this.#profiles[who]!;
    const isNew = connection.version === 5;
    const packetIdentifier = ++this.#identifiers;
    const subscriptions = wanted.map((each) => ({
      ...each,
      // [MQTT-3.8.3-4]
      noLocal: isNew && each.noLocal && !each.subscriptionFilter.startsWith('$share/'),
      retainAsPublished: isNew && each.retainAsPublished,
      retainHandling: isNew ? each.retainHandling : (0 as const),
      identifier: usesIdentifiers ? identifier : undefined,
    }));
    this.#model.subscribe(connection, packetIdentifier, subscriptions);
    this.#send(connection, {
      type: 'subscribe',
      packetIdentifier,
      subscriptions: subscriptions.map(({ subscriptionFilter, qos, noLocal, retainAsPublished, retainHandling }) => ({
        topicFilter: subscriptionFilter,
        qos,
        noLocal,
        retainAsPublished,
        retainHandling,
      })),
      properties: usesIdentifiers ? { subscriptionIdentifier: identifier } : {},
    });
  }

  #publish(command: CommandOf<'publish'>, connection: ModelConnection): void {
    const { qos, retain } = command;
    const payload = this.#payload(command);
    const packetIdentifier = qos === 0 ? 0 : command.packetIdentifier;
    const messageExpiryInterval = connection.version === 5 ? command.messageExpiryInterval : undefined;
    const dup = qos === 2 && connection.session.taken.some((each) => each.packetIdentifier === packetIdentifier);
    const topicName = parseTopicName(command.topicName);
    this.#model.publish(connection, { topicName, payload, qos, retain, packetIdentifier, messageExpiryInterval });
    this.#send(connection, {
      type: 'publish',
      dup,
      qos,
      retain,
      topicName,
      packetIdentifier,
      payload: ENCODER.encode(payload),
      properties: { messageExpiryInterval },
    });
  }

  #acknowledge({ which, how }: Pick<CommandOf<'acknowledge'>, 'which' | 'how'>, connection: ModelConnection): boolean {
    const { unacknowledged, released } = connection.session;
    const inFlight = [...unacknowledged, ...released].filter((flight) => flight.connection === connection);
    const flight = inFlight[which % Math.max(1, inFlight.length)];
    if (flight === undefined) return false;
    const { packetIdentifier, state } = flight;
    const isRepeated = state === 'awaitingPubcomp' && how === 'repeat';
    const type =
      state === 'awaitingPuback' ? 'puback' : state === 'awaitingPubrec' || isRepeated ? 'pubrec' : 'pubcomp';
    const isRefused = connection.version === 5 && how === 'refuse' && state !== 'awaitingPubcomp';
    this.#model.acknowledge(connection, type, packetIdentifier, isRefused);
    this.#send(connection, { type, packetIdentifier, reasonCode: isRefused ? 0x83 : 0, properties: {} });
    return true;
  }

  // Empty messages all look the same: a shared subscription gets none, or it would be uncertain which one it is.
  #payload({ topicName, isEmpty }: { readonly topicName: string; readonly isEmpty: boolean }): string {
    const isShared = SHARED_TOPICS.some((shared) => shared === topicName);
    return isEmpty && !isShared ? '' : `m${++this.#payloads}`;
  }

  #cut(connection: ModelConnection): void {
    this.#real.record(connection.clientIdentifier, '', 'loses the connection');
    this.#model.lose(connection);
    this.#connections.get(connection)?.lose();
  }

  #send(connection: ModelConnection, packet: EncodablePacket): void {
    this.#connections.get(connection)?.send(packet);
  }

  // Stops at everything that is due, and a millisecond before it.
  #advance(end: number): void {
    const { broker } = this.#real;
    for (let due = this.#model.nextTimeout(); due <= end; due = this.#model.nextTimeout()) {
      if (due - 1 > this.#model.now) this.#advanceTo(due - 1);
      if ((broker.nextTimeout() ?? Infinity) > due) throw new ModelMismatch(`the broker does not ask for ${due}`);
      this.#advanceTo(due);
    }
    this.#advanceTo(end);
  }

  #advanceTo(now: number): void {
    this.#model.now = now;
    this.#model.handleTimeout();
    this.#real.advance(now);
    this.#observe();
  }

  #compare(): void {
    this.#observe();
    compareListings(this.#model, this.#real.broker);
  }

  #observe(): void {
    this.#real.check();
    for (const [connection, real] of this.#connections) {
      const packets = real.take();
      if (packets.length > 0) observe(this.#model, connection, packets);
    }
    checkSettled(this.#model, this.#connections.keys());
    for (const [connection, real] of this.#connections) {
      if (connection.isOpen) {
        if (real.isClosing) throw new ModelMismatch(`${connection.clientIdentifier} was closed`);
        continue;
      }
      // Also a client that was closed or that said goodbye loses its network connection in the end.
      this.#connections.delete(connection);
      real.lose();
    }
  }

  // In the end everybody comes back and takes everything: whatever is owed must arrive.
  #drain(): void {
    for (const name of NAMES) {
      const session = this.#model.session(name);
      if (session === undefined) continue;
      this.#advance(this.#model.now + 1);
      const { connection = this.#connectByProfile(NAMES.indexOf(name)) } = session;
      for (let step = 0; this.#acknowledge({ which: 0, how: 'accept' }, connection); step++) {
        this.#compare();
        if (step === DRAIN_STEPS_MAX) throw new ModelMismatch(`${name} is sent more and more`);
      }
    }
  }
}

// The broker knows no Infinity: 0xFFFFFFFF is for ever (section 3.1.2.11.2).
function onTheWire(seconds: number | undefined): number | undefined {
  return seconds === Infinity ? 0xffffffff : seconds;
}

const NAMES = ['A', 'B', 'C'] as const;
const DRAIN_STEPS_MAX = 10_000;
const EPOCH_MS = 1_700_000_000_000;
const ENCODER = new TextEncoder();
