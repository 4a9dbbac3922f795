import {
  encodedLength,
  MqttError,
  ProtocolError,
  ReasonCode,
  type AuthPacket,
  type ConnackPacket,
  type DisconnectPacket,
  type Packet,
} from '@skua/codec';
import { sessionExpiresAt, versionRulesFor, type VersionRules } from '@skua/session';
import { ClientError, ConnectError, DisconnectedError } from './errors.ts';
import type { ClientState } from './client-state.ts';
import { ClientSession } from './client-session.ts';
import { connectPacket, type ConnectCredentials } from './connect-packet.ts';
import { Connection } from './connection.ts';
import { disconnectPacket, disconnectReason, type DisconnectOptions } from './disconnect-packet.ts';
import type { EngineSink } from './engine-sink.ts';
import { initialLimits, limitsOf, type Limits } from './limits.ts';
import type { Link } from './link.ts';
import type { EngineOptions } from './options.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { PacketRing } from './packet-ring.ts';
import { randomIdentifier } from './random-identifier.ts';
import { ReconnectSchedule } from './reconnect-schedule.ts';
import { redirectedServer } from './server-reference.ts';
import { returnCode } from './return-code.ts';
import type { StoredSession } from './session-entry.ts';

/**
 * An MQTT client without I/O: one session over any number of connections. Input is a `handleX` call or a wish of the
 * application, output a call on the sink; time is an argument.
 */
export class ClientEngine {
  readonly #options: EngineOptions;
  readonly #sink: EngineSink;
  readonly #ring: PacketRing;
  readonly #schedule: ReconnectSchedule;
  readonly #servers: string[];

  // For the session.
  readonly #session: ClientSession;
  #rules: VersionRules;
  #clientIdentifier: string;
  /** Whether we have one: `unknown` before the first connection, when the application says what it is to be. */
  #sessionState: 'unknown' | 'kept' | 'ended' = 'unknown';
  /** When the kept session ends if there is no connection before. */
  #sessionEndsAt = Infinity;

  // For the connection.
  #state: ClientState = { status: 'waiting', attempt: 0, retryAt: Infinity, cause: new Error('not started') };
  #connection: Connection | undefined;
  #limits: Limits;
  /** When the present attempt is given up. */
  #attemptDeadline = Infinity;
  /** When the next attempt begins. */
  #retryAt = Infinity;
  #redirectedTo: string | undefined;
  #isClosing = false;
  #connectedAt: number | undefined;

  constructor(options: EngineOptions, sink: EngineSink) {
    this.#options = options;
    this.#sink = sink;
    this.#servers = [...options.servers];
    this.#ring = new PacketRing(options.packetsRemembered);
    this.#schedule = new ReconnectSchedule(options.reconnect ?? NO_RECONNECT, this.#servers.length, options.random);
    this.#rules = versionRulesFor(options.protocolVersion);
    this.#clientIdentifier = options.clientIdentifier;
    this.#limits = initialLimits(options.keepAlive, options.sessionExpiryInterval);
    this.#session = new ClientSession(options, (packet) => encodedLength(packet, this.#rules.protocolVersion), sink);
  }

  /** Where the client stands. */
  get state(): ClientState {
    return this.#state;
  }

  /** The limits of the present or the last connection. */
  get limits(): Limits {
    return this.#limits;
  }

  get clientIdentifier(): string {
    return this.#clientIdentifier;
  }

  /** The rules of the version that is spoken, or tried. */
  get rules(): VersionRules {
    return this.#rules;
  }

  /** What is published, received and subscribed. */
  get session(): ClientSession {
    return this.#session;
  }

  get ring(): PacketRing {
    return this.#ring;
  }

  /** How many rounds over all servers have failed since the last stable connection. */
  get failedRounds(): number {
    return this.#schedule.rounds;
  }

