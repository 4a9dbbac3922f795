import type { ProtocolVersion } from '@skua/codec';
import type { Transport, TransportHandlers } from '@skua/transport';
import { protocolVersionOf } from '../wire/connect-frame.ts';
import { FrameSplitter } from '../wire/frame-splitter.ts';
import type { Mutant, MutantConnection, MutantFilter } from './mutant.ts';
import type { Target } from './target.ts';

/** The same target with a mutant's filter before it. */
export function mutatedTarget(target: Target, mutant: Mutant): Target {
  const filter = mutant.create();
  const connections: FilteredTransport[] = [];
  return {
    name: `${target.name} that ${mutant.name}`,
    clock: target.clock,
    dial: async () => {
      const transport = new FilteredTransport(await target.dial(), filter, connections);
      connections.push(transport);
      return transport;
    },
    close: () => target.close(),
  };
}

/** A transport with a filter in it. Both directions are cut into frames first. */
class FilteredTransport implements Transport, MutantConnection {
  readonly index: number;
  readonly all: readonly FilteredTransport[];
  version: ProtocolVersion = 5;
  readonly #inner: Transport;
  readonly #filter: MutantFilter;
  readonly #fromClient = new FrameSplitter();
  readonly #fromBroker = new FrameSplitter();
  #handlers: TransportHandlers | undefined;
  #closedToClient = false;

  constructor(inner: Transport, filter: MutantFilter, all: readonly FilteredTransport[]) {
    this.#inner = inner;
    this.#filter = filter;
    this.all = all;
    this.index = all.length;
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
        for (const frame of this.#fromBroker.push(chunk)) {
          for (const out of this.#filter.fromBroker?.(frame, this) ?? [frame]) this.sendToClient(out);
        }
      },
      onWritable: () => handlers.onWritable(),
      onEnd: () => this.#brokerClosed(),
      onClose: () => this.#brokerClosed(),
    });
  }

  write(bytes: Uint8Array): boolean {
    for (const frame of this.#fromClient.push(bytes)) {
      if ((frame[0] ?? 0) >> 4 === 1) this.version = protocolVersionOf(frame);
      for (const out of this.#filter.fromClient?.(frame, this) ?? [frame]) this.sendToBroker(out);
    }
    return true;
  }

  writeMany(pieces: readonly Uint8Array[]): boolean {
    for (const piece of pieces) this.write(piece);
    return true;
  }

  sendToClient(frame: Uint8Array): void {
    if (!this.#closedToClient) this.#handlers?.onData(frame);
  }

  sendToBroker(frame: Uint8Array): void {
    this.#inner.write(frame);
  }

  closeToClient(): void {
    if (this.#closedToClient) return;
    this.#closedToClient = true;
    this.#handlers?.onEnd?.();
    this.#handlers?.onClose();
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
    this.#closedToClient = true;
    this.#inner.destroy();
  }

  #brokerClosed(): void {
    if (this.#filter.brokerClosed?.(this) ?? true) this.closeToClient();
  }
}
