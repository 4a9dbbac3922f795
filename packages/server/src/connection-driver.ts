import type { Broker, Connection, ConnectionInfo } from '@skua/broker';
import type { Transport, TransportHandlers, TransportInfo } from '@skua/transport';
import { Output, type OutputLimits, type OutputOwner } from './output.ts';
import type { SlabPool } from './slab-pool.ts';

/** What a driver needs of its server. */
export interface DriverOwner {
  readonly broker: Broker;
  readonly pool: SlabPool;
  readonly outputLimits: OutputLimits;
  now(): number;
  /** Something was done: the turn has an end. */
  turnNeeded(): void;
  /** The output must be flushed at the end of the turn. */
  driverDirty(driver: ConnectionDriver): void;
  driverClosed(driver: ConnectionDriver): void;
  internalError(error: unknown): void;
  /** Whether the store is behind, and the last sequence number that was given to it. */
  readonly journalBacklogged: boolean;
  readonly journalSequence: number;
  /** The driver's input waits for the store; `resumeAfterBacklog` will be called. */
  driverAwaitsStore(driver: ConnectionDriver): void;
}

/** Carries the events of one transport to the broker, and the broker's output to the transport. It decides nothing. */
export class ConnectionDriver implements TransportHandlers, OutputOwner {
  readonly readsInPlace = true;
  readonly #transport: Transport;
  readonly #owner: DriverOwner;
  readonly #output: Output;
  readonly #connection: Connection;
  #brokerKnowsOfClose = false;
  #pauseReasons = 0;

  /** Opens the transport. */
  constructor(transport: Transport, info: ConnectionInfo, owner: DriverOwner) {
    this.#transport = transport;
    this.#owner = owner;
    this.#output = new Output(transport, owner.pool, this, owner.outputLimits);
    this.#connection = owner.broker.handleConnectionOpened(this.#output, info, owner.now());
    owner.turnNeeded();
    transport.open(this);
  }

  onData(chunk: Uint8Array): void {
    const owner = this.#owner;
    owner.turnNeeded();
    const sequenceBefore = owner.journalSequence;
    try {
      owner.broker.handleBytes(this.#connection, chunk, owner.now());
    } catch (error) {
      this.#fail(error);
      return;
    }
    // Only those wait for the store who give it work.
    if (owner.journalBacklogged && owner.journalSequence !== sequenceBefore) {
      this.#setPaused(PAUSED_BY_STORE, true);
      owner.driverAwaitsStore(this);
    }
  }

  onWritable(): void {
    this.#owner.turnNeeded();
    if (this.#output.transportWritable()) this.#handleWritable();
  }

  onEnd(): void {
    this.#owner.turnNeeded();
    this.#closeInBroker();
    // What was answered before the peer's end still reaches it.
    this.#output.close();
  }

  onClose(): void {
    this.#owner.turnNeeded();
    this.#closeInBroker();
    this.#output.drop();
    this.#owner.driverClosed(this);
  }

  outputDirty(): void {
    this.#owner.driverDirty(this);
  }

  outputOverfull(overfull: boolean): void {
    this.#setPaused(PAUSED_BY_OUTPUT, overfull);
  }

  inputPaused(paused: boolean): void {
    this.#setPaused(PAUSED_BY_BROKER, paused);
  }

  /** The end of the turn. */
  flush(): void {
    if (this.#output.flush()) this.#handleWritable();
  }

  /** The store has caught up. */
  resumeAfterBacklog(): void {
    this.#setPaused(PAUSED_BY_STORE, false);
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#output.destroy();
  }

  #handleWritable(): void {
    if (this.#brokerKnowsOfClose) return;
    this.#owner.turnNeeded();
    try {
      this.#owner.broker.handleWritable(this.#connection, this.#owner.now());
    } catch (error) {
      this.#fail(error);
    }
  }

  #closeInBroker(): void {
    if (this.#brokerKnowsOfClose) return;
    this.#brokerKnowsOfClose = true;
    try {
      this.#owner.broker.handleConnectionClosed(this.#connection, this.#owner.now());
    } catch (error) {
      this.#owner.internalError(error);
    }
  }

  #setPaused(reason: number, paused: boolean): void {
    const before = this.#pauseReasons;
    this.#pauseReasons = paused ? before | reason : before & ~reason;
    if (before === 0 && this.#pauseReasons !== 0) this.#transport.pause();
    else if (before !== 0 && this.#pauseReasons === 0) this.#transport.resume();
  }

  /** A fault of ours must not end the process, nor leave a peer with a connection in an unknown state. */
  #fail(error: unknown): void {
    this.#owner.internalError(error);
    this.#output.destroy();
  }
}

/** What the broker is told about a transport. */
export function connectionInfo(
  transportInfo: TransportInfo,
  accepted: Pick<ConnectionInfo, 'listener' | 'anonymousAllowed' | 'acknowledgement'>,
): ConnectionInfo {
  const { protocol, encrypted, remoteAddress, remotePort, clientCertificate } = transportInfo;
  return {
    remoteAddress,
    remotePort,
    ...accepted,
    encrypted,
    protocol: PROTOCOL_NAMES[protocol]?.[encrypted ? 1 : 0] ?? protocol,
    tlsClientCertificate: clientCertificate,
  };
}

const PROTOCOL_NAMES: Readonly<Record<string, readonly [plain: string, encrypted: string]>> = {
  tcp: ['tcp', 'tls'],
  websocket: ['ws', 'wss'],
};

const PAUSED_BY_BROKER = 1;
const PAUSED_BY_OUTPUT = 2;
const PAUSED_BY_STORE = 4;