  /** Takes a stored session. Only before `start`. */
  restore(session: StoredSession, make: (delivery: StoredSession['deliveries'][number]) => OutgoingMessage): void {
    this.#session.restore(session, make);
    if (this.#clientIdentifier === '') this.#clientIdentifier = session.clientIdentifier;
    this.#sessionState = 'kept';
  }

  /** Begins the first attempt. */
  start(now: number): void {
    if (this.#state.status === 'waiting') this.#attempt(now);
  }

  /** The connection that was dialled is open. */
  handleOpened(link: Link, credentials: ConnectCredentials, now: number): void {
    if (this.#connection !== undefined || this.#attemptDeadline === Infinity) {
      link.destroy();
      return;
    }
    const rules = this.#rules;
    // What has expired on our side is gone, whatever the server still has.
    if (this.#sessionState === 'kept' && now >= this.#sessionEndsAt) this.#sessionState = 'ended';
    // Only 5.0 can begin a session and keep it for the next connection; before, the flag says both.
    const isFirst = this.#sessionState === 'unknown' || !rules.hasProperties;
    const cleanStart = isFirst ? this.#options.cleanStart : this.#sessionState === 'ended';
    if (this.#clientIdentifier === '' && !rules.hasProperties) {
      this.#clientIdentifier = randomIdentifier(this.#options.random);
    }
    const { maximumPacketSize, keepAlive, sessionExpiryInterval } = this.#options;
    const limits = initialLimits(keepAlive, sessionExpiryInterval);
    const connection = new Connection(
      link,
      this.#server,
      rules,
      cleanStart,
      limits,
      maximumPacketSize,
      this.#ring,
      now,
    );
    this.#connection = connection;
    try {
      connection.send(connectPacket(this.#options, rules, this.#clientIdentifier, cleanStart, credentials), now);
    } catch (error) {
      // What the caller gave cannot be sent; another attempt would not mend it.
      this.#loseConnection();
      this.#end(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** No connection could be opened. */
  handleDialFailed(error: Error, now: number): void {
    if (this.#connection !== undefined || this.#attemptDeadline === Infinity) return;
    const cause = error instanceof ConnectError ? error : this.#connectError(error.message, { cause: error });
    this.#fail(cause, now);
  }

  /** Bytes arrived. */
  handleBytes(link: Link, chunk: Uint8Array, now: number): void {
    const connection = this.#connection;
    if (connection === undefined || !connection.isOn(link)) return;
    try {
      connection.push(chunk, now);
      for (;;) {
        const packet = connection.next(now);
        if (packet === undefined) break;
        this.#handlePacket(connection, packet, now);
        if (this.#connection !== connection) break;
      }
    } catch (error) {
      this.#handleFault(connection, error, now);
    }
  }

  /** The link takes messages again. */
  handleWritable(link: Link, now: number): void {
    const connection = this.#connection;
    if (connection === undefined || !connection.isOn(link)) return;
    connection.isCongested = false;
    if (connection.phase !== 'awaitingConnack') this.#session.handleWritable(now);
  }

  /** The link is gone. */
  handleClosed(link: Link, error: Error | undefined, now: number): void {
    const connection = this.#connection;
    if (connection === undefined || !connection.isOn(link)) return;
    const cause = error === undefined ? {} : { cause: error };
    const detail = error === undefined ? '' : `: ${error.message}`;
    if (connection.phase === 'awaitingConnack') {
      this.#tryFallback(connection);
      this.#fail(this.#connectError(`The connection was closed before CONNACK${detail}`, cause), now);
    } else {
      this.#fail(new DisconnectedError(`The connection was lost${detail}`, 'network', cause), now);
    }
  }

  /** The answer to `authenticationContinues`. */
  handleAuthentication(data: Uint8Array | undefined, now: number): void {
    const { authenticationMethod } = this.#options;
    const properties = { authenticationMethod, authenticationData: data };
    this.#connection?.send({ type: 'auth', reasonCode: ReasonCode.ContinueAuthentication, properties }, now);
  }

  /** The authentication cannot go on: the connection ends [MQTT-4.12.1-2]. */
  handleAuthenticationFailed(error: Error, now: number): void {
    const connection = this.#connection;
    if (connection !== undefined) this.#abort(connection, error, ReasonCode.ImplementationSpecificError, now);
  }

  /** Authenticates anew on the present connection [MQTT-4.12.1-1]. @throws ClientError when that is not possible */
  reauthenticate(data: Uint8Array | undefined, now: number): void {
    const connection = this.#connection;
    const { authenticationMethod } = this.#options;
    if (connection?.phase !== 'connected' || authenticationMethod === undefined || !connection.rules.hasProperties) {
      throw new ClientError('Only a connection with enhanced authentication can be authenticated anew.');
    }
    connection.phase = 'reauthenticating';
    const properties = { authenticationMethod, authenticationData: data };
    connection.send({ type: 'auth', reasonCode: ReasonCode.ReAuthenticate, properties }, now);
  }

  /** When {@link handleTimeout} is to be called, in milliseconds; Infinity: not before something else happens. */
  get nextTimeout(): number {
    const connection = this.#connection?.phase === 'awaitingConnack' ? undefined : this.#connection;
    return Math.min(this.#attemptDeadline, this.#retryAt, connection?.deadline ?? Infinity, this.#session.nextTimeout);
  }

  /** Does what is due at `now`. */
  handleTimeout(now: number): void {
    if (now >= this.#session.nextTimeout) this.#session.handleTimeout(now);
    if (now >= this.#attemptDeadline) {
      const what = this.#connection === undefined ? 'connection' : 'CONNACK';
      this.#fail(this.#connectError(`No ${what} within ${this.#options.connectTimeoutMs} ms`, {}), now);
    }
    if (now >= this.#retryAt) this.#attempt(now);
    const connection = this.#connection;
    if (connection !== undefined && connection.phase !== 'awaitingConnack' && now >= connection.deadline) {
      if (!connection.checkKeepAlive(now)) {
        this.#abort(
          connection,
          new ClientError(`The server did not answer PINGREQ; the Keep Alive is ${connection.limits.keepAlive} s.`),
          ReasonCode.KeepAliveTimeout,
          now,
        );
      }
    }
  }

  /** The network may have changed, or the machine has slept: tries again at once, or asks the server whether it is there. */
  wake(now: number): void {
    if (this.#retryAt < Infinity) this.#attempt(now);
    else if (this.#connection?.phase === 'connected') this.#connection.probe(now);
  }

  /** The application stops or resumes the reading. */
  setReadingPaused(isPaused: boolean, now: number): void {
    this.#connection?.setReadingPaused(isPaused, now);
  }

  /** The client is about to be closed: it finishes what it has, and takes nothing new. */
  beginClosing(): void {
    if (this.#state.status === 'closed' || this.#isClosing) return;
    this.#isClosing = true;
    this.#state = { status: 'closing' };
    this.#sink.stateChanged(this.#state);
  }

  /** Closes the client with a DISCONNECT if there is a connection. */
  disconnect(options: DisconnectOptions, now: number): void {
    const connection = this.#connection;
    if (connection !== undefined && connection.phase !== 'awaitingConnack') {
      connection.send(disconnectPacket(this.#options, options), now);
    }
    this.#connection = undefined;
    connection?.close();
    this.#end(undefined);
  }

  /** Closes the client and cuts the connection. */
  destroy(cause: Error | undefined): void {
    this.#loseConnection();
    this.#end(cause);
  }

  get #server(): string {
    return this.#redirectedTo ?? this.#servers[this.#schedule.server] ?? '';
  }

  #attempt(now: number): void {
    this.#retryAt = Infinity;
    this.#attemptDeadline = now + this.#options.connectTimeoutMs;
    const attempt = this.#schedule.attempts + 1;
    this.#setState({ status: 'connecting', server: this.#server, attempt });
    this.#sink.dial(this.#server, attempt);
  }

  #handlePacket(connection: Connection, packet: Packet, now: number): void {
    if (connection.phase === 'awaitingConnack' && packet.type !== 'connack' && packet.type !== 'auth') {
      const allowed = packet.type === 'disconnect' ? undefined : 'MQTT-3.2.0-1';
      throw new ProtocolError(`${packet.type.toUpperCase()} came before CONNACK`, { statement: allowed });
    }
    if (this.#session.handlePacket(packet, now)) return;
    if (packet.type === 'pingresp') connection.handlePingresp();
    else if (packet.type === 'connack') this.#handleConnack(connection, packet, now);
    else if (packet.type === 'disconnect') this.#handleDisconnect(connection, packet, now);
    else if (packet.type === 'auth') this.#handleAuth(connection, packet);
    // The reader of a client refuses all others before.
    else throw new ProtocolError(`${packet.type.toUpperCase()} from a server`);
  }

  #handleConnack(connection: Connection, packet: ConnackPacket, now: number): void {
    if (connection.phase !== 'awaitingConnack') {
      throw new ProtocolError('CONNACK came a second time', { statement: 'MQTT-3.2.0-2' });
    }
    const { reasonCode, properties, sessionPresent } = packet;
    if (reasonCode >= 0x80) {
      if (reasonCode === ReasonCode.UnsupportedProtocolVersion) this.#tryFallback(connection);
      const text = properties.reasonString === undefined ? '' : `: ${properties.reasonString}`;
      const message = `The server refused the connection with 0x${reasonCode.toString(16)}${text}`;
      this.#fail(
        new ConnectError(
          message,
          connection.server,
          { reasonCode },
          properties.serverReference,
          returnCode(reasonCode, connection.rules),
        ),
        now,
      );
      return;
    }
    if (
      properties.authenticationMethod !==
      (connection.rules.hasProperties ? this.#options.authenticationMethod : undefined)
    ) {
      throw new ProtocolError('CONNACK has another Authentication Method than CONNECT', {
        statement: 'MQTT-4.12.0-5',
      });
    }
    if (sessionPresent && connection.cleanStart) {
      throw new ProtocolError('CONNACK has Session Present although a new session was asked for', {
        statement: connection.rules.hasProperties ? 'MQTT-3.2.2-4' : 'v3 MQTT-3.2.2-4',
      });
    }
    const { keepAlive, sessionExpiryInterval } = this.#options;
    const limits = limitsOf(packet, connection.rules, keepAlive, sessionExpiryInterval);
    connection.establish(limits, now);
    this.#limits = limits;
    this.#attemptDeadline = Infinity;
    this.#connectedAt = now;
    this.#redirectedTo = undefined;
    if (this.#clientIdentifier === '') this.#clientIdentifier = properties.assignedClientIdentifier ?? '';
    this.#sessionState = this.#clientIdentifier !== '' && limits.sessionExpiryInterval > 0 ? 'kept' : 'ended';
    this.#sessionEndsAt = Infinity;
    this.#setState({ status: 'connected', server: connection.server, sessionPresent, since: now, connack: packet });
    this.#sink.connected(packet, connection.server);
    if (properties.authenticationMethod !== undefined) this.#sink.authenticated(properties.authenticationData);
    const loss = this.#session.connect(connection, this.#clientIdentifier, sessionPresent, now);
    if (loss !== undefined) this.#sink.sessionLost(loss);
  }

  #handleDisconnect(connection: Connection, { reasonCode, properties }: DisconnectPacket, now: number): void {
    const { reasonString, serverReference } = properties;
    const text = reasonString === undefined ? '' : `: ${reasonString}`;
    const message = `The server ended the connection with 0x${reasonCode.toString(16)}${text}`;
    connection.close();
    this.#fail(new DisconnectedError(message, 'server', { reasonCode }, reasonString, serverReference), now);
  }

  #handleAuth(connection: Connection, { reasonCode, properties }: AuthPacket): void {
    const { authenticationMethod } = this.#options;
    if (authenticationMethod === undefined || connection.phase === 'connected') {
      throw new ProtocolError('AUTH came although no authentication is under way', { statement: 'U-3.15-1' });
    }
    const isSuccess = reasonCode === ReasonCode.Success;
    const method = properties.authenticationMethod;
    if (method !== authenticationMethod && !(isSuccess && method === undefined)) {
      throw new ProtocolError('AUTH has another Authentication Method than CONNECT', { statement: 'MQTT-4.12.0-5' });
    }
    if (!isSuccess) {
      this.#sink.authenticationContinues(properties.authenticationData);
    } else if (connection.phase === 'reauthenticating') {
      connection.phase = 'connected';
      this.#sink.authenticated(properties.authenticationData);
    } else {
      throw new ProtocolError('AUTH with Success came in place of CONNACK', { statement: 'MQTT-4.12.0-2' });
    }
  }

  #handleFault(connection: Connection, error: unknown, now: number): void {
    if (this.#connection !== connection) return;
    const cause = error instanceof Error ? error : new Error(String(error));
    if (connection.phase === 'awaitingConnack' && cause instanceof MqttError) this.#tryFallback(connection);
    const reasonCode = cause instanceof MqttError ? cause.reasonCode : ReasonCode.ImplementationSpecificError;
    this.#abort(connection, cause, reasonCode, now);
  }

  /** We end the connection and say why, where that can be said. */
  #abort(connection: Connection, cause: Error, reasonCode: ReasonCode, now: number): void {
    const isEstablished = connection.phase !== 'awaitingConnack';
    if (connection.rules.hasProperties) {
      connection.send({ type: 'disconnect', reasonCode: disconnectReason(reasonCode), properties: {} }, now);
    }
    connection.close();
    const details = {
      reasonCode,
      cause,
      statement: cause instanceof MqttError ? cause.statement : undefined,
    };
    this.#fail(
      isEstablished
        ? new DisconnectedError(`The connection was ended by us: ${cause.message}`, 'client', details)
        : this.#connectError(cause.message, details),
      now,
    );
  }

  #connectError(message: string, details: ConstructorParameters<typeof ConnectError>[2]): ConnectError {
    return new ConnectError(message, this.#server, details);
  }

  // A server that knows 3.1.1 only answers with a packet that is none in 5.0, or not at all.
  #tryFallback(connection: Connection): void {
    const { fallbackVersion, protocolVersion } = this.#options;
    if (fallbackVersion === undefined) return;
    const isFirst = connection.rules.hasProperties;
    this.#rules = versionRulesFor(isFirst ? fallbackVersion : protocolVersion);
    if (isFirst) this.#isFallingBack = true;
  }

  #isFallingBack = false;

  /** An attempt failed or a connection ended: again, or the end. */
  #fail(cause: ConnectError | DisconnectedError, now: number): void {
    this.#loseConnection();
    const connectedAt = this.#connectedAt;
    this.#connectedAt = undefined;
    if (connectedAt !== undefined) this.#sessionEndsAt = sessionExpiresAt(this.#limits.sessionExpiryInterval, now);
    const isFallingBack = this.#isFallingBack;
    this.#isFallingBack = false;
    const canRetry = this.#options.reconnect !== undefined || connectedAt === undefined;
    const willRetry = isFallingBack || (canRetry && !this.#options.isTerminal(cause));
    if (connectedAt !== undefined) this.#sink.disconnected(cause, willRetry);
    if (!willRetry) {
      this.#end(cause);
      return;
    }
    const attempts = this.#schedule.attempts;
    const delay = isFallingBack
      ? 0
      : connectedAt === undefined
        ? this.#schedule.handleFailure()
        : this.#schedule.handleLoss(now - connectedAt);
    this.#redirect(cause);
    this.#retryAt = now + delay;
    this.#setState({ status: 'waiting', attempt: attempts + 1, retryAt: this.#retryAt, cause });
  }

  #redirect(cause: ConnectError | DisconnectedError): void {
    this.#redirectedTo = undefined;
    if (!this.#options.followServerReference || cause.serverReference === undefined) return;
    this.#redirectedTo = redirectedServer(this.#server, cause.serverReference);
    if (cause.reasonCode === ReasonCode.ServerMoved) this.#servers[this.#schedule.server] = this.#redirectedTo;
  }

  #loseConnection(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (this.#attemptDeadline < Infinity && connection === undefined) this.#sink.cancelDial();
    this.#attemptDeadline = Infinity;
    this.#retryAt = Infinity;
    if (connection !== undefined && connection.phase !== 'ended') connection.destroy();
    this.#session.disconnect();
  }

  #end(cause: Error | undefined): void {
    if (this.#state.status === 'closed') return;
    this.#loseConnection();
    this.#isClosing = false;
    this.#setState({ status: 'closed', cause });
    this.#session.close();
  }

  #setState(state: ClientState): void {
    if (this.#isClosing) return;
    this.#state = state;
    this.#sink.stateChanged(state);
  }
}

const NO_RECONNECT = { initialMs: 1000, maximumMs: 1000, stableMs: 0 };
