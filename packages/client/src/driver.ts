import type { Transport } from '@skua/transport';
import type { ConnectCredentials } from './engine/connect-packet.ts';
import { Output } from './output.ts';
import type { Schedule } from './schedule.ts';

/** What {@link Dial} is told. */
export interface DialContext {
  /** Aborted when the attempt is given up. */
  readonly signal: AbortSignal;
  /** From 1, since the last stable connection. */
  readonly attempt: number;
}

/** Opens a byte stream to a server, one of those that the client was given. */
export type Dial = (server: string, context: DialContext) => Promise<Transport>;

/** What a driver needs of its client. */
export interface DriverOwner {
  /** Asked before every attempt. */
  prepare(server: string, context: DialContext): Promise<ConnectCredentials>;
  opened(link: Output, credentials: ConnectCredentials): void;
  dialFailed(error: Error): void;
  received(link: Output, chunk: Uint8Array): void;
  writable(link: Output): void;
  closed(link: Output, error: Error | undefined): void;
}

/** Dials, and carries the events of transports to the client. It decides nothing. */
export class Driver {
  readonly #dial: Dial;
  readonly #schedule: Schedule;
  readonly #owner: DriverOwner;
  #attempt: AbortController | undefined;
  #transport: Transport | undefined;
  #output: Output | undefined;
  #whenClosed: (() => void)[] = [];
  /** Why nothing is read. */
  #pausedBy = 0;

  constructor(dial: Dial, schedule: Schedule, owner: DriverOwner) {
    this.#dial = dial;
    this.#schedule = schedule;
    this.#owner = owner;
  }

  /** Begins an attempt. */
  dial(server: string, attempt: number): void {
    this.cancel();
    const controller = new AbortController();
    this.#attempt = controller;
    void this.#connect(server, attempt, controller);
  }

  /** Gives the attempt up. */
  cancel(): void {
    this.#attempt?.abort();
    this.#attempt = undefined;
  }

  /** Stops or resumes the reading. */
  setReadingPaused(isPaused: boolean): void {
    this.#setPaused(PAUSED_BY_CLIENT, isPaused);
  }

  /** Resolves when no transport is open. */
  whenClosed(): Promise<void> {
    if (this.#transport === undefined) return Promise.resolve();
    return new Promise((resolve) => this.#whenClosed.push(resolve));
  }

  /** Cuts what is open. */
  destroy(): void {
    this.cancel();
    this.#output?.destroy();
  }

  async #connect(server: string, attempt: number, { signal }: AbortController): Promise<void> {
    const context: DialContext = { signal, attempt };
    let transport: Transport;
    let credentials: ConnectCredentials;
    try {
      credentials = await this.#owner.prepare(server, context);
      if (signal.aborted) return;
      transport = await this.#dial(server, context);
    } catch (error) {
      if (!signal.aborted) this.#owner.dialFailed(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (signal.aborted) {
      transport.destroy();
      return;
    }
    this.#attempt = undefined;
    this.#open(transport, credentials);
  }

  #open(transport: Transport, credentials: ConnectCredentials): void {
    const output = new Output(transport, this.#schedule);
    output.onRoom = () => this.#owner.writable(output);
    this.#transport = transport;
    this.#output = output;
    this.#pausedBy &= PAUSED_BY_CLIENT;
    this.#owner.opened(output, credentials);
    transport.open({
      onData: (chunk) => {
        this.#owner.received(output, chunk);
        // A server that sends and does not read must not make our answers pile up.
        if (output.waitingBytes > ANSWER_BYTES_MAX) this.#setPaused(PAUSED_BY_OUTPUT, true);
      },
      onWritable: () => {
        if (output.handleWritable()) this.#owner.writable(output);
        if (output.waitingBytes <= ANSWER_BYTES_MAX) this.#setPaused(PAUSED_BY_OUTPUT, false);
      },
      onEnd: () => {
        this.#owner.closed(output, undefined);
        output.close();
      },
      onClose: (error) => {
        if (this.#transport === transport) {
          this.#transport = undefined;
          this.#output = undefined;
          for (const resolve of this.#whenClosed.splice(0)) resolve();
        }
        this.#owner.closed(output, error);
      },
    });
    if (this.#pausedBy !== 0) transport.pause();
  }

  #setPaused(reason: number, isPaused: boolean): void {
    const before = this.#pausedBy;
    this.#pausedBy = isPaused ? before | reason : before & ~reason;
    if (before === 0 && this.#pausedBy !== 0) this.#transport?.pause();
    else if (before !== 0 && this.#pausedBy === 0) this.#transport?.resume();
  }
}

const PAUSED_BY_CLIENT = 1;
const PAUSED_BY_OUTPUT = 2;
/** Beyond the messages that wait here anyway. */
const ANSWER_BYTES_MAX = 4_194_304;
