import type { ProtocolVersion } from '@skua/codec';
import type { Transport, TransportHandlers } from '@skua/transport';
import type { MutantConnection } from '../harness/mutant.ts';
import { protocolVersionOf } from '../wire/connect-frame.ts';
import { FrameSplitter } from '../wire/frame-splitter.ts';
import type { ClientMutantFilter } from './client-mutant.ts';

/** The broker's end of a connection with a mutant's filter between it and the client. Both directions are cut into frames. */
export class MutatedLink implements Transport, MutantConnection {
  readonly index: number;
  readonly all: readonly MutatedLink[];
  version: ProtocolVersion = 5;
  readonly #inner: Transport;
  readonly #filter: ClientMutantFilter;
  readonly #fromClient = new FrameSplitter();
  readonly #fromBroker = new FrameSplitter();
  #handlers: TransportHandlers | undefined;

  /** @param all - the links of the test so far; this one is added. */
  constructor(inner: Transport, filter: ClientMutantFilter, all: MutatedLink[]) {
    this.#inner = inner;
    this.#filter = filter;
    this.all = all;
    this.index = all.push(this) - 1;
  }

  get info(): Transport['info'] {
    return this.#inner.info;
  }

  get pendingBytes(): number {
    return this.#inner.pendingBytes;
  }

  open(handlers: TransportHandlers): void {
    this.#handlers = handlers;
    this.#inner.open({
      onData: (chunk) => {
        for (const frame of this.#fromClient.push(chunk)) {
          if ((frame[0] ?? 0) >> 4 === 1) this.version = protocolVersionOf(frame);
          for (const out of this.#filter.fromClient?.(frame, this) ?? [frame]) this.sendToBroker(out);
        }
      },
      onWritable: () => handlers.onWritable(),
      onEnd: () => {
        if (this.#filter.clientClosed?.(this) ?? true) handlers.onEnd?.();
      },
      onClose: () => {
        if (this.#filter.clientClosed?.(this) ?? true) handlers.onClose();
      },
    });
  }

  write(bytes: Uint8Array): boolean {
    for (const frame of this.#fromBroker.push(bytes)) {
      for (const out of this.#filter.fromBroker?.(frame, this) ?? [frame]) this.sendToClient(out);
    }
    return true;
  }

  writeMany(pieces: readonly Uint8Array[]): boolean {
    for (const piece of pieces) this.write(piece);
    return true;
  }

  sendToClient(frame: Uint8Array): void {
    this.#inner.write(frame);
  }

  sendToBroker(frame: Uint8Array): void {
    this.#handlers?.onData(frame);
  }

  closeToClient(): void {
    this.#inner.end();
  }

  pause(): void {
    this.#inner.pause();
  }

  resume(): void {
    this.#inner.resume();
  }

  end(): void {
    this.#inner.end();
  }

  destroy(): void {
    this.#inner.destroy();
  }
}
